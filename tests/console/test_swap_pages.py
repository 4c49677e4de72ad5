"""Swaps of shifts: nothing is swapped unseen."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from ivr.storage.duty_changes import list_changes
from ivr.storage.engine import reading
from tests.console.roster_stage import (
    add,
    first_shift,
    follow,
    hidden,
    keeper_of,
    key,
    on_duty,
    roster_stage,
)
from tests.console.staging import ConsoleStage, Visitor


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return roster_stage(tmp_path, audio, database)


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return keeper_of(stage)


def test_two_counsellors_exchange_their_shifts(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper)
    add(stage, keeper, "Sipho", date="2026-01-14")
    taker = key(stage, "Sipho")
    page = keeper.get("/staff/roster/swap", **first_shift(keeper, "2026-01-12"), taker=taker)
    choice = re.search(r'name="other" value="([^"]+@ivr)"', page.text)
    assert choice
    keeper.post("/staff/roster/swap/keep", **hidden(page), taker=taker, other=unescape(choice[1]))

    assert ["Sipho"] == on_duty(stage, datetime(2026, 1, 12, 21, tzinfo=UTC))
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 14, 21, tzinfo=UTC))
    assert "Sipho</a> <small>for Thandi</small>" in keeper.get("/staff/roster/day", date="2026-01-12").text


def test_a_shift_that_was_swapped_meanwhile_is_not_swapped_again_unseen(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    taker = key(stage, "Sipho")
    page = hidden(keeper.get("/staff/roster/swap", **first_shift(keeper, "2026-01-12"), taker=taker))
    answers = [keeper.post("/staff/roster/swap/keep", **page, taker=taker) for _ in range(2)]
    told = follow(keeper, answers[1])

    with reading(stage.engine) as connection:
        assert 1 == len(list_changes(connection))
    assert "Somebody else has changed or swapped this shift meanwhile" in told


def test_a_shift_that_was_given_away_meanwhile_is_nobodys_to_offer(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    add(stage, keeper, "Sipho", date="2026-01-14")
    taker = key(stage, "Sipho")
    page = keeper.get("/staff/roster/swap", **first_shift(keeper, "2026-01-12"), taker=taker)
    choice = re.search(r'name="other" value="([^"]+@ivr)"', page.text)
    assert choice
    at, _, uid = unescape(choice[1]).partition(" ")
    thandi = key(stage, "Thandi")
    giving = keeper.get("/staff/roster/swap", uid=uid, at=at, taker=thandi)
    keeper.post("/staff/roster/swap/keep", **hidden(giving), taker=thandi)
    answer = keeper.post("/staff/roster/swap/keep", **hidden(page), taker=taker, other=unescape(choice[1]))

    with reading(stage.engine) as connection:
        assert 1 == len(list_changes(connection))
    assert "Somebody else has changed or swapped this shift meanwhile" in follow(keeper, answer)
