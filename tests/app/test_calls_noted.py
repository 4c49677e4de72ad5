"""What staff see of calls comes from the calls: whole calls through the webhooks, then the tables."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import Row, select

from ivr.storage.engine import engine_for, reading
from ivr.storage.tables_calls import call_events, call_places, calls
from tests.app.people import THANDI
from tests.app.stage import CALL, Stage, action, make_stage, onward, recording

QUEUE = "QU" + "5" * 32
OWN = "CA" + "9" * 32


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, people=(THANDI,))


def turn(stage: Stage, url: str, seconds: float = 5, **fields: str) -> ET.Element:
    """One webhook, told twice as networks may, and the time until the next."""
    document = stage.document(url, **fields)
    stage.document(url, **fields)
    stage.background()
    stage.parts.calls.drain()
    stage.clock.passes(seconds=seconds)
    return document


def hangs_up(stage: Stage) -> None:
    for _ in range(2):
        stage.post("/voice/status", CallStatus="completed")
    stage.parts.calls.drain()


def the_call(stage: Stage) -> "Row[tuple[object, ...]]":
    with reading(engine_for(stage.parts.settings.database_url)) as connection:
        return connection.execute(select(calls)).one()


def events(stage: Stage) -> list[tuple[str, str]]:
    with reading(engine_for(stage.parts.settings.database_url)) as connection:
        rows = connection.execute(select(call_events).order_by(call_events.c.at, call_events.c.event.desc()))
        return [(row.event, row.place) for row in rows]


def to_the_queue(stage: Stage) -> ET.Element:
    begun = turn(stage, "/voice")
    queue = turn(stage, action(begun), Digits="0").find("Enqueue")
    assert queue is not None
    return queue


def test_a_caller_who_is_reached_through_the_queue(stage: Stage) -> None:
    queue = to_the_queue(stage)
    waits = turn(stage, queue.attrib["waitUrl"], QueueSid=QUEUE, QueueTime="0")
    turn(stage, onward(waits), QueueSid=QUEUE, QueueTime="5")
    stage.clock.passes(minutes=10)
    turn(stage, queue.attrib["action"], QueueResult="bridged", QueueTime="12")
    hangs_up(stage)
    call = the_call(stage)

    assert ("reached", 12, "en") == (call.outcome, call.waited, call.language)
    assert call.ended is not None


def test_a_caller_who_hangs_up_in_the_queue_has_given_up(stage: Stage) -> None:
    queue = to_the_queue(stage)
    turn(stage, queue.attrib["waitUrl"], QueueSid=QUEUE, QueueTime="0")
    turn(stage, queue.attrib["action"], QueueResult="hangup", QueueTime="47")
    hangs_up(stage)

    assert ("abandoned", 47) == (the_call(stage).outcome, the_call(stage).waited)


def test_a_caller_at_night_who_leaves_a_message(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = make_stage(tmp_path, audio, database)
    closed = turn(stage, action(turn(stage, "/voice")), Digits="0")
    record = turn(stage, action(closed), Digits="1").find("Record")
    assert record is not None
    turn(stage, record.attrib["action"], RecordingSid=recording(1), RecordingDuration="9", Digits="hangup")
    hangs_up(stage)

    assert "message" == the_call(stage).outcome
    assert ["answered", "pressed", "pressed", "recorded", "ended"] == [event for event, _ in events(stage)]


def test_what_is_heard_to_its_end_and_where_the_call_is_left(stage: Stage) -> None:
    document = turn(stage, action(turn(stage, "/voice")), Digits="9")
    for _ in range(12):
        if stage.heard(document)[-1:] == ["end.choice"] or "segment" not in events(stage)[-1][1]:
            break
        document = turn(stage, onward(document))
    hangs_up(stage)
    with reading(engine_for(stage.parts.settings.database_url)) as connection:
        placed = {
            (row.measure, row.place): row.number
            for row in connection.execute(select(call_places).where(call_places.c.language == ""))
        }

    assert {("begun", "overdose"): 1, ("heard", "overdose"): 1, ("left", "end overdose"): 1} == placed
    assert the_call(stage).overdose


def test_with_phones_rung_in_turn_the_wait_ends_with_the_key_of_the_counsellor(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,), queue=False)
    dialled = turn(stage, action(turn(stage, "/voice")), Digits="0", seconds=12)
    number, dial = dialled.find("Dial/Number"), dialled.find("Dial")
    assert number is not None
    assert dial is not None
    screening = turn(stage, number.attrib["url"], CallSid=OWN, ParentCallSid=CALL, seconds=3)
    turn(stage, action(screening), CallSid=OWN, ParentCallSid=CALL, Digits="1", seconds=300)
    turn(stage, dial.attrib["action"], DialCallStatus="completed", DialBridged="true", DialCallDuration="303")
    hangs_up(stage)

    assert ("reached", 15) == (the_call(stage).outcome, the_call(stage).waited)
