"""Calls that only check whether a phone can be reached: what is heard there, and how they ended.

A state is a letter for the kind, the check's id and how often the key was asked for: `t17-2`.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ivr.flow.announcing import announced
from ivr.flow.codec import UnknownState
from ivr.flow.events import Pressed
from ivr.flow.turns import Play
from ivr.flow.words import FIXED
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.conversation import Asked
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.leg_phones import Calls
from ivr.telephony.twilio.parameters import gathered, has_ended
from ivr.telephony.twilio.trouble import SoundsInTrouble
from ivr.telephony.twilio.twiml import sound
from ivr.telephony.twilio.urls import Urls

_LOG = logging.getLogger(__name__)
HEARD, NOTED = "m", "M"
KEY_SECONDS, MOST_ASKED = 5, 3
LISTENED = 8  # seconds
_STATE = re.compile(r"([stw])(\d{1,9})(?:-([0-9]))?")
_LETTERS = {"test": "t", "welcome": "w", "self": "s"}


class KeepsChecks(Protocol):
    """What becomes of check calls; every method answers at once."""

    def answered(self, check: int) -> None:
        """The phone was picked up."""

    def confirmed(self, check: int) -> None:
        """The key was pressed."""

    def ended(self, check: int, status: str) -> None:
        """The call is over; the network's word for how."""


@dataclass(frozen=True, slots=True)
class CheckDesk:
    """How these webhooks see the world, and who keeps what they tell."""

    urls: Urls
    now: Callable[[], datetime]
    world: Callable[[], World]
    checks: KeepsChecks


@dataclass(frozen=True, slots=True)
class CheckState:
    """Which check, and how often its key was asked for."""

    letter: str
    check: int
    asked: int = 0

    def __str__(self) -> str:
        return f"{self.letter}{self.check}" + (f"-{self.asked}" if self.asked else "")


@dataclass(frozen=True, slots=True)
class CheckPhones:
    """Rings phones for a check; `calls` is the REST API wherever it is just now. Raises RestErrors."""

    calls: Callable[[], Calls]
    urls: Urls

    def place(self, number: str, kind: str, check: int, language: str, seconds: int) -> str:
        """Ring for so long; the network's id of the call."""
        state = str(CheckState(_LETTERS[kind], check))
        heard, noted = (self.urls.turn(letter, language, state) for letter in (HEARD, NOTED))
        return self.calls().place(number, heard, noted, seconds)


def check_branches(desk: CheckDesk) -> dict[str, Callable[[Asked], str | None]]:
    """Who answers which letter."""
    return {HEARD: lambda asked: check_turn(desk, asked), NOTED: lambda asked: _noted(desk, asked)}


def check_turn(desk: CheckDesk, asked: Asked) -> str:
    """The document for whoever picked up; whatever is wrong, it hangs up."""
    try:
        state = read_check(asked.state)
        world = desk.world()
        world = replace(world, sounds=SoundsInTrouble(world.sounds))
        known = asked.language in world.helpline.languages
        language = asked.language if known else world.helpline.default_language
        return _TURNS[state.letter](desk, world, replace(asked, language=language), state)
    except UnknownState:
        _LOG.warning("A webhook carried a check call that cannot be read; it is let go")
    except Exception:  # noqa: BLE001 (whatever it is, a call that proves nothing ends)
        _LOG.exception("A turn of a check call failed")
    return verbs.document(verbs.hang_up())


def _greeting(desk: CheckDesk, world: World, asked: Asked, state: CheckState) -> str:
    """What a caller of this moment hears first, and goodbye."""
    desk.checks.answered(state.check)
    news = announced(world.helpline, asked.language, desk.now())
    return verbs.document(*_plays(world, asked, "welcome", *news, "goodbye"), verbs.hang_up())


def _test(desk: CheckDesk, world: World, asked: Asked, state: CheckState) -> str:
    """Ask for the key: only that proves that nobody's voicemail box has picked up."""
    if not state.asked:
        desk.checks.answered(state.check)
        return _ask(desk, world, asked, state)
    event = gathered(asked.parameters, desk.now())
    if isinstance(event, Pressed) and event.keys == FIXED["check.test"].key:
        desk.checks.confirmed(state.check)
        return verbs.document(*_plays(world, asked, "check.thanks"), verbs.hang_up())
    if state.asked < MOST_ASKED:
        return _ask(desk, world, asked, state)
    return verbs.document(*_plays(world, asked, "check.bye"), verbs.hang_up())


def _ask(desk: CheckDesk, world: World, asked: Asked, state: CheckState) -> str:
    action = desk.urls.turn(HEARD, asked.language, str(replace(state, asked=state.asked + 1)))
    plays = _plays(world, asked, "check.test")
    question = verbs.gather(plays, action=action, timeout=KEY_SECONDS, digits=1, finish="")
    return verbs.document(question, verbs.redirect(action))


def _listening(desk: CheckDesk, world: World, asked: Asked, state: CheckState) -> str:
    """The helpline has picked up its own call: listen a while, as a caller would."""
    del world, asked
    desk.checks.answered(state.check)
    return verbs.document(f'<Pause length="{LISTENED}"/>', verbs.hang_up())


def _noted(desk: CheckDesk, asked: Asked) -> None:
    try:
        state = read_check(asked.state)
    except UnknownState:
        _LOG.warning("A webhook told of a check call that cannot be read")
        return
    if has_ended(asked.parameters):
        desk.checks.ended(state.check, asked.parameters.get("CallStatus", ""))


def _plays(world: World, asked: Asked, *prompts: str) -> list[str]:
    return [sound(Play(each, asked.language), world.sounds) for each in prompts]


def read_check(text: str) -> CheckState:
    """The state that a URL carries, or UnknownState."""
    found = _STATE.fullmatch(text)
    if not found:
        raise UnknownState(text)
    return CheckState(found[1], int(found[2]), int(found[3] or 0))


_TURNS: dict[str, Callable[[CheckDesk, World, Asked, CheckState], str]] = {
    "t": _test,
    "w": _greeting,
    "s": _listening,
}
