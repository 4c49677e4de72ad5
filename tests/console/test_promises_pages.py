"""Promises on the staff's pages: each is one person's work, and never lost between two."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import reading
from tests.console.promises_seen import (
    NUMBER,
    SOUND,
    ask_to_be_rung,
    leave_message,
    press,
    state,
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


def test_a_message_is_heard_claimed_noted_and_kept(stage: ConsoleStage, thandi: Visitor) -> None:
    leave_message(stage)

    assert "Voice message 1" in thandi.get("/staff/promises").text
    with thandi.get("/staff/promises/1/message.wav") as answer:
        assert SOUND == answer.data
    assert "by you" in press(thandi, "claim")
    assert "rang twice, no answer" in press(thandi, "note", note="rang twice, no answer")
    assert "spoke with her" in press(thandi, "keep", how="spoke with her")
    assert "kept" == state(stage)
    assert "It is kept</button>" not in thandi.get("/staff/promises/1").text
    assert "There is nothing here" in thandi.get("/staff/promises").text
    assert "Voice message 1" in thandi.get("/staff/promises", show="kept").text


def test_a_promise_is_given_up_only_for_a_reason(stage: ConsoleStage, thandi: Visitor) -> None:
    leave_message(stage)
    press(thandi, "claim")

    assert "Say why" in press(thandi, "give-up", why="")
    assert "in-work" == state(stage)

    press(thandi, "give-up", why="nothing is said in it")

    assert "given-up" == state(stage)


def test_only_who_has_it_sees_the_number_and_every_look_is_noted(
    stage: ConsoleStage, thandi: Visitor, ann: Visitor
) -> None:
    ask_to_be_rung(stage)

    assert (False, True) == (
        NUMBER in thandi.get("/staff/promises/1").text,
        "ends in 455" in press(ann, "note"),
    )

    press(thandi, "claim")

    assert (True, False) == (NUMBER in press(thandi, "number"), NUMBER in press(ann, "number"))
    assert NUMBER not in thandi.get("/staff/promises/1").text
    with reading(stage.engine) as connection:
        looks = [each.by for each in entries(connection, Wanted(text="number looked at"))]
        everything = " ".join(each.about for each in entries(connection, Wanted()))
    assert ["Thandi"] == looks
    assert NUMBER not in everything


def test_with_a_kept_promise_its_number_is_gone(stage: ConsoleStage, thandi: Visitor) -> None:
    ask_to_be_rung(stage)
    press(thandi, "claim")
    press(thandi, "keep")

    assert NUMBER not in press(thandi, "number")


def test_the_oldest_stands_first_and_what_is_overdue_says_so(stage: ConsoleStage) -> None:
    leave_message(stage)
    stage.clock.at += timedelta(minutes=121)
    ask_to_be_rung(stage)
    page = stage.signed_in(Role.LISTENER).get("/staff/promises").text

    assert ["Voice message 1", "Call-back 2"] == re.findall(r">(Voice message 1|Call-back 2)<", page)
    assert 1 == page.count("overdue")


def test_a_list_is_shown_page_by_page_and_by_what_is_asked_for(stage: ConsoleStage, thandi: Visitor) -> None:
    for number in range(51):
        leave_message(stage, f"CA{number}", f"RE{number:032x}")
    ask_to_be_rung(stage)
    first = thandi.get("/staff/promises").text
    more = re.search(r'href="([^"]+)">More', first)

    assert more
    assert "Voice message 51" not in first
    beyond = re.search(r"beyond=(\d+)", more[1])
    assert beyond
    assert "Voice message 51" in thandi.get("/staff/promises", beyond=beyond[1]).text
    assert ["52"] == re.findall(r">Call-back (\d+)<", thandi.get("/staff/promises", kind="callback").text)
    assert "There is nothing here" in thandi.get("/staff/promises", language="af").text
    assert "There is nothing here" in thandi.get("/staff/promises", show="mine").text


def test_a_message_can_be_heard_from_the_middle(stage: ConsoleStage, thandi: Visitor) -> None:
    leave_message(stage)
    with thandi.client.get(
        "/staff/promises/1/message.wav", base_url=thandi.public, headers={"Range": "bytes=100-199"}
    ) as answer:
        heard = answer.status_code, answer.data

    assert (206, SOUND[100:200]) == heard
    assert "no-store" == answer.headers["Cache-Control"]


def test_everything_is_to_be_had_as_csv_without_numbers_and_formulas(
    stage: ConsoleStage, thandi: Visitor
) -> None:
    ask_to_be_rung(stage)
    press(thandi, "claim")
    press(thandi, "give-up", why="=cmd()")
    answer = thandi.get("/staff/promises.csv", show="given-up")

    assert "text/csv; charset=utf-8" == answer.headers["Content-Type"]
    assert "1,callback,given-up," in answer.text
    assert "'=cmd()" in answer.text
    assert NUMBER not in answer.text


def test_a_promise_that_does_not_exist_is_not_found(thandi: Visitor) -> None:
    assert 404 == thandi.get("/staff/promises/99").status_code
    assert 404 == thandi.post("/staff/promises/99/claim").status_code
