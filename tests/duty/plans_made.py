"""Planned shifts and series, and when they happen."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.duty.calendar import ReadCalendar, Shift
from ivr.duty.edits import (
    Edited,
)
from ivr.duty.expansion import duties_of
from ivr.duty.plans import Plan, Weekly
from ivr.duty.recurring import Series

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def wall(written: str) -> datetime:
    """What a clock on the wall shows."""
    return datetime.fromisoformat(written)


NIGHT = Plan(
    "a", "Alice", wall("2026-03-23 22:00"), wall("2026-03-24 06:00"), weekly=Weekly(frozenset({0, 5}))
)
WEEKLY = """UID:club
SUMMARY:Alice
DTSTART;TZID=Europe/Berlin:20260302T180000
DTEND;TZID=Europe/Berlin:20260302T200000
RRULE:FREQ=WEEKLY;BYDAY=MO"""

Read = Callable[..., ReadCalendar]


def times(edited: Edited, first: datetime, last: datetime) -> list[str]:
    """Whose shift begins and ends when, in UTC, in order."""
    shifts = [shift for series in edited.shifts.values() for shift in series]
    found = sorted(duties_of(shifts, BERLIN, first, last), key=lambda duty: (duty.start, duty.person))
    return [f"{each.person} {each.start:%d.%m. %H:%M}-{each.end:%H:%M}" for each in found]


def march(edited: Edited) -> list[str]:
    return times(edited, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def series(*shifts: Shift) -> Series:
    return Series(shifts, BERLIN)


def only(edited: Edited) -> Series:
    (shifts,) = edited.shifts.values()
    return Series(shifts, BERLIN)
