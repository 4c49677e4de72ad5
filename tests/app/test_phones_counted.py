"""What came of every phone that was rung is counted, in whichever way it was rung."""

import re
from pathlib import Path

import pytest

from tests.app.people import SIPHO, THANDI
from tests.app.stage import CALL, Stage, action, make_stage
from tests.app.test_call_backs import TALKED, THEIR_LEG, ask, later
from tests.app.test_call_backs import stage as promising

__all__ = ["promising"]


@pytest.fixture
def dialling(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, people=(THANDI, SIPHO), queue=False)


def counted(stage: Stage, by: str) -> dict[str, int]:
    """How often each thing was told of phones that were rung in that way."""
    told = stage.get("/metrics")[1].decode()
    return {
        what: int(float(number))
        for what, number in re.findall(rf'ivr_legs_total{{by="{by}",what="([^"]+)"}} (\S+)', told)
    }


def dials(stage: Stage) -> str:
    """Have a caller ask for a person; where the end of ringing is told."""
    return action(stage.document("/voice/en/g/l", Digits="0"))


def test_phones_rung_one_after_the_other(dialling: Stage) -> None:
    second = action(dialling.document(dials(dialling), DialCallStatus="busy"))
    dialling.post(second, DialCallStatus="completed", DialBridged="true", DialCallDuration="40")

    assert {"ringing": 2, "busy": 1, "reached": 1} == counted(dialling, "dial")
    assert {} == counted(dialling, "queue")


def test_a_phone_that_nobody_answers_and_a_caller_who_asks_for_nobody(dialling: Stage) -> None:
    dialling.post("/voice/en/g/l", Digits="1")
    dialling.post(dials(dialling), DialCallStatus="no-answer")

    assert 1 == counted(dialling, "dial")["no-answer"]


def test_phones_of_call_backs(promising: Stage) -> None:
    ask(promising)
    later(promising, minutes=1)
    call = promising.rest.placed[0]
    promising.post(call.status_url, CallSid=call.sid, CallStatus="ringing")
    screened = promising.document(call.url, CallSid=call.sid)
    dialled = promising.document(action(screened), CallSid=call.sid, Digits="1")
    number, dial = dialled.find("Dial/Number"), dialled.find("Dial")
    assert number is not None
    assert dial is not None
    question = promising.document(number.get("url") or "", CallSid=THEIR_LEG)
    promising.document(action(question), CallSid=THEIR_LEG, Digits="1")
    promising.document(dial.get("action") or "", CallSid=call.sid, **TALKED)

    expected = {"ringing": 1, "in-progress": 1, "claim-mine": 1, "caller-confirmed": 1, "reached": 1}
    assert expected == counted(promising, "call-back")
    assert {} == counted(promising, "queue")


def test_a_call_back_that_is_declined_or_not_picked_up(promising: Stage) -> None:
    ask(promising)
    later(promising, minutes=1)
    first = promising.rest.placed[0]
    promising.post(first.status_url, CallSid=first.sid, CallStatus="no-answer")
    later(promising, seconds=5)
    second = promising.rest.placed[1]
    screened = promising.document(second.url, CallSid=second.sid)
    promising.post(action(screened), CallSid=second.sid, Digits="2")

    assert {"no-answer": 1, "in-progress": 1, "declined": 1} == counted(promising, "call-back")


def test_no_number_nor_id_of_a_call_is_in_a_figure(dialling: Stage) -> None:
    dialling.post(dials(dialling), DialCallStatus="made up by <somebody>")
    told = dialling.get("/metrics")[1].decode()

    assert not [each for each in (CALL, "+27", THANDI.name, "made up") if each in told]
