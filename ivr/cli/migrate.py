"""`ivr migrate`."""

import click

from ivr.cli.context import fail, settings
from ivr.storage.engine import StorageError, engine_for
from ivr.storage.engine import migrate as bring_up_to_date


@click.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    try:
        before, after = bring_up_to_date(engine_for(settings().database_url))
    except StorageError as error:
        fail(str(error))
    print(f"The tables are this version's: {after}" if before == after else f"{before or 'empty'} → {after}")
