"""With the REST API away phones are rung one after the other: never one that is in use already."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.telephony.twilio.rest import UnreachableError
from tests.app.people import SIPHO, THANDI
from tests.app.stage import Stage, action, make_stage, onward

QUEUE = "QU" + "5" * 32
FIRST, SECOND, THIRD = ("CA" + each * 32 for each in "123")
OWN = "CA" + "9" * 32


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    made = make_stage(tmp_path, audio, database, people=(THANDI, SIPHO))
    made.rest.fails[""] = UnreachableError("no answer")
    return made


def asks(stage: Stage, url: str, call: str, **fields: str) -> ET.Element:
    document = stage.document(url, CallSid=call, **fields)
    stage.background()
    return document


def seeks(stage: Stage, call: str) -> ET.Element:
    """What a caller gets who presses 0 and, if that is a queue, leaves it for phones that Dial rings."""
    document = asks(stage, "/voice/en/g/l", call, Digits="0")
    queue = document.find("Enqueue")
    if queue is None:
        return document
    waits = asks(stage, queue.attrib["waitUrl"], call, QueueSid=QUEUE, QueueTime="0")
    asks(stage, onward(waits), call, QueueSid=QUEUE, QueueTime="5")
    return asks(stage, queue.attrib["action"], call, QueueResult="leave", QueueTime="5")


def rung(document: ET.Element) -> list[str]:
    return [each.text or "" for each in document.iter("Number")]


def ended(stage: Stage, document: ET.Element, call: str, **fields: str) -> ET.Element:
    dial = document.find("Dial")
    assert dial is not None
    return asks(stage, dial.attrib["action"], call, **fields)


def accepts(stage: Stage, document: ET.Element, call: str) -> None:
    number = next(document.iter("Number"))
    screening = asks(stage, number.attrib["url"], OWN, ParentCallSid=call)
    asks(stage, action(screening), OWN, ParentCallSid=call, Digits="1")


def test_two_callers_ring_two_phones_and_a_third_waits_for_the_first_that_is_free(stage: Stage) -> None:
    first, second = (seeks(stage, call) for call in (FIRST, SECOND))
    queue = asks(stage, "/voice/en/g/l", THIRD, Digits="0").find("Enqueue")
    assert queue is not None
    waits = asks(stage, queue.attrib["waitUrl"], THIRD, QueueSid=QUEUE, QueueTime="0")
    waits = asks(stage, onward(waits), THIRD, QueueSid=QUEUE, QueueTime="5")
    ended(stage, second, SECOND, DialCallStatus="no-answer")
    leaves = asks(stage, onward(waits), THIRD, QueueSid=QUEUE, QueueTime="10")
    third = asks(stage, queue.attrib["action"], THIRD, QueueResult="leave", QueueTime="10")

    assert ([THANDI.phone], [SIPHO.phone]) == (rung(first), rung(second))
    assert None is not leaves.find("Leave")
    assert [SIPHO.phone] == rung(third)


def test_who_waits_for_a_phone_to_be_free_waits_no_longer_than_anybody(stage: Stage) -> None:
    for call in (FIRST, SECOND):
        accepts(stage, seeks(stage, call), call)
    queue = asks(stage, "/voice/en/g/l", THIRD, Digits="0").find("Enqueue")
    assert queue is not None
    waits = asks(stage, queue.attrib["waitUrl"], THIRD, QueueSid=QUEUE, QueueTime="0")
    leaves = asks(stage, onward(waits), THIRD, QueueSid=QUEUE, QueueTime="165")
    after = asks(stage, queue.attrib["action"], THIRD, QueueResult="leave", QueueTime="165")

    assert None is not leaves.find("Leave")
    assert "message.offer" in stage.heard(after)


def test_who_talks_is_not_rung_for_the_next_caller_until_they_have_rested(stage: Stage) -> None:
    first = seeks(stage, FIRST)
    accepts(stage, first, FIRST)
    stage.clock.passes(seconds=600)
    second = seeks(stage, SECOND)
    while_talking = [*rung(second), *rung(ended(stage, second, SECOND, DialCallStatus="no-answer"))]
    ended(stage, first, FIRST, DialCallStatus="completed", DialBridged="true")
    stage.clock.passes(seconds=31)

    assert [SIPHO.phone] == while_talking
    assert [THANDI.phone] == rung(seeks(stage, THIRD))


def test_who_did_not_answer_is_free_for_the_next_caller_at_once(stage: Stage) -> None:
    ended(stage, seeks(stage, FIRST), FIRST, DialCallStatus="no-answer")

    assert [THANDI.phone] == rung(seeks(stage, SECOND))


def test_the_same_end_told_again_rings_the_same_phone_again_for_that_caller(stage: Stage) -> None:
    first = seeks(stage, FIRST)
    documents = [ET.tostring(ended(stage, first, FIRST, DialCallStatus="no-answer")) for _ in range(2)]

    assert 1 == len(set(documents))
    assert [THANDI.phone] == rung(seeks(stage, SECOND))


def test_who_hangs_up_leaves_nobody_engaged(stage: Stage) -> None:
    first = seeks(stage, FIRST)
    accepts(stage, first, FIRST)
    stage.post("/voice/status", CallSid=FIRST, CallStatus="completed")
    stage.background()
    stage.clock.passes(seconds=31)

    assert [THANDI.phone] == rung(seeks(stage, SECOND))
