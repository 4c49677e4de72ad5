"""`ivr staff log`: the audit log."""

from dataclasses import asdict

import click

from ivr.cli.context import settings
from ivr.cli.stored import print_json, print_rows, storage
from ivr.storage.audit import WAYS, Wanted, entries
from ivr.storage.engine import reading


@click.command()
@click.option("--by", default="", help="Only what this person did.")
@click.option("--way", default="", type=click.Choice(["", *WAYS]), help="Only what was done from there.")
@click.option("--last", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def log(by: str, way: str, last: int, as_json: bool) -> None:
    """List what staff did, the newest first."""
    own = settings()
    with reading(storage(own)) as connection:
        found = entries(connection, Wanted(by=by, way=way), limit=last)
    if as_json:
        print_json({**asdict(each), "at": each.at.isoformat()} for each in found)
        return
    columns = ("at", "by", "action", "about", "way")
    print_rows(columns, [asdict(each) for each in found], "Nothing was done yet.", own)
