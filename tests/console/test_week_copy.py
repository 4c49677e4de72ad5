"""A week is copied by a button, and what was left out is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.storage.shifts import list_shifts
from tests.console.roster_stage import (
    WEEKLY,
    add,
    follow,
    hidden,
    keeper_of,
    noted,
    on_duty,
    roster_stage,
    shift,
)
from tests.console.staging import ConsoleStage, Visitor

COPY = "/staff/roster/week/copy"


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return roster_stage(tmp_path, audio, database)


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return keeper_of(stage)


def test_shifts_that_happen_once_come_again_and_callers_reach_them(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    add(stage, keeper, "Sipho", date="2026-01-13", **WEEKLY | {"days": ["1"]})
    told = follow(keeper, keeper.post(COPY, date="2026-01-14", weeks="2"))

    assert "Shifts copied: 2. Not copied: 1 in series, which go on by themselves." in told
    nights = [datetime(2026, 1, day, 21, tzinfo=UTC) for day in (12, 19, 26)]
    assert [["Thandi"]] * 3 == [on_duty(stage, at) for at in nights]
    assert [] == on_duty(stage, datetime(2026, 2, 2, 21, tzinfo=UTC))
    assert ("Rosa", "week copied") in noted(stage)


def test_a_week_that_is_copied_twice_is_there_once(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper)
    told = [follow(keeper, keeper.post(COPY, date="2026-01-12", weeks="1")) for _ in range(2)]
    with stage.engine.connect() as connection:
        count = len(list_shifts(connection))

    assert "Shifts copied: 0. Not copied: 1 there already." in told[1]
    assert 4 == count  # the two of the stage, the one that was added, its copy


def test_a_copy_is_taken_out_as_any_other_shift(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper)
    keeper.post(COPY, date="2026-01-12", weeks="1")
    keeper.post("/staff/roster/shift/out", **hidden(shift(keeper, "2026-01-19")))

    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 12, 21, tzinfo=UTC))
    assert [] == on_duty(stage, datetime(2026, 1, 19, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    "fields",
    [
        {"date": "2026-01-12", "weeks": "0"},
        {"date": "2026-01-12", "weeks": "9"},
        {"date": "2026-01-12", "weeks": "many"},
        {"date": "some day", "weeks": "1"},
        {"date": "9999-12-31", "weeks": "1"},
        {"date": "0001-01-01", "weeks": "1"},
        {},
    ],
)
def test_what_cannot_be_copied_changes_nothing(
    stage: ConsoleStage, keeper: Visitor, fields: dict[str, str]
) -> None:
    told = follow(keeper, keeper.post(COPY, **fields))

    assert "Nothing was copied" in told
    assert ("Rosa", "week copied") not in noted(stage)
