"""`ivr backup`."""

from pathlib import Path

import click

from ivr import clock
from ivr.cli.context import fail, settings
from ivr.cli.stored import storage
from ivr.storage.archive import ArchiveError
from ivr.storage.errors import StorageError


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Put everything that must not be lost into FILE, while calls go on.

    The database, messages, takes, what waits on disk, the words, and the key in DATA_DIR if it is kept there.
    Whoever has FILE can hear every message: keep it as you keep the helpline, on another machine.
    """
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 (slow to import)

    from ivr.app.backup import BackupError, back_up  # noqa: PLC0415 (as above)

    own = settings()
    try:
        made = back_up(own, storage(own), file, clock.now())
    except (BackupError, StorageError, ArchiveError) as error:
        fail(str(error))
    except DBAPIError as error:
        fail(f"DATABASE_URL: no backup was made, the database does not answer: {error.orig}; try again")
    except OSError as error:
        fail(
            f"{error.filename or file}: no backup was made: {error.strerror}; make room, or name another file"
        )
    print(f"{file}: {made.rows} rows and {made.files} files, {made.size // 1000 + 1} kB")
    for each in made.lost:
        click.echo(f"{each} is in no store, so it is not in the backup; record it again", err=True)
