"""`ivr purge`: removes what is older than it may be, now; or says what that would be."""

import click

from ivr import clock
from ivr.app.parts import Parts, build
from ivr.cli.context import fail, settings
from ivr.cli.stored import print_json, print_table, storage
from ivr.content import ContentError
from ivr.jobs.retention import Purged
from ivr.settings import Settings
from ivr.storage.errors import StorageError

_COLUMNS = ("kind", "number")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be removed.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def purge(dry_run: bool, as_json: bool) -> None:
    """Remove what is older than [retention] in helpline.toml allows, as the helpline does every day.

    What is still promised is never removed, whatever its age. Recordings that the provider still has are
    deleted there by the running helpline, which is told to do so at once; its old records of calls and texts
    by this command, slowly: with many of them it takes up to 40 minutes, and the rest goes the next day.
    """
    own = settings()
    storage(own).dispose()
    parts = _parts(own)
    found = parts.retention.counted() if dry_run else parts.retention.purge()
    _print(found, as_json)


def _parts(own: Settings) -> Parts:
    try:
        return build(own, clock.now)
    except ContentError as error:
        fail(f"The content in {own.prompts_dir} cannot be used:", *map(str, error.problems))
    except (StorageError, OSError) as error:
        fail(str(error))


def _print(found: tuple[Purged, ...], as_json: bool) -> None:
    if as_json:
        print_json({"kind": each.kind, "number": each.number, "problem": each.problem} for each in found)
        return
    rows = [(each.kind, f"not known: {each.problem}" if each.problem else str(each.number)) for each in found]
    print_table(_COLUMNS, rows, "")
