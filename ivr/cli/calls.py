"""`ivr calls`: what came of conversations, and numbers that are blocked for a while; none is ever printed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from ivr import clock
from ivr.cli.callers import Whom, caller_of, callers_of, named
from ivr.cli.context import fail, settings
from ivr.cli.moments import short
from ivr.cli.stored import changing, print_json, print_rows, storage, zone_of
from ivr.storage.blocks import block, list_blocks, unblock
from ivr.storage.conversations import OUTCOMES, Conversation, list_conversations
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading

_LONGEST = 365  # days
_COLUMNS = ("id", "until", "created", "reason")
_TALKED = ("id", "started", "seconds", "language", "counsellor", "outcome", "answer")


@click.group()
def calls() -> None:
    """See what came of conversations; block numbers that misuse the line, and free them."""


@calls.command("block")
@named
@click.option("--days", type=click.IntRange(1, _LONGEST), default=7, show_default=True, help="For how long.")
@click.option("--reason", required=True, help="Why, for the team; no names and no numbers.")
def block_(whom: Whom, days: int, reason: str) -> None:
    """Block a NUMBER: it is told so, and hears the menus and the emergency as before.

    A caller is named by NUMBER (- reads it from standard input, which leaves no trace in the shell), or by
    what they left behind: --promise or --conversation.
    """
    own = settings()
    zone = zone_of(own)
    if not reason.strip():
        fail("--reason: say why, for those who look at the list later")
    at = clock.now()
    with changing(own) as connection:
        until = at + timedelta(days=days)
        found = block(connection, caller_of(connection, whom, own), reason.strip(), until, at)
    print(f"Blocked as {found}, until {short(until, zone)}")


@calls.command("unblock")
@named
@click.option("--id", "block_id", type=int, metavar="ID", help="The block's id in: ivr calls blocked")
def unblock_(whom: Whom, block_id: int | None) -> None:
    """Free a blocked number at once."""
    own = settings()
    if block_id is not None and whom != Whom():
        fail("Say whom in one way: --id, or a NUMBER, or --promise, or --conversation", code=2)
    with changing(own) as connection:
        freed = _freed(connection, whom, block_id)
    if not freed:
        fail("That number is not blocked; see: ivr calls blocked")
    print("Free again")


@calls.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def blocked(as_json: bool) -> None:
    """List the blocks that last, those that end first before the others."""
    own = settings()
    zone = zone_of(own)
    with reading(storage(own)) as connection:
        found = list_blocks(connection, clock.now())
    rows = [{name: getattr(each, name) for name in _COLUMNS} for each in found]
    if as_json:
        print_json(_local(row, zone) for row in rows)
    else:
        print_rows(_COLUMNS, rows, "Nobody is blocked.", own)


@calls.command()
@click.option("--days", type=click.IntRange(1, _LONGEST), default=7, show_default=True, help="How far back.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Only those of which the counsellor said so.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def conversations(days: int, outcome: str | None, as_json: bool) -> None:
    """List who talked when and how long, the outcome that the counsellor keyed, and the caller's answer."""
    own = settings()
    zone = zone_of(own)
    with reading(storage(own)) as connection:
        found = list_conversations(connection, clock.now() - timedelta(days=days))
        names = {each.key: each.name for each in list_counsellors(connection)}
    rows = [_talk(each, names) for each in found if outcome in {None, each.outcome}]
    if as_json:
        print_json(_local(row, zone) for row in rows)
    else:
        print_rows(_TALKED, rows, "Nobody has talked with a counsellor.", own)


def _freed(connection: Connection, whom: Whom, block_id: int | None) -> bool:
    if block_id is not None:
        return unblock(connection, block_id=block_id)
    return True in {unblock(connection, caller=each) for each in callers_of(connection, whom, settings())}


def _local(row: Mapping[str, object], zone: ZoneInfo) -> dict[str, object]:
    """With its moments as text in the helpline's zone."""
    return {
        name: value.astimezone(zone).isoformat(timespec="minutes") if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _talk(each: Conversation, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": each.id,
        "started": each.started,
        "seconds": each.ended and round((each.ended - each.started).total_seconds()),
        "language": each.language,
        "counsellor": names.get(each.person, each.person),
        "outcome": each.outcome,
        "answer": each.answer,
    }
