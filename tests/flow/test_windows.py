"""A call-back comes at the time of day that was asked for, by the wall clock on days of 23 or 25 hours too.

Clock changes: Johannesburg has none; Berlin goes from 2:00 to 3:00 on 29 March 2026 and from 3:00 to 2:00 on
25 October 2026 (tz database); Cairo from 0:00 to 1:00 on 24 April 2026.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.windows import HOURS, next_try, opening

JOHANNESBURG, BERLIN = ZoneInfo("Africa/Johannesburg"), ZoneInfo("Europe/Berlin")
TWENTY = timedelta(minutes=20)


def local(zone: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("window", "at", "expected"),
    [
        ("now", "2026-11-22T23:10", "2026-11-22T23:10"),
        ("morning", "2026-11-22T06:00", "2026-11-22T08:00"),
        ("morning", "2026-11-22T09:30", "2026-11-22T09:30"),
        ("morning", "2026-11-22T12:00", "2026-11-23T08:00"),
        ("afternoon", "2026-11-22T11:59", "2026-11-22T12:00"),
        ("evening", "2026-11-22T19:59", "2026-11-22T19:59"),
        ("evening", "2026-11-22T20:00", "2026-11-23T17:00"),
        ("a word of a later version", "2026-11-22T20:00", "2026-11-22T20:00"),
    ],
)
def test_a_window_opens_today_or_else_tomorrow(window: str, at: str, expected: str) -> None:
    assert local(JOHANNESBURG, expected) == opening(window, local(JOHANNESBURG, at), JOHANNESBURG)


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        ("2026-03-28T19:00+00:00", "2026-03-29T06:00+00:00"),  # eight is an hour earlier after the night
        ("2026-10-24T18:00+00:00", "2026-10-25T07:00+00:00"),  # and an hour later
    ],
)
def test_the_morning_after_a_clock_change_begins_at_eight_by_the_clock(asked: str, opens: str) -> None:
    found = opening("morning", datetime.fromisoformat(asked), BERLIN)

    assert datetime.fromisoformat(opens) == found
    assert 8 == found.astimezone(BERLIN).hour


@pytest.mark.parametrize(("tries", "minutes"), [(1, 20), (2, 40), (3, 80)])
def test_every_pause_is_twice_the_one_before(tries: int, minutes: int) -> None:
    at = local(JOHANNESBURG, "2026-11-23T12:10")

    assert at + timedelta(minutes=minutes) == next_try("afternoon", at, at, TWENTY, tries, JOHANNESBURG)


def test_no_pause_is_longer_than_a_day() -> None:
    at = local(JOHANNESBURG, "2026-11-23T12:10")

    assert at + timedelta(days=1) == next_try("afternoon", at, at, timedelta(hours=4), 9, JOHANNESBURG)


def test_a_pause_that_ends_outside_the_window_waits_for_the_next() -> None:
    at = local(JOHANNESBURG, "2026-11-23T11:50")

    assert local(JOHANNESBURG, "2026-11-24T08:00") == next_try("morning", at, at, TWENTY, 1, JOHANNESBURG)


def test_who_wanted_to_be_called_now_is_not_woken_at_night() -> None:
    asked = local(JOHANNESBURG, "2026-11-22T22:00")
    soon = next_try("now", asked, asked + TWENTY, TWENTY, 1, JOHANNESBURG)
    late = next_try("now", asked, asked + 6 * TWENTY, TWENTY, 3, JOHANNESBURG)

    assert asked + 2 * TWENTY == soon
    assert local(JOHANNESBURG, "2026-11-23T08:00") == late


def test_a_pause_over_a_clock_change_is_as_long_as_any_other() -> None:
    """20 minutes after 1:50 before the hour 2 is skipped: 3:10 by the clock."""
    at = local(BERLIN, "2026-03-29T01:50")

    assert local(BERLIN, "2026-03-29T03:10") == next_try("now", at, at, TWENTY, 1, BERLIN)


ZONES = st.sampled_from([JOHANNESBURG, BERLIN, ZoneInfo("Africa/Cairo"), ZoneInfo("Australia/Lord_Howe")])
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(sorted(HOURS)), MOMENTS, ZONES)
def test_whenever_it_is_asked_for_a_window_opens_within_a_day_and_inside_itself(
    window: str, at: datetime, zone: ZoneInfo
) -> None:
    found = opening(window, at, zone)
    first, end = HOURS[window]

    assert first <= found.astimezone(zone).hour < end
    assert timedelta(0) <= found - at <= timedelta(hours=25)
    assert found == opening(window, found, zone)
