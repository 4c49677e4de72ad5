"""The gaps that the roster's page shows, and the shift that each offers."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest

from ivr.console.roster_gaps import shown_gaps
from ivr.duty.roster import DutyRoster
from ivr.duty.stretches import Stretch
from ivr.flow.roster import Counsellor
from tests.console.roster_stage import HOUR, add, keeper_of, on_duty, roster_stage
from tests.console.staging import ConsoleStage, Visitor

JOHANNESBURG, BERLIN = ZoneInfo("Africa/Johannesburg"), ZoneInfo("Europe/Berlin")
NOON, DAY = datetime(2026, 1, 5, 12, tzinfo=UTC), timedelta(days=1)
ALICE = Counsellor("a", "Alice", "+27821234501", ("en",))


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return roster_stage(tmp_path, audio, database)


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return keeper_of(stage)


def shown(at: datetime, zone: ZoneInfo, *duties: tuple[datetime, datetime]) -> list[tuple[datetime, ...]]:
    """Start, end and offered end of every gap, where somebody is on duty in `duties`."""
    roster = DutyRoster(tuple(Stretch(start, end, (ALICE,)) for start, end in duties), zone)
    return [(each.start, each.end, each.offered) for each in shown_gaps(roster, at)]


def test_a_gap_that_goes_on_is_cut_where_the_seven_days_end() -> None:
    begins, ends = NOON + 6 * DAY, NOON + 13 * DAY
    found = shown(NOON, JOHANNESBURG, (NOON, begins), (ends, ends + DAY))

    assert [(begins, NOON + 7 * DAY)] == [(start, end) for start, end, _ in found]


@pytest.mark.parametrize(
    ("lasts", "offered"),
    [(HOUR, HOUR), (23 * HOUR, 23 * HOUR), (DAY, 8 * HOUR), (50 * HOUR, 8 * HOUR)],
)
def test_what_is_offered_is_the_gap_or_as_much_of_it_as_a_shift_is_long(
    lasts: timedelta, offered: timedelta
) -> None:
    found = shown(NOON, JOHANNESBURG, (NOON + lasts, NOON + 9 * DAY))

    assert [(NOON, NOON + lasts, NOON + offered)] == found


def test_a_gap_of_a_day_that_has_23_hours_is_offered_as_a_shift_too() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    found = shown(before, BERLIN, (datetime(2026, 3, 29, 12, tzinfo=BERLIN), before + 9 * DAY))

    assert "2026-03-28T20:00:00+01:00" == found[0][2].isoformat()


def test_the_shift_that_is_offered_for_a_long_gap_can_be_added(stage: ConsoleStage, keeper: Visitor) -> None:
    found = re.search(r'href="/staff/roster/shift/new\?([^"]+)"', keeper.get("/staff/roster").text)
    assert found
    shift = dict(parse_qsl(unescape(found[1])))
    added = add(stage, keeper, **shift).text

    assert {"date": "2026-01-06", "start": "02:00", "end": "10:00"} == shift
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 6, 9, 59, tzinfo=JOHANNESBURG)), added


def test_the_page_says_where_the_seven_days_end(keeper: Visitor) -> None:
    shown_text = keeper.get("/staff/roster").text

    assert re.search(
        r"<strong>Nobody</strong> from .*Tue 06 Jan 2026, 02:00.* to .*Mon 12 Jan 2026, 14:00", shown_text
    )
