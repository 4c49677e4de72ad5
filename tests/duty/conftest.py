"""A fixed cast: Alice answers first and speaks Afrikaans too, Bob is next, Cleo speaks isiZulu only."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.duty.calendar import ReadCalendar, read_calendar
from ivr.duty.roster import DutyRoster, make_roster
from ivr.duty.zones import NamedZone
from ivr.flow.roster import Counsellor

NAMES = {"alice": ("a",), "bob": ("b",), "cleo": ("c",), "twin": ("t1", "t2")}
PEOPLE = (
    Counsellor("a", "Alice", "+27821234501", ("en", "af"), 1),
    Counsellor("b", "Bob", "+27821234502", ("en",), 2),
    Counsellor("c", "Cleo", "+27821234503", ("zu",), 3),
)

Read = Callable[..., ReadCalendar]
Roster = Callable[..., DutyRoster]


def file_of(*events: str, before: str = "") -> bytes:
    """An iCalendar file; in events, lines may be written with spaces before them."""
    parts = [f"BEGIN:VEVENT\n{event}\nEND:VEVENT" for event in events]
    text = "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", before, *parts, "END:VCALENDAR"))
    return "\r\n".join(line.strip() for line in text.split("\n") if line.strip()).encode()


@pytest.fixture
def people() -> tuple[Counsellor, ...]:
    return PEOPLE


@pytest.fixture
def read() -> Read:
    def read_events(*events: str, before: str = "", zone: str = "Europe/Berlin") -> ReadCalendar:
        at = datetime(2026, 3, 1, tzinfo=UTC)
        return read_calendar(file_of(*events, before=before), NamedZone(ZoneInfo(zone)), NAMES, at)

    return read_events


@pytest.fixture
def roster(read: Read) -> Roster:
    def roster_of(
        *events: str, before: str = "", zone: str = "Europe/Berlin", year: int = 2026, years: int = 1
    ) -> DutyRoster:
        found = read(*events, before=before, zone=zone)
        assert found.problems == ()
        first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + years, 1, 3, tzinfo=UTC)
        return make_roster(PEOPLE, found.shifts, ZoneInfo(zone), first, last)

    return roster_of
