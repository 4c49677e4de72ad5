"""Promises on the staff's pages: each is one person's work, and never lost between two."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.journal.sealing import Sealing
from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.callback_work import claim_try
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import put_back, take
from ivr.storage.promises import Message, fetched, list_promises, store_message
from tests.calls.harness import silence_wav
from tests.console.staging import ConsoleStage, Visitor, console_stage

RECORDING = "RE" + "a" * 32
NUMBER = "+27823334455"
SOUND = silence_wav(0.5)


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def thandi(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.LISTENER, name="Thandi")


@pytest.fixture
def ann(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.LISTENER, name="Ann")


def leave_message(stage: ConsoleStage, call: str = "CA1", recording: str = RECORDING) -> None:
    """A message that has been fetched."""
    folder = stage.stage.parts.settings.data_dir / "messages"
    folder.mkdir(exist_ok=True)
    (folder / f"{recording}.wav").write_bytes(SOUND)
    with writing(stage.engine) as connection:
        store_message(connection, Message(call, recording, 9, "zu", 1, stage.clock()))
        fetched(connection, recording, f"{recording}.wav", stage.clock())


def ask_to_be_rung(stage: ConsoleStage, call: str = "CA2") -> None:
    sealed = Sealing(stage.stage.parts.secret).seal(NUMBER)
    asked = CallBack(call, sealed, NUMBER[-3:], "en", "evening", 1, stage.clock())
    with writing(stage.engine) as connection:
        store_callback(connection, asked)


def state(stage: ConsoleStage, promise: int = 1) -> str:
    with reading(stage.engine) as connection:
        return next(each.state for each in list_promises(connection) if each.id == promise)


def told(page: str) -> list[str]:
    """What a page says was done."""
    return re.findall(r'<p class="told [a-z]+" role="status">([^<]+)', page)


def press(visitor: Visitor, deed: str, promise: int = 1, **fields: str) -> str:
    """The page after a button."""
    answer = visitor.post(f"/staff/promises/{promise}/{deed}", **fields)
    return visitor.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text


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


def take_by_phone(stage: ConsoleStage, person: str, promise: int = 1) -> None:
    until = stage.clock() + timedelta(minutes=30)
    with writing(stage.engine) as connection:
        assert take(connection, promise, stage.clock(), until, person)


def seen_on(page: str) -> str:
    """What the button of a page says that was seen."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, page
    return found[1]


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
