"""Until when an announcement is heard that was recorded by phone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.flow.studio_line_state import Term
from ivr.jobs.studio_announcing import ends

AFRICA, EUROPE = ZoneInfo("Africa/Johannesburg"), ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 1, 5, 21, 30, tzinfo=UTC)  # half past eleven at night there
BEFORE_SUMMER = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the clocks change the night after


@pytest.mark.parametrize(
    ("expected", "term", "at", "zone"),
    [
        (datetime(2026, 1, 5, 22, tzinfo=UTC), Term.TODAY, LATE, AFRICA),
        (datetime(2026, 1, 6, 18, tzinfo=UTC), Term.TOMORROW, LATE, AFRICA),
        (datetime(2026, 1, 11, 22, tzinfo=UTC), Term.WEEK, LATE, AFRICA),
        (datetime(2026, 3, 28, 23, tzinfo=UTC), Term.TODAY, BEFORE_SUMMER, EUROPE),
        (datetime(2026, 3, 29, 18, tzinfo=UTC), Term.TOMORROW, BEFORE_SUMMER, EUROPE),
        (datetime(2026, 4, 3, 22, tzinfo=UTC), Term.WEEK, BEFORE_SUMMER, EUROPE),
    ],
)
def test_it_ends_by_the_clock_of_the_helpline(
    expected: datetime, term: Term, at: datetime, zone: ZoneInfo
) -> None:
    assert expected == ends(term, at, zone)
