"""Shifts and words about duty as tests say them, hour by hour."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift
from ivr.duty.changes import Change, Kind
from ivr.duty.roster import DutyRoster, make_roster
from ivr.flow.roster import Counsellor

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
ALICE = Counsellor("a", "Alice", "+27821234501", ("en", "af"), 1)
BOB = Counsellor("b", "Bob", "+27821234502", ("en",), 2)
CLEO = Counsellor("c", "Cleo", "+27821234503", ("zu",), 1, 2)
PEOPLE = (ALICE, BOB, CLEO)


def hour(number: float) -> datetime:
    return MONDAY + number * HOUR


def shift(person: str, start: int, end: int, tier: str = "") -> Shift:
    """A shift from one hour after MONDAY to another."""
    uid = f"{person}-{start}-{end}-{tier}"
    text = (
        f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{person}\nDTSTART:{hour(start):%Y%m%dT%H%M%SZ}\n"
        f"DTEND:{hour(end):%Y%m%dT%H%M%SZ}\n{tier and f'CATEGORIES:Nights,{tier}' + chr(10)}END:VEVENT"
    )
    return Shift(uid, "", person, text)


def say(kind: str, person: str, start: float, end: float | None = None, note: str = "") -> Change:
    first, _, other = person.partition(">")
    until = None if end is None else hour(end)
    return Change("", Kind(kind), hour(start), until, first or None, other or None, note)


def roster_of(shifts: Sequence[Shift], *changes: Change, days: int = 9) -> DutyRoster:
    return make_roster(PEOPLE, shifts, BERLIN, hour(-24), hour(24 * days), changes)


def names(duty: DutyRoster, *hours: float) -> list[str]:
    """Who is on duty at each of the hours, by their initials in ringing order."""
    return ["".join(person.key for person in duty.on_duty(hour(each))) for each in hours]


DAY = (shift("a", 8, 16),)
