"""One machine is gone in mid-calls, as when its power fails: the callers of both go on at the other."""

from hashlib import sha256

import pytest

from tests.calls.harness import silence_wav
from tests.nodes.machines import Machine, until
from tests.nodes.test_calls_between_nodes import QUEUE, enqueued, in_english
from tests.nodes.town import Town

pytestmark = pytest.mark.slow
LEFT = "RE" + sha256(b"after the kill").hexdigest()[:32]


def test_callers_counsellors_and_promises_go_on_when_a_machine_is_killed(
    town: Town, machines: tuple[Machine, Machine]
) -> None:
    listening, waiting, speaking = (in_english(town, f"+2783111005{number}") for number in range(3))
    rung = len(town.provider.placed) + 2
    queue = enqueued(waiting)
    until(lambda: len(town.provider.placed) >= rung)
    speaking.key("5")
    speaking.key("2")
    speaking.waits_for(lambda document: document.find("Record") is not None)
    machines[0].kill()
    town.asked.clear()

    listening.key("2")
    speaking.speaks(LEFT, silence_wav(1))
    waiting.waits(QueueTime="9", **QUEUE)
    counsellor = town.pick_up(town.provider.placed[rung - 1])
    joined = counsellor.key("1")
    waiting.go(queue.attrib["action"], QueueResult="bridged", QueueTime="12", **QUEUE)
    until(lambda: LEFT in town.provider.deleted)

    assert {"second"} == set(town.asked)
    assert "stopping.withdrawal" in listening.heard
    assert [waiting.sid] == [each.text for each in joined.iter("Queue")]
    assert [LEFT] == [each for each in town.provider.fetched if each == LEFT]


def test_a_machine_that_comes_back_serves_the_calls_that_went_on_without_it(
    town: Town, machines: tuple[Machine, Machine]
) -> None:
    machines[1].kill()
    caller = in_english(town, "+27831110055")
    machines[1].start()
    until(machines[1].ready)
    town.asked.clear()
    caller.key("2")
    caller.key("1")

    assert {"first", "second"} == set(town.asked)
    assert [each for each in caller.heard if each.startswith("withdrawal")]
