"""What callers would hear now, for commands that only look; a damaged list ends the command."""

import click

from ivr.cli.context import fail
from ivr.content import Content
from ivr.settings import Settings
from ivr.sound.live import LiveSounds, read_live
from ivr.sound.manifest import ManifestError
from ivr.storage.engine import open_storage, reading
from ivr.storage.errors import StorageError
from ivr.storage.takes import Take, live_takes


def live_sounds(chosen: Settings, content: Content) -> LiveSounds:
    """Built speech and live takes; without the takes, and saying so, while the database is away."""
    try:
        return read_live(content, chosen.audio_dir, _takes(chosen))
    except ManifestError as error:
        fail(f"problem: {error}")


def _takes(chosen: Settings) -> tuple[Take, ...]:
    try:
        with reading(open_storage(chosen)) as connection:
            return live_takes(connection)
    except StorageError as error:
        click.echo(f"warning: recordings are not looked at: {error}", err=True)
        return ()
