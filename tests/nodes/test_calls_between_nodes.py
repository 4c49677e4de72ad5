"""Whole calls that move to another machine with every webhook."""

import json
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest

from tests.calls.harness import silence_wav
from tests.nodes.conftest import COUNSELLORS
from tests.nodes.machines import Machine, until
from tests.nodes.town import NUMBER, Line, Town

pytestmark = pytest.mark.slow
SOUND = silence_wav(1)
QUEUE = {"QueueSid": "QU" + "5" * 32}


def recording(text: str) -> str:
    return "RE" + sha256(text.encode()).hexdigest()[:32]


def in_english(town: Town, number: str) -> Line:
    caller = town.call(number)
    caller.key("1")
    return caller


def call_backs(machine: Machine) -> list[dict[str, str]]:
    """The promises of that kind that wait."""
    found = json.loads(machine.run("promises", "--json"))
    return [each for each in found if each["kind"] == "callback"]


def enqueued(caller: Line) -> ET.Element:
    """The Enqueue after 0, with the first wait document heard."""
    queue = caller.key("0").find("Enqueue")
    assert queue is not None, ET.tostring(caller.document)
    caller.go(queue.attrib["waitUrl"], QueueTime="0", **QUEUE)
    return queue


def test_a_caller_walks_menus_and_segments_over_both_machines(town: Town) -> None:
    caller = in_english(town, "+27831110001")
    before = caller.heard
    caller.key("2")
    menu = caller.heard
    caller.key("1")

    assert "main.overdose" in before
    assert "stopping.withdrawal" in menu
    assert [each for each in caller.heard if each.startswith("withdrawal")]
    assert {"first", "second"} == set(town.asked)


def test_a_call_over_both_machines_is_one_call_in_the_statistics(
    town: Town, machines: tuple[Machine, Machine]
) -> None:
    caller = in_english(town, "+27831110008")
    caller.key("2")
    caller.hangs_up()
    ended = "SELECT outcome FROM calls WHERE call = %s AND ended IS NOT NULL"
    events = "SELECT event FROM call_events WHERE call = %s"
    until(lambda: len(machines[0].rows(events, caller.sid)) >= 4)  # each machine tells of its own

    assert 1 == len(until(lambda: machines[0].rows(ended, caller.sid)))
    assert 4 == len(machines[0].rows(events, caller.sid))


def test_a_webhook_told_to_both_machines_gets_one_answer(town: Town) -> None:
    caller = in_english(town, "+27831110002")
    url = caller.action()
    answers = {caller.tell(url, Digits="2").content for _ in town.machines}

    assert 1 == len(answers)


def test_a_message_is_heard_by_its_caller_and_kept_once(
    town: Town, machines: tuple[Machine, Machine]
) -> None:
    caller, left = in_english(town, "+27831110003"), recording("message")
    caller.key("5")
    caller.key("2")
    caller.waits_for(lambda document: document.find("Record") is not None)
    caller.speaks(left, SOUND)
    until(lambda: left in town.provider.deleted)
    caller.waits_for(lambda document: document.find("Gather") is not None)
    own = next(url for url in caller.plays if "/heard/" in url)
    heard = [town.sounds_at(each, own) for each in machines]
    caller.key("1")

    assert [SOUND, SOUND] == [each.content for each in heard]
    assert "message.kept" in caller.heard
    assert [left] == [each for each in town.provider.fetched if each == left]
    assert 1 == machines[1].run("promises", "--json").count('"message"')


def test_a_counsellors_leg_is_answered_on_the_machine_that_did_not_ring(town: Town) -> None:
    caller = in_english(town, "+27831110004")
    queue, before = enqueued(caller), len(town.provider.placed)
    rung = until(lambda: town.provider.placed[before:])
    counsellor = town.pick_up(rung[0])
    joined = counsellor.key("1")
    talked = caller.go(queue.attrib["action"], QueueResult="bridged", QueueTime="5", **QUEUE)
    dial = joined.find("Dial")
    assert dial is not None
    counsellor.go(
        dial.attrib["action"], DialCallStatus="completed", DialBridged="true", DialCallDuration="60"
    )
    caller.hangs_up()

    assert rung[0].to in COUNSELLORS.values()
    assert [caller.sid] == [each.text for each in joined.iter("Queue")]
    assert talked.find("Hangup") is not None or talked.find("Redirect") is not None


def test_every_phone_rings_once_however_many_machines_look(town: Town) -> None:
    before = len(town.provider.placed)
    caller = in_english(town, "+27831110005")
    enqueued(caller)
    until(lambda: len(town.provider.placed) >= before + 2)
    caller.waits(QueueTime="2", **QUEUE)
    caller.waits(QueueTime="4", **QUEUE)
    rung = [each.to for each in town.provider.placed[before:]]
    caller.hangs_up()
    until(
        lambda: (
            {each.sid for each in town.provider.placed[before:]} <= {sid for sid, _ in town.provider.changed}
        )
    )

    assert len(rung) == len(set(rung))


def test_a_caller_who_leaves_the_queue_goes_on_where_they_chose_on_the_other_machine(town: Town) -> None:
    caller = in_english(town, "+27831110006")
    queue = enqueued(caller)
    caller.waits_for(lambda document: document.find("Gather") is not None, QueueTime="3", **QUEUE)
    left = caller.key("3", QueueTime="4", **QUEUE)
    assert left.find("Leave") is not None, ET.tostring(left)
    caller.go(queue.attrib["action"], QueueResult="leave", QueueTime="5", **QUEUE)
    caller.waits_for(lambda document: document.find("Record") is not None, 2)

    assert "message.speak" in caller.heard


def test_a_call_back_that_was_asked_for_rings_one_counsellor_from_either_machine(
    town: Town, machines: tuple[Machine, Machine]
) -> None:
    number = "+27831110007"
    caller = in_english(town, number)
    rung = len(town.provider.placed) + 2
    queue = enqueued(caller)
    until(lambda: len(town.provider.placed) >= rung)
    caller.waits_for(lambda document: document.find("Gather") is not None, QueueTime="3", **QUEUE)
    caller.key("2", QueueTime="4", **QUEUE)
    caller.go(queue.attrib["action"], QueueResult="leave", QueueTime="5", **QUEUE)
    asked = [caller.heard]
    while (
        caller.document.find("Gather") is not None and len(asked) < 6 and "callback.kept" not in caller.heard
    ):
        caller.key("1")
        asked.append(caller.heard)
    town.all_hang_up()
    promised = until(lambda: call_backs(machines[1]))
    machines[1].run("promises", "again", str(promised[0]["id"]))
    offer = until(lambda: town.provider.placed[rung:])[0]
    counsellor = town.pick_up(offer)
    dialled = counsellor.key("1").find("Dial/Number")
    counsellor_dial = counsellor.document.find("Dial")
    assert dialled is not None
    assert counsellor_dial is not None
    theirs = Line(town, "CA" + "e" * 32, NUMBER, number, "outbound-dial")
    theirs.go(dialled.attrib["url"])
    theirs.key("1")
    counsellor.go(counsellor_dial.attrib["action"], DialCallStatus="completed", DialBridged="true")

    assert number == dialled.text
