"""`ivr roster`: who is on duty, and where the gaps are; what changes that stands in modules of its own."""

import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from ivr.cli.context import settings
from ivr.cli.counsellors import show
from ivr.cli.moments import headed, moment_of, short
from ivr.cli.roster_changes import CHANGES
from ivr.cli.roster_files import FILES
from ivr.cli.roster_subscriptions import SUBSCRIPTIONS
from ivr.cli.stored import languages_of, print_json, print_table, storage, zone_of
from ivr.clock import now
from ivr.duty.changes import FOREVER
from ivr.duty.roster import DutyRoster, make_roster
from ivr.jobs.calendars import host_of
from ivr.settings import Settings
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import list_changes
from ivr.storage.engine import reading
from ivr.storage.shifts import list_shifts
from ivr.storage.subscriptions import list_subscriptions

_MOST_DAYS = 366


@click.group()
def roster() -> None:
    """Shifts, and what changes them; who is on duty; where the gaps are."""


for _command in (*FILES, *CHANGES, *SUBSCRIPTIONS):
    roster.add_command(_command)


@roster.command()
@click.option(
    "--at", "written", metavar="ISO8601", help="When; now if not given, helpline's zone if no offset."
)
@click.option("--language", metavar="CODE", help="Put speakers of this language first in each tier.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def who(written: str | None, language: str | None, as_json: bool) -> None:
    """List who is on duty, in the order in which they are rung."""
    own = settings()
    zone = zone_of(own)
    at = moment_of(written, zone) if written else now()
    if language and language not in languages_of(own):
        print(f"note: {language} is none of the helpline's languages", file=sys.stderr)
    duty = _roster(own, zone, at, at + timedelta(seconds=1))
    show(duty.on_duty(at, language), f"Nobody is on duty{_closed(duty, at)}.", as_json=as_json)


@roster.command()
@click.option("--days", type=click.IntRange(1, _MOST_DAYS), default=7, show_default=True, help="From now on.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def gaps(days: int, as_json: bool) -> None:
    """List when nobody is on duty, in the helpline's zone."""
    own = settings()
    zone = zone_of(own)
    first = now().replace(microsecond=0)
    last = first + timedelta(days=days)
    duty = _roster(own, zone, first, last)
    found = duty.gaps(first, last)
    _warn(own, zone)
    if as_json:
        print_json({"start": start.isoformat(), "end": end.isoformat()} for start, end in found)
        return
    rows = [(short(start, zone), short(end, zone), _closed(duty, start)[2:]) for start, end in found]
    nothing = f"Somebody is on duty at every moment until {short(last, zone)}."
    print_table((headed("from", zone), headed("to", zone), ""), rows, nothing)


def _roster(own: Settings, zone: ZoneInfo, first: datetime, last: datetime) -> DutyRoster:
    with reading(storage(own)) as connection:
        people, shifts = list_counsellors(connection), list_shifts(connection)
        return make_roster(people, shifts, zone, first, last, list_changes(connection, first))


def _closed(duty: DutyRoster, at: datetime) -> str:
    closure = duty.closure(at)
    if closure is None:
        return ""
    until = "" if closure.end == FOREVER else f" until {short(closure.end, duty.zone)}"
    return f": closed{until}{closure.note and f' ({closure.note})'}"


def _warn(own: Settings, zone: ZoneInfo) -> None:
    with reading(storage(own)) as connection:
        found = [each for each in list_subscriptions(connection) if each.problem]
    for each in found:
        since = f" since {short(each.since, zone)}" if each.since else ""
        print(f"warning: calendar {each.id} at {host_of(each.url)}{since}: {each.problem}", file=sys.stderr)
