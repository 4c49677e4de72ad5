"""`ivr roster on`, `off`, `pause`, `swap`, `close`, `reopen`, `changes`, `undo`: what differs from shifts."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from ivr.cli.context import fail, settings
from ivr.cli.moments import headed, moment_of, short, span_of
from ivr.cli.staff_changing import note as noted
from ivr.cli.stored import changing, print_json, print_table, storage, zone_of
from ivr.clock import now
from ivr.duty.changes import FOREVER, Change, Kind
from ivr.duty.names import key_of, keys_by_name
from ivr.duty.problems import BadEventError
from ivr.duty.roster import DutyRoster, make_roster
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import close, list_changes, reopen, set_duty, swap, take_back
from ivr.storage.engine import reading
from ivr.storage.shifts import list_shifts

_MOMENT = timedelta(seconds=1)
_Command = Callable[..., Any]


def _times(command: _Command) -> _Command:
    since = click.option("--from", "since", metavar="ISO8601", help="When it begins; now if not given.")
    until = click.option("--until", metavar="ISO8601", help="When it ends, that moment not included.")
    note = click.option("--note", default="", help="Why, for those who read the list of changes.")
    return since(until(note(command)))


@click.command("on")
@click.argument("name")
@_times
def on(name: str, since: str | None, until: str | None, note: str) -> None:
    """Put NAME on duty outside a shift, or end their pause.

    Without --until it lasts until the end of the shift in which it begins; outside a shift until NAME goes
    off, twelve hours at most.
    """
    _say(Kind.ON, name, since, until, note)


@click.command("off")
@click.argument("name")
@_times
def off(name: str, since: str | None, until: str | None, note: str) -> None:
    """Take NAME off duty; without --until until the end of their present duty."""
    _say(Kind.OFF, name, since, until, note)


@click.command("pause")
@click.argument("name")
@_times
def pause(name: str, since: str | None, until: str | None, note: str) -> None:
    """Ring NAME no more for a while; without --until until the end of their present duty."""
    _say(Kind.PAUSE, name, since, until, note)


@click.command("swap")
@click.argument("giver")
@click.argument("taker")
@_times
def swap_(giver: str, taker: str, since: str | None, until: str | None, note: str) -> None:
    """Let TAKER have what the calendar gives GIVER between --from and --until.

    Two people exchange shifts by two swaps. Of two swaps of the same shift the later one counts.
    """
    own = settings()
    zone, at = zone_of(own), now()
    start, end = span_of(since, until, zone, at)
    if end is None:
        raise click.UsageError("--until is missing: say when GIVER's shifts are theirs again")
    with changing(own) as connection:
        keys = _key(connection, giver), _key(connection, taker)
        if keys[0] == keys[1]:
            fail(f"{giver} and {taker} are the same person; name two")
        new = swap(connection, *keys, start, end, note, at)
        about = f"{taker} for {giver} {_span(start, end, zone)}"
        noted(connection, "shift swapped", about)
    print(f"{about}.{_repeated(new)}")


@click.command("close")
@_times
def close_(since: str | None, until: str | None, note: str) -> None:
    """Close the helpline: nobody is rung; without --until, until `ivr roster reopen`."""
    own = settings()
    zone, at = zone_of(own), now()
    start, end = span_of(since, until, zone, at)
    with changing(own) as connection:
        new = close(connection, start, end, note, at)
        noted(connection, "helpline closed", _span(start, end or FOREVER, zone))
    print(f"Closed {_span(start, end or FOREVER, zone)}.{_repeated(new)}")


@click.command("reopen")
@click.option("--at", "written", metavar="ISO8601", help="When; now if not given.")
def reopen_(written: str | None) -> None:
    """End the closure that lasts now, or at another moment."""
    own = settings()
    zone = zone_of(own)
    at = moment_of(written, zone) if written else now()
    with changing(own) as connection:
        ended = reopen(connection, at)
        if ended:
            noted(connection, "helpline reopened", short(at, zone))
    if not ended:
        fail(f"The helpline is not closed at {short(at, zone)}; see: ivr roster changes")
    print(f"Open again from {short(at, zone)}.")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def changes(everything: bool, as_json: bool) -> None:
    """List what differs from the shifts, in the order in which it was said."""
    own = settings()
    zone, at = zone_of(own), now()
    with reading(storage(own)) as connection:
        people = {person.key: person.name for person in list_counsellors(connection)}
        found = _ended(connection, list_changes(connection), zone)
    shown = [each for each in found if everything or each.end is None or each.end > at]
    if as_json:
        print_json(_object(each, people, zone) for each in shown)
        return
    rows = [_row(each, people, zone) for each in shown]
    header = ("id", "what", headed("from", zone), headed("to", zone), "note")
    print_table(header, rows, "Nothing differs from the shifts.")


@click.command()
@click.argument("id_", metavar="ID")
def undo(id_: str) -> None:
    """Remove the change ID, as `ivr roster changes` lists it, as if it had never been said."""
    with changing(settings()) as connection:
        gone = take_back(connection, id_)
        if gone:
            noted(connection, "change of duty taken back", id_)
    if not gone:
        fail(f"There is no change {id_}; see: ivr roster changes --all")
    print(f"{id_} is undone.")


def _say(kind: Kind, name: str, since: str | None, until: str | None, note: str) -> None:
    own = settings()
    zone, at = zone_of(own), now()
    start, end = span_of(since, until, zone, at)
    with changing(own) as connection:
        key = _key(connection, name)
        new = set_duty(connection, key, kind, start, end, note, at)
        duty = _roster(connection, zone, start)
        last = next(each.end for each in reversed(duty.settled) if (each.kind, each.person) == (kind, key))
        noted(connection, f"counsellor {kind}", f"{name} {_span(start, last, zone)}")
        if last <= start:
            # Leaving the transaction by an error undoes what was kept.
            raise click.UsageError(f"{name} is not on duty at {short(start, zone)}; give --until, or --from")
    print(f"{name}: {kind} {_span(start, last, zone)}.{_repeated(new)}")
    if not duty.on_duty(start):
        print(f"note: nobody is on duty at {short(start, zone)}", file=sys.stderr)


def _key(connection: Connection, name: str) -> str:
    try:
        return key_of(name, keys_by_name(list_counsellors(connection)))
    except BadEventError as error:
        fail(f"{error} (ivr counsellors list)")


def _roster(connection: Connection, zone: ZoneInfo, at: datetime) -> DutyRoster:
    people, shifts = list_counsellors(connection), list_shifts(connection)
    return make_roster(people, shifts, zone, at, at + _MOMENT, list_changes(connection))


def _ended(connection: Connection, found: tuple[Change, ...], zone: ZoneInfo) -> list[Change]:
    """The changes with the ends that the shifts give them."""
    settled = iter(_roster(connection, zone, now()).settled)
    return [each if each.kind is Kind.SWAP else replace(each, end=next(settled).end) for each in found]


def _row(change: Change, people: dict[str, str], zone: ZoneInfo) -> tuple[str, ...]:
    end = "" if change.end in {None, FOREVER} else short(change.end or FOREVER, zone)
    return change.uid, _what(change, people), short(change.start, zone), end, change.note


def _what(change: Change, people: dict[str, str]) -> str:
    name = people.get(change.person or "", "")
    if change.kind is Kind.SWAP:
        return f"{people.get(change.other or '', '')} for {name}"
    return f"{name} {change.kind}".strip()


def _object(change: Change, people: dict[str, str], zone: ZoneInfo) -> dict[str, object]:
    end = None if change.end in {None, FOREVER} else change.end
    return {
        "id": change.uid,
        "kind": change.kind.value,
        "name": people.get(change.person or ""),
        "other": people.get(change.other or ""),
        "start": change.start.astimezone(zone).isoformat(),
        "end": end and end.astimezone(zone).isoformat(),
        "note": change.note,
    }


def _span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    last = "further notice" if end == FOREVER else short(end, zone)
    return f"from {short(start, zone)} until {last}"


def _repeated(new: bool) -> str:
    return "" if new else " (That was so already.)"


CHANGES = (on, off, pause, swap_, close_, reopen_, changes, undo)
