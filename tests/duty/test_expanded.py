"""What was followed once today is what would be found anew, and a changed series is followed anew."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.duty.calendar import Shift
from ivr.duty.expanded import Expansions
from ivr.duty.expansion import duties_of

ZONE = ZoneInfo("Africa/Johannesburg")
MORNING = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
AHEAD = timedelta(days=3)


def shift(uid: str, starts: str, *more: str) -> Shift:
    lines = ("BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Thandi", f"DTSTART:{starts}", "DURATION:PT4H")
    return Shift(uid, "", "thandi", "\n".join((*lines, *more, "END:VEVENT")))


DAILY = shift("daily", "20251201T220000", "RRULE:FREQ=DAILY")
ONCE = shift("once", "20260105T070000")
FAR = shift("far", "20260108T220000")


def test_it_finds_the_same_at_every_hour_of_two_days() -> None:
    expansions, shifts = Expansions(ZONE), (DAILY, FAR, ONCE)
    moments = [MORNING + timedelta(hours=hours) for hours in range(48)]
    found = [expansions.duties(shifts, at, at + AHEAD) for at in moments]

    assert [duties_of(shifts, ZONE, at, at + AHEAD) for at in moments] == found


def test_what_has_changed_or_gone_counts_at_once() -> None:
    expansions, later = Expansions(ZONE), shift("once", "20260106T100000")
    expansions.duties((DAILY, ONCE), MORNING, MORNING + AHEAD)
    changed = expansions.duties((later,), MORNING, MORNING + AHEAD)

    assert [datetime(2026, 1, 6, 8, tzinfo=UTC)] == [each.start for each in changed]


def test_a_series_that_cannot_be_followed_is_told_of_once_a_day(caplog: pytest.LogCaptureFixture) -> None:
    expansions = Expansions(ZONE)
    broken = shift("broken", "20260105T070000", "RRULE:FREQ=SECONDLY")
    for hours in (0, 1, 2, 24):
        at = MORNING + timedelta(hours=hours)
        expansions.duties((broken, ONCE), at, at + AHEAD)

    assert 2 == caplog.text.count("Shift broken is left out")
