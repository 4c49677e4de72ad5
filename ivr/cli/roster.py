"""`ivr roster`."""

import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from ivr.cli.context import fail, settings
from ivr.cli.counsellors import show
from ivr.cli.stored import changing, languages_of, print_json, print_table, read_whole, storage, zone_of
from ivr.clock import now
from ivr.duty.calendar import read_calendar
from ivr.duty.names import same_name
from ivr.duty.problems import UnreadableFileError
from ivr.duty.roster import DutyRoster, make_roster
from ivr.duty.zones import NamedZone
from ivr.flow.roster import Counsellor
from ivr.settings import Settings
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading
from ivr.storage.shifts import keep_shifts, list_shifts

_MOST_DAYS = 366
_YEARS = range(1900, 9000)


@click.group()
def roster() -> None:
    """Import shifts; who is on duty; where the gaps are."""


@roster.command("import")
@click.argument("file")
@click.option("--replace", is_flag=True, help="Remove shifts that are not in FILE.")
def import_(file: str, replace: bool) -> None:
    """Add or change shifts from FILE, an iCalendar file.

    Each event is a shift of the counsellor whose name is its title (SUMMARY). Events are matched by UID. Good
    events are kept, bad ones are reported (exit 1) and take nobody off duty.
    """
    own = settings()
    zone, engine = zone_of(own), storage(own)
    with reading(engine) as connection:
        names = _names(list_counsellors(connection))
    try:
        read = read_calendar(read_whole(file), NamedZone(zone), names, now())
    except UnreadableFileError as error:
        fail(f"{file}: {error}")
    with changing(own) as connection:
        done = keep_shifts(connection, read, replace=replace)
    print(f"{len(read.shifts)} read: {done.added} added, {done.changed} changed, {done.removed} removed.")
    for problem in read.problems:
        print(f"{file}: {problem}", file=sys.stderr)
    if replace and not read.whole:
        print(f"{file}: nothing was removed, because the file may be cut off", file=sys.stderr)
    sys.exit(bool(read.problems))


@roster.command()
@click.option(
    "--at", "written", metavar="ISO8601", help="When; now if not given, helpline's zone if no offset."
)
@click.option("--language", metavar="CODE", help="Put speakers of this language first.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def who(written: str | None, language: str | None, as_json: bool) -> None:
    """List who is on duty, in the order in which they are rung."""
    own = settings()
    zone = zone_of(own)
    at = _moment(written, zone) if written else now()
    if language and language not in languages_of(own):
        print(f"note: {language} is none of the helpline's languages", file=sys.stderr)
    duty = _roster(own, zone, at, at + timedelta(seconds=1))
    show(duty.on_duty(at, language), "Nobody is on duty.", as_json=as_json)


@roster.command()
@click.option("--days", type=click.IntRange(1, _MOST_DAYS), default=7, show_default=True, help="From now on.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def gaps(days: int, as_json: bool) -> None:
    """List when nobody is on duty, in the helpline's zone."""
    own = settings()
    zone = zone_of(own)
    first = now().replace(microsecond=0)
    last = first + timedelta(days=days)
    found = _roster(own, zone, first, last).gaps(first, last)
    if as_json:
        print_json({"start": start.isoformat(), "end": end.isoformat()} for start, end in found)
        return
    rows = [(_short(start), _short(end)) for start, end in found]
    print_table(("from", "to"), rows, f"Somebody is on duty at every moment until {_short(last)}.")


def _roster(own: Settings, zone: ZoneInfo, first: datetime, last: datetime) -> DutyRoster:
    with reading(storage(own)) as connection:
        people, shifts = list_counsellors(connection), list_shifts(connection)
    return make_roster(people, shifts, zone, first, last)


def _names(people: tuple[Counsellor, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for person in people:
        name = same_name(person.name)
        found[name] = (*found.get(name, ()), person.key)
    return found


def _moment(written: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(written.strip())
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        if at.astimezone(UTC).year not in _YEARS:
            raise ValueError(written)  # noqa: TRY301 (said once, below)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{written!r}; write 2026-12-31T22:00 or 2026-12-31T22:00+02:00") from None
    return at


def _short(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M %z}"
