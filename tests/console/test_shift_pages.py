"""The pages of one shift: what is added and changed is who callers reach."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from tests.console.roster_stage import (
    WEEKLY,
    add,
    first_shift,
    hidden,
    keeper_of,
    key,
    noted,
    on_duty,
    roster_stage,
    shift,
)
from tests.console.staging import ConsoleStage, Visitor


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return roster_stage(tmp_path, audio, database)


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return keeper_of(stage)


def test_a_shift_in_the_last_night_of_the_calendar_is_refused_with_the_years_that_can_be(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    shown = add(stage, keeper, date="9999-12-31", start="22:00", end="06:00").text

    assert "A year from 2000 to 2100, please" in shown


def test_a_night_shift_that_is_added_is_who_callers_reach(stage: ConsoleStage, keeper: Visitor) -> None:
    answer = add(stage, keeper)

    assert 303 == answer.status_code
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 13, 3, 59, tzinfo=UTC))
    assert [] == on_duty(stage, datetime(2026, 1, 13, 4, tzinfo=UTC))
    assert ("Rosa", "shift added") in noted(stage)


def test_the_next_caller_is_served_by_what_was_added(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper)
    roster = stage.stage.parts.snapshot.current().roster

    assert ["Thandi"] == [each.name for each in roster.on_duty(datetime(2026, 1, 13, 3, tzinfo=UTC))]


BAD = [
    ({"person": "nobody"}, "Choose a counsellor."),
    ({"date": "31.12."}, "Write a date, as 2026-12-31."),
    ({"start": "late"}, "Write a time, as 22:00."),
    ({"end_date": "2026-01-01"}, "The end must lie after the beginning."),
    ({"end": "22:00"}, "It would last 24 hours; if that is meant, write the day on which it ends."),
    ({"repeat": "weekly", "days": []}, "Choose at least one day of the week"),
    ({"repeat": "weekly", "days": ["0"], "every": "often"}, "Write a number of weeks."),
    ({"repeat": "weekly", "days": ["0"], "until": "2026-01-11"}, "The last day lies before the first shift."),
    ({"tier": "3"}, "Choose one of the list."),
]


def test_a_shift_of_a_whole_day_is_taken_when_its_last_day_is_said(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper, end="22:00", end_date="2026-01-13")

    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 13, 12, tzinfo=UTC))
    assert 'name="end_date" value="2026-01-13"' in shift(keeper, "2026-01-12").text


@pytest.mark.parametrize(("fields", "told"), BAD)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_entered_stays(
    stage: ConsoleStage, keeper: Visitor, fields: dict[str, object], told: str
) -> None:
    answer = add(stage, keeper, **fields)

    assert 200 == answer.status_code
    assert told in answer.text
    assert 'value="22:00"' in answer.text or "start" in fields
    assert [] == on_duty(stage, datetime(2026, 1, 13, 3, tzinfo=UTC))


def test_one_shift_of_a_series_is_changed_alone(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper, **WEEKLY)
    page = shift(keeper, "2026-01-19")
    fields = {
        "person": key(stage, "Sipho"),
        "date": "2026-01-19",
        "start": "20:00",
        "end": "21:00",
        "scope": "once",
    }
    keeper.post("/staff/roster/shift", **hidden(page), **fields)

    assert ["Sipho"] == on_duty(stage, datetime(2026, 1, 19, 18, tzinfo=UTC))
    assert [] == on_duty(stage, datetime(2026, 1, 19, 21, tzinfo=UTC))
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 26, 21, tzinfo=UTC))


def test_a_series_is_changed_from_one_shift_on(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper, **WEEKLY)
    page = shift(keeper, "2026-01-19")
    fields = {
        "person": key(stage, "Sipho"),
        "date": "2026-01-19",
        "start": "20:00",
        "end": "21:00",
        "scope": "on",
    }
    keeper.post("/staff/roster/shift", **hidden(page), **fields, **WEEKLY)

    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 12, 21, tzinfo=UTC))
    assert ["Sipho"] == on_duty(stage, datetime(2026, 1, 26, 18, tzinfo=UTC))
    assert [] == on_duty(stage, datetime(2026, 1, 26, 21, tzinfo=UTC))


def test_the_second_of_two_who_change_the_same_shift_is_told_and_keeps_what_they_entered(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    page = hidden(shift(keeper, "2026-01-12"))
    fields = {"person": key(stage, "Sipho"), "date": "2026-01-12", "end": "06:00", "repeat": "once"}
    other = stage.signed_in(Role.ROTA_KEEPER, name="Other")
    other.post("/staff/roster/shift", **page, **{**fields, "start": "23:00"})
    second = keeper.post("/staff/roster/shift", **page, **{**fields, "start": "21:30"})
    again = keeper.post("/staff/roster/shift", **hidden(second), **{**fields, "start": "21:30"})

    assert "Somebody else has changed this shift meanwhile" in second.text
    assert 'value="21:30"' in second.text
    assert "Mon 12 Jan 2026, 23:00" in second.text
    assert 303 == again.status_code
    assert ["Sipho"] == on_duty(stage, datetime(2026, 1, 12, 19, 30, tzinfo=UTC))


def test_a_copy_is_the_same_shift_a_week_later(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper)
    shown = keeper.get("/staff/roster/shift/new", **first_shift(keeper, "2026-01-12")).text

    assert 'value="2026-01-19"' in shown
    assert 'value="22:00"' in shown
    assert f'value="{key(stage, "Thandi")}" selected' in shown
