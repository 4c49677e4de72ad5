"""What runs once runs once, although every machine looks for it."""

from hashlib import sha256

import pytest

from tests.calls.harness import silence_wav
from tests.nodes.machines import Machine, until
from tests.nodes.town import Town

pytestmark = pytest.mark.slow
LEFT = tuple("RE" + sha256(f"once {number}".encode()).hexdigest()[:32] for number in range(4))


def leaves(town: Town, number: str, recording: str) -> None:
    """A caller speaks and hangs up."""
    caller = town.call(number)
    caller.key("1")
    caller.key("5")
    caller.key("2")
    caller.waits_for(lambda document: document.find("Record") is not None)
    caller.speaks(recording, silence_wav(1))
    caller.hangs_up()


def test_messages_are_fetched_and_told_once(town: Town, machines: tuple[Machine, Machine]) -> None:
    before = len(told(machines[0], "sent"))
    for number, recording in enumerate(LEFT):
        leaves(town, f"+2783111004{number}", recording)
    until(lambda: set(LEFT) <= set(town.provider.deleted))
    until(lambda: len(told(machines[0], "sent")) >= before + len(LEFT), 40)
    until(lambda: not told(machines[0], "waiting"))

    assert sorted(LEFT) == sorted(each for each in town.provider.fetched if each in LEFT)
    assert sorted(LEFT) == sorted(each for each in town.provider.deleted if each in LEFT)
    assert len(told(machines[0], "sent")) == len(town.provider.texts)


def test_what_is_too_old_is_removed_once_a_day(town: Town, machines: tuple[Machine, Machine]) -> None:
    until(lambda: machines[0].rows("SELECT 1 FROM tallies WHERE subject = 'purge'"))

    assert 1 == town.provider.listings


def told(machine: Machine, state: str) -> list[tuple[object, ...]]:
    """What staff have been sent, or are to be."""
    return [each for each in machine.rows("SELECT state FROM deliveries") if each == (state,)]
