"""What the network says of the number: asked in the background, and not all the time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ivr.jobs.number_watch import NumberTold, NumberWatch
from tests.app.rest_stage import Inline

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class AwayError(Exception):
    """The network does not answer."""


@dataclass
class Network:
    """Tells what is set; counts how often it is asked."""

    answer: tuple[str, ...] | Exception = ()
    asked: int = 0
    at: datetime = NOON
    watch: NumberWatch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = NumberWatch(self.ask, (AwayError,), lambda: self.at, Inline())

    def ask(self) -> tuple[str, ...]:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_it_is_told_what_differs() -> None:
    network = Network(("VoiceUrl: a → b",))

    assert NumberTold(NOON, ("VoiceUrl: a → b",)) == network.watch.told()


def test_it_is_asked_once_a_minute_however_often_somebody_looks() -> None:
    network = Network()
    for _ in range(3):
        network.watch.told()
    first = network.asked
    network.at += timedelta(minutes=1)
    network.watch.told()

    assert (1, 2) == (first, network.asked)


def test_why_it_could_not_be_asked_is_told() -> None:
    network = Network(AwayError("the network does not answer"))

    assert NumberTold(NOON, problem="the network does not answer") == network.watch.told()


def test_a_mistake_of_ours_is_told_too_and_ends_nothing() -> None:
    network = Network(ValueError("x"))
    told = network.watch.told()

    assert told
    assert "log" in told.problem
