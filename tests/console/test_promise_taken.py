"""A promise is the work of one person at a time, at a desk or on a phone."""

from datetime import timedelta
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.callback_work import claim_try
from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import put_back
from ivr.storage.promises import list_promises
from tests.console.promises_seen import (
    ask_to_be_rung,
    leave_message,
    press,
    seen_on,
    state,
    take_by_phone,
    told,
)
from tests.console.staging import ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def thandi(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.LISTENER, name="Thandi")


@pytest.fixture
def ann(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.LISTENER, name="Ann")


def test_of_two_who_claim_it_one_has_it_and_the_other_sees_who(
    stage: ConsoleStage, thandi: Visitor, ann: Visitor
) -> None:
    leave_message(stage)
    press(thandi, "claim")
    page = press(ann, "claim")

    assert ["Somebody was faster: look below who has it now. Nothing was changed."] == told(page)
    assert "by Thandi" in page
    for deed in ("keep", "give-up", "give-back"):
        assert "It is not yours any more" in press(ann, deed, why="no")
    assert "in-work" == state(stage)


def test_what_is_given_back_is_open_for_everybody(stage: ConsoleStage, thandi: Visitor, ann: Visitor) -> None:
    leave_message(stage)
    press(thandi, "claim")
    press(thandi, "give-back")

    assert "open" == state(stage)
    assert "by you" in press(ann, "claim")


def test_an_administrator_takes_it_from_somebody_who_is_away(stage: ConsoleStage, thandi: Visitor) -> None:
    leave_message(stage)
    press(thandi, "claim")
    chief = stage.signed_in(Role.ADMINISTRATOR, name="Chief")

    assert "Take it from them" in chief.get("/staff/promises/1").text
    press(chief, "give-back")
    assert "open" == state(stage)


def test_an_administrator_takes_it_from_a_counsellors_phone_after_a_plain_warning(
    stage: ConsoleStage, ann: Visitor
) -> None:
    leave_message(stage)
    take_by_phone(stage, "thandi")
    chief = stage.signed_in(Role.ADMINISTRATOR, name="Chief")
    page = chief.get("/staff/promises/1").text

    assert "has it by phone since" in page
    assert "hears the message" in page
    assert "They may be at it at this moment" in page
    assert "Take it from their phone" not in ann.get("/staff/promises/1").text
    assert "It is not yours any more" in press(ann, "give-back", seen=seen_on(page))
    assert "in-work" == state(stage)

    press(chief, "give-back", seen=seen_on(page))

    assert "open" == state(stage)
    assert "by you" in press(ann, "claim")
    with reading(stage.engine) as connection:
        done = [each.by for each in entries(connection, Wanted(text="promise taken from a phone"))]
    assert ["Chief"] == done


def test_a_claim_whose_time_is_over_is_taken_from_a_phone_without_a_warning(stage: ConsoleStage) -> None:
    ask_to_be_rung(stage)
    with writing(stage.engine) as connection:
        assert claim_try(connection, 1, "CA9", "gone", stage.clock(), stage.clock() + timedelta(minutes=2))
    stage.clock.at += timedelta(minutes=2)
    page = stage.signed_in(Role.ADMINISTRATOR).get("/staff/promises/1").text

    assert "A counsellor who is not stored any more has it by phone" in page
    assert "rings the caller" in page
    assert "They may be at it at this moment" not in page
    assert seen_on(page)


def test_what_another_counsellor_has_by_phone_meanwhile_is_not_taken_from_them(stage: ConsoleStage) -> None:
    leave_message(stage)
    take_by_phone(stage, "thandi")
    chief = stage.signed_in(Role.ADMINISTRATOR)
    seen = seen_on(chief.get("/staff/promises/1").text)
    stage.clock.at += timedelta(minutes=1)
    with writing(stage.engine) as connection:
        assert put_back(connection, 1, stage.clock())
    take_by_phone(stage, "sipho")

    assert "Somebody was faster" in press(chief, "give-back", seen=seen)
    assert "in-work" == state(stage)


def test_the_helpline_rings_nobody_by_itself_for_what_somebody_has(
    stage: ConsoleStage, thandi: Visitor
) -> None:
    ask_to_be_rung(stage)
    press(thandi, "claim")
    with reading(stage.engine) as connection:
        assert [None] == [each.next_at for each in list_promises(connection)]

    press(thandi, "give-back")
    press(thandi, "again")

    with reading(stage.engine) as connection:
        assert [stage.clock()] == [each.next_at for each in list_promises(connection)]
