"""Shifts around midnight and on the nights when clocks change; moments are worked out by hand, in UTC."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from ivr.duty.roster import DutyRoster

SECOND = timedelta(seconds=1)

CUSTOM = """
BEGIN:VTIMEZONE
TZID:Club House
BEGIN:DAYLIGHT
DTSTART:20200405T020000
TZOFFSETFROM:+0530
TZOFFSETTO:+0645
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20201004T030000
TZOFFSETFROM:+0645
TZOFFSETTO:+0530
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
"""

# zone of the shift, its first start and end, rule, and a stretch of duty that must be exactly that, in UTC
NIGHTS = [
    ("Europe/Berlin", "20260101T220000", "20260102T060000", "2026-03-28T21:00Z", "2026-03-29T04:00Z"),
    ("Europe/Berlin", "20260701T220000", "20260702T060000", "2026-10-24T20:00Z", "2026-10-25T05:00Z"),
    ("Europe/Berlin", "20260101T220000", "20260102T060000", "2026-06-01T20:00Z", "2026-06-02T04:00Z"),
    ("America/New_York", "20260101T220000", "20260102T060000", "2026-03-08T03:00Z", "2026-03-08T10:00Z"),
    ("America/New_York", "20260101T220000", "20260102T060000", "2026-11-01T02:00Z", "2026-11-01T11:00Z"),
    ("Africa/Johannesburg", "20260101T220000", "20260102T060000", "2026-03-28T20:00Z", "2026-03-29T04:00Z"),
    ("Asia/Kathmandu", "20260101T220000", "20260102T060000", "2026-03-28T16:15Z", "2026-03-29T00:15Z"),
    ("Australia/Lord_Howe", "20260101T220000", "20260102T060000", "2026-04-04T11:00Z", "2026-04-04T19:30Z"),
    ("Australia/Lord_Howe", "20260101T220000", "20260102T060000", "2026-10-03T11:30Z", "2026-10-03T19:00Z"),
    ("Club House", "20260101T220000", "20260102T060000", "2026-04-04T16:30Z", "2026-04-04T23:15Z"),
    ("Club House", "20260101T220000", "20260102T060000", "2026-10-03T15:15Z", "2026-10-04T00:30Z"),
    ("Club House", "20260101T220000", "20260102T060000", "2026-01-31T16:30Z", "2026-02-01T00:30Z"),
    # ends within the hour that is skipped, and within the one that comes twice: the first of the two counts
    ("Europe/Berlin", "20260101T220000", "20260102T023000", "2026-03-28T21:00Z", "2026-03-29T01:30Z"),
    ("Europe/Berlin", "20260101T220000", "20260102T023000", "2026-10-24T20:00Z", "2026-10-25T00:30Z"),
    ("Club House", "20260101T220000", "20260102T023000", "2026-04-04T16:30Z", "2026-04-04T21:00Z"),
    ("Club House", "20260101T220000", "20260102T023000", "2026-10-03T15:15Z", "2026-10-03T19:45Z"),
    ("Europe/Berlin", "20260101T220000", "20260102T000000", "2026-12-31T21:00Z", "2026-12-31T23:00Z"),
]


@pytest.mark.parametrize(("zone", "start", "end", "begins", "ends"), NIGHTS)
def test_both_ends_of_a_recurring_shift_are_wall_clock_times(
    roster: Callable[..., DutyRoster], zone: str, start: str, end: str, begins: str, ends: str
) -> None:
    duty = roster(
        f"""UID:night
        SUMMARY:Alice
        DTSTART;TZID={zone}:{start}
        DTEND;TZID={zone}:{end}
        RRULE:FREQ=DAILY""",
        before=CUSTOM,
        zone="Africa/Johannesburg",
    )
    first, last = datetime.fromisoformat(begins), datetime.fromisoformat(ends)

    assert [0, 1, 1, 0] == [len(duty.on_duty(at)) for at in (first - SECOND, first, last - SECOND, last)]


def test_a_recurring_night_given_by_its_duration_ends_at_six_too(roster: Callable[..., DutyRoster]) -> None:
    duty = roster("UID:1\nSUMMARY:Bob\nDTSTART:20260101T220000\nDURATION:PT8H\nRRULE:FREQ=DAILY")

    assert datetime.fromisoformat("2026-10-25T06:00+01:00") == _end(duty, "2026-10-25T03:00+01:00")


def test_a_single_shift_given_by_its_duration_lasts_exactly_that(roster: Callable[..., DutyRoster]) -> None:
    duty = roster("UID:1\nSUMMARY:Bob\nDTSTART:20261024T220000\nDURATION:PT8H")

    assert datetime.fromisoformat("2026-10-25T05:00+01:00") == _end(duty, "2026-10-25T03:00+01:00")


def test_a_hand_over_has_no_gap_and_no_overlap_on_either_night(roster: Callable[..., DutyRoster]) -> None:
    duty = roster(
        "UID:1\nSUMMARY:Alice\nDTSTART:20260101T220000\nDTEND:20260102T023000\nRRULE:FREQ=DAILY",
        "UID:2\nSUMMARY:Bob\nDTSTART:20260102T023000\nDTEND:20260102T220000\nRRULE:FREQ=DAILY",
    )
    at = datetime.fromisoformat("2026-03-28T00:00Z")
    everyone = [len(duty.on_duty(at + timedelta(minutes=minute))) for minute in range(2 * 24 * 60)]

    assert {1} == set(everyone)


def test_a_whole_day_is_midnight_to_midnight_of_the_helpline(roster: Callable[..., DutyRoster]) -> None:
    duty = roster("UID:1\nSUMMARY:Bob\nDTSTART;VALUE=DATE:20261025")

    assert 25.0 == (duty.stretches[0].end - duty.stretches[0].start) / timedelta(hours=1)
    assert datetime.fromisoformat("2026-10-25T00:00+02:00") == duty.stretches[0].start


def test_a_shift_on_the_leap_day_comes_every_four_years(roster: Callable[..., DutyRoster]) -> None:
    duty = roster(
        "UID:1\nSUMMARY:Bob\nDTSTART:20240229T080000\nDTEND:20240229T160000\nRRULE:FREQ=YEARLY",
        zone="Africa/Johannesburg",
        years=8,
    )

    assert ["2028-02-29", "2032-02-29"] == [f"{each.start:%Y-%m-%d}" for each in duty.stretches]


def test_an_end_written_in_utc_is_understood_in_the_zone_of_the_start(
    roster: Callable[..., DutyRoster],
) -> None:
    duty = roster(
        """UID:1
        SUMMARY:Bob
        DTSTART;TZID=Europe/Berlin:20260101T220000
        DTEND:20260102T050000Z
        RRULE:FREQ=DAILY"""
    )

    assert datetime.fromisoformat("2026-07-02T06:00+02:00") == _end(duty, "2026-07-02T03:00+02:00")


def _end(duty: DutyRoster, at: str) -> datetime:
    moment = datetime.fromisoformat(at)
    return next(each.end for each in duty.stretches if each.start <= moment < each.end)


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("20261024T220000", "DURATION:PT5H30M", ("2026-10-24T20:00Z", "2026-10-25T01:30Z")),
        ("20261024T220000", "DTEND:20261025T013000Z", ("2026-10-24T20:00Z", "2026-10-25T01:30Z")),
        ("20261025T023000", "DURATION:PT1H", ("2026-10-25T00:30Z", "2026-10-25T01:30Z")),
    ],
)
def test_a_single_shift_may_end_in_the_hour_that_the_clock_shows_twice(
    roster: Callable[..., DutyRoster], begin: str, end: str, expected: tuple[str, str]
) -> None:
    duty = roster(f"UID:1\nSUMMARY:Alice\nDTSTART;TZID=Europe/Berlin:{begin}\n{end}")

    assert [expected] == [(f"{each.start:%FT%RZ}", f"{each.end:%FT%RZ}") for each in duty.stretches]
