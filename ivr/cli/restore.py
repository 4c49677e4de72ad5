"""`ivr restore`."""

from pathlib import Path
from shlex import quote

import click

from ivr.cli.context import fail, settings
from ivr.storage.archive import ArchiveError
from ivr.storage.errors import StorageError


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring everything back from FILE, which `ivr backup` has made, into an empty DATA_DIR and database.

    SQLite or PostgreSQL, whichever the backup was made of. Either everything is brought back or nothing.
    """
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 (slow to import)

    from ivr.app.backup import WORDS  # noqa: PLC0415 (slow to import)
    from ivr.app.restore import RestoreError  # noqa: PLC0415 (as above)
    from ivr.app.restore import restore as bring_back  # noqa: PLC0415 (as above)

    own = settings()
    try:
        done = bring_back(own, file)
    except (ArchiveError, RestoreError, StorageError) as error:
        fail(str(error), "Nothing was restored.")
    except SQLAlchemyError as error:
        told = getattr(error, "orig", None) or type(error).__name__
        fail(f"DATABASE_URL: nothing was restored: {told}; see to the database, then try again")
    except OSError as error:
        fail(f"{error.filename or own.data_dir}: nothing was restored: {error.strerror}")
    print(f"Restored as of {done.made}: {done.rows} rows and {done.files} files.")
    if done.promises:
        print(f"{done.promises} promises were open then, and are gone on with: look at `ivr promises` first.")
    if done.words_kept:
        click.echo(
            f"{own.prompts_dir} is as it was; other than in the backup: {', '.join(done.words_kept)}. "
            f"To have the words of the backup beside it: mkdir words && tar -xzf {quote(str(file))} -C words "
            f"{WORDS.rstrip('/')}",
            err=True,
        )
    print("Next: ivr audio build, then ivr serve.")
