"""Small makers for tests of whole calls on the exchange alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ivr.telephony.exchange.parties import Counsellor, Habit
from tests.calls.harness import Party

Message = Mapping[str, Any]
React = Callable[[Message], Sequence[Message]]
COUNSELLOR = "+12025550101"


def respond(body: str) -> str:
    return f"<Response>{body}</Response>"


def when(what: str, *deeds: Message) -> React:
    """Somebody who does these things whenever their phone is told that, and nothing else."""
    return lambda message: deeds if message["is"] == what else ()


def plays(party: Party) -> list[tuple[float, str]]:
    """When which sound began, by the last part of its URL."""
    return [(each["at"], each["sound"].rpartition("/")[2]) for each in party.heard.of("play")]


def patient_counsellor() -> React:
    return Counsellor(Habit.ANSWERS).react
