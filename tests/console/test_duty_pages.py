"""What differs from the shifts: on, off, pause, closures; and how it is taken back."""

import re
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.duty_changes import list_changes
from ivr.storage.engine import reading
from tests.app.people import NOON
from tests.console.roster_stage import (
    HOUR,
    add,
    follow,
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


def test_somebody_who_pauses_is_not_rung_and_can_be_rung_again(stage: ConsoleStage, keeper: Visitor) -> None:
    for kind in ("pause", "on"):
        keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), kind=kind)
        stage.clock.passes(minutes=2)
        people = on_duty(stage, stage.clock())
        assert ("Thandi" in people) is (kind == "on")


def test_what_was_said_of_duty_can_be_taken_back(stage: ConsoleStage, keeper: Visitor) -> None:
    keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), kind="off", until="2026-01-05T20:00")
    page = keeper.get("/staff/roster/changes")
    change = re.search(r'name="id" value="(\w+)"', page.text)
    assert change
    during = on_duty(stage, NOON + HOUR)
    keeper.post("/staff/roster/changes/undo", id=change[1])

    assert "Thandi: off duty" in page.text
    assert ["Sipho"] == during
    assert ["Thandi", "Sipho"] == on_duty(stage, NOON + HOUR)


def test_somebody_without_a_shift_cannot_go_off_without_an_end(stage: ConsoleStage, keeper: Visitor) -> None:
    stage.clock.passes(days=2)
    keeper = stage.signed_in(Role.ROTA_KEEPER, name="Later")
    answer = keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), kind="off")

    assert "Thandi is not on duty then" in follow(keeper, answer)
    with reading(stage.engine) as connection:
        assert () == list_changes(connection)


def test_the_helpline_is_closed_and_opened_again(stage: ConsoleStage, keeper: Visitor) -> None:
    keeper.post("/staff/roster/close", until="2026-01-05T20:00", note="Storm")
    shown = keeper.get("/staff/roster").text
    closed = on_duty(stage, NOON + HOUR)
    stage.clock.passes(minutes=5)
    keeper.post("/staff/roster/reopen")

    assert "The helpline is closed</strong> (Storm)" in shown
    assert [] == closed
    assert ["Thandi", "Sipho"] == on_duty(stage, NOON + HOUR)


@pytest.mark.parametrize(
    "fields", [{"kind": "sing"}, {"kind": "off", "until": "2026-01-05T13:00"}, {"kind": "off", "from": "x"}]
)
def test_a_word_about_duty_that_cannot_be_is_refused(
    stage: ConsoleStage, keeper: Visitor, fields: dict[str, str]
) -> None:
    answer = keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), **fields)

    assert 'class="told error"' in follow(keeper, answer)
    assert ["Thandi", "Sipho"] == on_duty(stage, NOON + HOUR)


def test_everything_that_changes_the_roster_stands_in_the_audit_log(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    keeper.post("/staff/roster/shift/out", **hidden(shift(keeper, "2026-01-12")))
    keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), kind="pause")
    keeper.post("/staff/roster/close")
    keeper.post("/staff/roster/reopen")

    assert {
        ("Rosa", "shift added"),
        ("Rosa", "shift taken out"),
        ("Rosa", "counsellor pause"),
        ("Rosa", "helpline closed"),
        ("Rosa", "helpline reopened"),
    } <= set(noted(stage))
