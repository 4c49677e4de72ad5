"""The roster as a file: other programs read it, and read back it is the same roster."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.duty.calendar import ReadCalendar, Shift, read_calendar
from ivr.duty.changes import Change, Kind
from ivr.duty.export import write_calendar
from ivr.duty.lines import escaped, plain
from ivr.duty.names import keys_by_name
from ivr.duty.roster import make_roster
from ivr.duty.zones import NamedZone
from ivr.flow.roster import Counsellor

ZONE = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 1, tzinfo=UTC)
NINE = datetime(2026, 3, 28, 9, tzinfo=UTC)
CLUB = """
BEGIN:VTIMEZONE
TZID:Club House
BEGIN:STANDARD
DTSTART:20201004T030000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
"""
EVENTS = (
    (
        "UID:nights\nSUMMARY:Alice\nDTSTART:20260301T220000\nDTEND:20260302T060000\n"
        "RRULE:FREQ=DAILY;UNTIL=20260601\nEXDATE:20260330T220000,20260402T220000\nCATEGORIES:tier-2"
    ),
    "UID:nights\nRECURRENCE-ID:20260401T220000\nSUMMARY:Bob\nDTSTART:20260401T230000\nDURATION:PT5H",
    "UID:nights\nRECURRENCE-ID:20260403T220000\nSUMMARY:Alice\nDTSTART:20260403T220000\nSTATUS:CANCELLED",
    (
        "UID:club\nSUMMARY:Cleo\nDTSTART;TZID=Club House:20260401T080000\nDURATION:PT8H\n"
        f"RDATE;TZID=Club House:20260405T080000\nDESCRIPTION:{'Ω long ' * 30}"
    ),
    "UID:whole\nSUMMARY:Bob\nDTSTART;VALUE=DATE:20260410\nDTEND;VALUE=DATE:20260412",
)
CHANGES = (
    Change("1", Kind.ON, NINE, NINE + timedelta(hours=2), "b"),
    Change("2", Kind.PAUSE, NINE, None, "a", None, "cold, fever; \\ and more"),
    Change("3", Kind.SWAP, NINE, NINE + timedelta(days=9), "a", "c"),
    Change("4", Kind.CLOSURE, NINE, NINE + timedelta(days=1), None, None, "Easter"),
    Change("5", Kind.CLOSURE, NINE + timedelta(days=60)),
)


def again(raw: bytes, people: tuple[Counsellor, ...]) -> ReadCalendar:
    return read_calendar(raw, NamedZone(ZONE), keys_by_name(people), AT)


def test_read_back_it_is_the_same_roster_minute_by_minute(
    read: Callable[..., ReadCalendar], people: tuple[Counsellor, ...]
) -> None:
    shifts = read(*EVENTS, before=CLUB.format(offset="+0530")).shifts
    found = again(write_calendar(people, shifts, CHANGES, ZONE, AT), people)
    window = (AT, AT + timedelta(days=120))
    expected = make_roster(people, shifts, ZONE, *window, CHANGES)

    assert () == found.problems
    assert len(EVENTS) == len(found.shifts)
    assert CHANGES == found.changes
    assert expected == make_roster(people, found.shifts, ZONE, *window, found.changes)
    assert set(shifts) == set(found.shifts)


def test_other_programs_read_it(read: Callable[..., ReadCalendar], people: tuple[Counsellor, ...]) -> None:
    raw = write_calendar(people, read(*EVENTS, before=CLUB.format(offset="+0530")).shifts, CHANGES, ZONE, AT)
    parsed = icalendar.Calendar.from_ical(raw)
    titles = [str(event["SUMMARY"]) for event in parsed.walk("VEVENT")]

    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert ["Alice", "Alice", "Bob", "Bob", "Cleo"] == sorted(titles[:5])
    assert ["Bob: on", "Alice: pause", "Cleo for Alice", "Closed: Easter", "Closed"] == titles[5:]


def test_it_says_the_name_that_somebody_has_now(
    read: Callable[..., ReadCalendar], people: tuple[Counsellor, ...]
) -> None:
    renamed = (replace(people[0], name="Alice, née Smith"), *people[1:])
    raw = write_calendar(renamed, read(EVENTS[0]).shifts, CHANGES[1:2], ZONE, AT)
    found = again(raw, renamed)

    assert () == found.problems
    assert ["a", "a"] == [found.shifts[0].counsellor, found.changes[0].person]


def test_two_zones_of_one_name_stay_two(
    read: Callable[..., ReadCalendar], people: tuple[Counsellor, ...]
) -> None:
    event = "UID:{}\nSUMMARY:Bob\nDTSTART;TZID=Club House:20260401T080000\nDURATION:PT1H"
    east, west = (
        read(event.format(offset), before=CLUB.format(offset=offset)).shifts[0]
        for offset in ("+0530", "-0300")
    )
    found = again(write_calendar(people, (east, west), (), ZONE, AT), people).shifts
    starts = make_roster(people, found, ZONE, AT, AT + timedelta(days=60)).stretches

    assert ["02:30", "11:00"] == [f"{each.start:%H:%M}" for each in starts]


def test_shifts_of_who_was_removed_are_left_out(people: tuple[Counsellor, ...]) -> None:
    orphan = Shift("1", "", None, "BEGIN:VEVENT\nUID:1\nSUMMARY:Zoe\nDTSTART:20260401T080000\nEND:VEVENT")

    assert b"VEVENT" not in write_calendar(people, (orphan,), (), ZONE, AT)


BAD = [
    ("X-IVR-CHANGE:dance\nX-IVR-PERSON:Bob", "write one of on, off, pause, closure, swap"),
    ("X-IVR-CHANGE:on\nX-IVR-PERSON:Zoe", "no counsellor is called 'Zoe'"),
    ("X-IVR-CHANGE:swap\nX-IVR-PERSON:Bob\nX-IVR-OTHER:Alice", "a swap needs DTEND"),
    ("X-IVR-CHANGE:on\nX-IVR-PERSON:Bob\nDTEND:20260101T000000", "does not end after it begins"),
]


@pytest.mark.parametrize(("lines", "what"), BAD)
def test_a_change_that_is_none_is_reported_and_the_rest_kept(
    read: Callable[..., ReadCalendar], lines: str, what: str
) -> None:
    found = read(f"UID:x\nDTSTART:20260301T080000\n{lines}", EVENTS[4])

    assert [True] == [what in str(each) for each in found.problems]
    assert (["whole"], ()) == ([each.uid for each in found.shifts], found.changes)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=30))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    assert text == plain(escaped(text))
