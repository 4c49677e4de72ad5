"""What is read elsewhere is what would have been read here, and what never ends is not waited for."""

from datetime import UTC, datetime
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from ivr.duty.calendar import read_calendar
from ivr.duty.problems import UnreadableFileError
from ivr.duty.zones import NamedZone
from ivr.jobs import calendar_reading
from ivr.jobs.calendar_reading import read_safely

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ZONE = ZoneInfo("Africa/Johannesburg")
NAMES = {"thandi": ("a",), "sipho": ("b",)}
ZONED = (
    b"BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0200\n"
    b"TZOFFSETTO:+0200\nEND:STANDARD\nEND:VTIMEZONE\n"
)


def calendar(events: int, *more: bytes) -> bytes:
    shifts = (
        b"BEGIN:VEVENT\nUID:%d\nSUMMARY:%b\nDTSTART;TZID=Ours:20260105T220000\nDURATION:PT8H\n%bEND:VEVENT\n"
        % (number, (b"Thandi", b"Sipho", b"Nobody")[number % 3], b"".join(each + b"\n" for each in more))
        for number in range(events)
    )
    return b"BEGIN:VCALENDAR\nVERSION:2.0\n" + ZONED + b"".join(shifts) + b"END:VCALENDAR\n"


def test_a_calendar_says_the_same_wherever_it_is_read() -> None:
    raw = calendar(300, b"RRULE:FREQ=WEEKLY;BYDAY=MO,TU", b"EXDATE;TZID=Ours:20260106T220000")
    here = read_calendar(raw, NamedZone(ZONE), NAMES, NOW)

    assert here == read_safely(raw, ZONE, NAMES, NOW)
    assert 100 == len([each for each in here.shifts if each.counsellor == "a"])


def test_a_calendar_that_takes_for_ever_is_given_up() -> None:
    raw = calendar(20, b"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=1;BYSETPOS=366")
    begun = monotonic()

    with pytest.raises(UnreadableFileError, match="longer than 2 seconds"):
        read_safely(raw, ZONE, NAMES, NOW, patience=2)
    assert 10 > monotonic() - begun


def test_what_is_no_calendar_is_told_as_usual() -> None:
    with pytest.raises(UnreadableFileError, match="not an iCalendar file"):
        read_safely(b"x" * 5000, ZONE, NAMES, NOW)


@pytest.mark.parametrize(
    "hard", [b"RRULE:FREQ=YEARLY;BYMONTHDAY=30", b"RRULE:FREQ=DAILY;B\n YSETPOS=1", b"RDATE:x"]
)
def test_a_small_file_that_may_take_long_is_not_read_here(
    monkeypatch: pytest.MonkeyPatch, hard: bytes
) -> None:
    monkeypatch.setattr(calendar_reading, "read_calendar", None)

    read_safely(calendar(1, hard).replace(ZONED, b""), ZONE, NAMES, NOW)


def test_an_event_with_rules_without_end_is_bad_and_the_others_are_kept() -> None:
    rules = b"RRULE:FREQ=DAILY\n" * 11
    raw = calendar(2).replace(b"UID:0\n", b"UID:0\n" + rules)
    read = read_calendar(raw, NamedZone(ZONE), NAMES, NOW)

    assert ["1"] == [each.uid for each in read.shifts]
    assert "more than 10 lines RRULE" in str(read.problems[0])
