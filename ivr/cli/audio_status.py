"""What `ivr audio status` shows."""

import sys

from ivr.cli.context import fail
from ivr.content.catalogue import Content
from ivr.settings import Settings
from ivr.sound.live import read_live
from ivr.sound.manifest import ManifestError
from ivr.speech.status import LanguageStatus, read_status
from ivr.storage.engine import open_storage, reading
from ivr.storage.errors import StorageError
from ivr.storage.takes import Take, live_takes

COLUMNS = ("language", "live", "built", "stale", "missing", "seconds")


def read(content: Content, settings: Settings) -> tuple[LanguageStatus, ...]:
    """The status of every language; without the database the takes are left out, and it is said."""
    try:
        sounds = read_live(content, settings.audio_dir, _takes(settings))
        return read_status(content, settings.audio_dir, sounds)
    except ManifestError as error:
        fail(str(error))


def print_table(found: tuple[LanguageStatus, ...]) -> None:
    """One line a language, and why one is not offered to callers."""
    print(f"{'language':<22}" + "".join(f"{name:>9}" for name in COLUMNS[1:]))
    for each in found:
        counts = "".join(f"{getattr(each, name):>9}" for name in COLUMNS[1:])
        print(f"{each.language + ' ' + each.name:<22}{counts}{_remark(each)}")


def _remark(each: LanguageStatus) -> str:
    if each.offered:
        return ""
    if not each.missing:
        return "   not offered; staff have withdrawn it"
    how = "run: ivr audio build" if each.engines else f"recordings only: ivr audio script {each.language}"
    return f"   not offered; {how}"


def _takes(settings: Settings) -> tuple[Take, ...]:
    try:
        engine = open_storage(settings)
        with reading(engine) as connection:
            return live_takes(connection)
    except StorageError as error:
        print(f"Recordings are left out: {error}", file=sys.stderr)
        return ()
