"""`ivr migrate`."""

import click

from ivr.cli.context import fail, settings
from ivr.storage.engine import engine_for
from ivr.storage.engine import migrate as bring_up_to_date
from ivr.storage.errors import StorageError


@click.command()
@click.option("--anew", is_flag=True, help="Make an empty one where a SQLite database has been, and is lost.")
def migrate(anew: bool) -> None:
    """Bring the database to this version's tables."""
    own = settings()
    try:
        before, after = bring_up_to_date(engine_for(own.database_url, None if anew else own.data_dir))
    except StorageError as error:
        fail(str(error))
    print(_told(before, after))


def _told(before: str, after: str) -> str:
    if before == after:
        return f"The tables are this version's: {after}"
    return f"The tables are brought from {before} to {after}" if before else f"The tables are made: {after}"
