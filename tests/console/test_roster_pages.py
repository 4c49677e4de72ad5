"""The roster's pages: who is on duty, weeks, months and days with their gaps."""

import re
from html import unescape
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.engine import writing
from ivr.storage.holds import hold
from tests.app.people import NOON, THANDI
from tests.console.roster_stage import (
    HOUR,
    add,
    keeper_of,
    key,
    roster_stage,
)
from tests.console.staging import ConsoleStage, Visitor


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return roster_stage(tmp_path, audio, database)


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return keeper_of(stage)


def test_everybody_who_is_signed_in_sees_who_is_on_duty_but_no_phone(stage: ConsoleStage) -> None:
    stage.stage.background()
    shown = stage.signed_in(Role.LISTENER).get("/staff/roster").text

    assert "Thandi" in shown
    assert "Tue 06 Jan 2026, 02:00" in shown
    assert THANDI.phone not in shown
    assert "/staff/roster/week" not in shown


def test_a_week_shows_its_gaps_in_words(keeper: Visitor) -> None:
    shown = keeper.get("/staff/roster/week", date="2026-01-07").text

    assert "Week of 05 January 2026" in shown
    assert '<li class="gap"><strong>Nobody</strong> <time datetime="2026-01-06T02:00:00+02:00">02:00' in shown


def test_a_month_and_a_day_are_shown_too(keeper: Visitor) -> None:
    assert "January 2026" in keeper.get("/staff/roster/month", date="2026-01-20").text
    assert "Monday 05 January 2026" in keeper.get("/staff/roster/day", date="2026-01-05").text


@pytest.mark.parametrize("date", ["", "0001-01-01", "9999-12-31", "rubbish"])
def test_a_date_that_no_roster_has_shows_today(keeper: Visitor, date: str) -> None:
    for page in ("week", "month", "day"):
        assert "2026" in keeper.get(f"/staff/roster/{page}", date=date).text


def test_a_gap_leads_to_a_form_with_its_times(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper, date="2026-01-06", start="10:00", end="12:00")
    found = re.search(r'href="(/staff/roster/shift/new\?[^"]+)"', keeper.get("/staff/roster").text)
    assert found
    shown = keeper.client.get(unescape(found[1]), base_url=keeper.public).text

    assert 'name="date" value="2026-01-06"' in shown
    assert 'name="start" value="02:00"' in shown
    assert 'name="end" value="10:00"' in shown


def test_a_phone_that_rings_or_talks_is_in_use(stage: ConsoleStage, keeper: Visitor) -> None:
    with writing(stage.engine) as connection:
        hold(connection, key(stage, "Thandi"), 1, NOON + HOUR)
    shown = keeper.get("/staff/roster").text

    assert 1 == shown.count("in use</span>")
    assert 1 == shown.count("free</span>")
