"""The webhooks of call-backs: the counsellor who is asked, the caller who is rung, and how it ended.

On the caller's phone only one neutral question is heard, and only its key connects: a document that ends
connects there, so every other one hangs up.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ivr.flow.codec import UnknownState
from ivr.flow.events import Answered
from ivr.flow.leg import Ask, Claim, LetGo, Take, plays
from ivr.flow.ring_back import HELPLINE, RingBack, confirm, decode_ring_back, screen_callback
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.callback_phones import CALLEE, CONFIRMED, ENDED, KEYED, OFFERED, url_of
from ivr.telephony.twilio.conversation import Asked
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.parameters import Parameters, call_id, gathered, has_ended, seen_from_caller
from ivr.telephony.twilio.trouble import SoundsInTrouble
from ivr.telephony.twilio.twiml import sound
from ivr.telephony.twilio.urls import Urls

_LOG = logging.getLogger(__name__)
RING_SECONDS = 25
BETWEEN = 2  # seconds between saying the neutral question and saying it again


class KeepsCallBacks(Protocol):
    """What becomes of call-backs; every method answers in time for a webhook."""

    def picked_up(self, leg: str, sid: str) -> None:
        """The counsellor's phone was picked up."""

    def declined(self, leg: str) -> None:
        """The counsellor does not take it."""

    def takes(self, promise: int, claim: str, person: str) -> str | Claim:
        """The number to ring, or why not."""

    def confirmed(self, promise: int, claim: str) -> None:
        """The caller has pressed the key."""

    def ended(self, promise: int, claim: str, *, bridged: bool) -> None:
        """The counsellor's Dial has ended."""


class RingsBack(Protocol):
    """What becomes of missed calls; every method answers in time for a webhook."""

    def confirmed(self, promise: int, claim: str) -> None:
        """The caller has pressed the key."""

    def ended(self, promise: int, claim: str) -> None:
        """The call is over."""


@dataclass(frozen=True, slots=True)
class CallBackDesk:
    """How these webhooks see the world and act on it.

    `first` is the document for a call that comes in; `gone` is told of a caller's call that has ended.
    """

    urls: Urls
    caller_id: str
    now: Callable[[], datetime]
    world: Callable[[], World]
    callbacks: KeepsCallBacks
    ring_backs: RingsBack
    first: Callable[[Parameters], str]
    gone: Callable[[str], None]


def callback_branches(desk: CallBackDesk) -> dict[str, Callable[[Asked], str | None]]:
    """Who answers which letter."""
    return dict.fromkeys(_TURNS, lambda asked: callback_turn(desk, asked))


def callback_turn(desk: CallBackDesk, asked: Asked) -> str | None:
    """The document for a leg of a call-back, None for a status callback; whatever is wrong, it hangs up."""
    world = desk.world()
    world = replace(world, sounds=SoundsInTrouble(world.sounds))
    try:
        leg = _leg(world, asked)
        if asked.what == ENDED and leg.person == HELPLINE:
            _ring_back_noted(desk, leg, asked.parameters)
            return None
        return _TURNS[asked.what](desk, world, leg, asked.parameters)
    except UnknownState:
        _LOG.warning("A webhook carried a call-back that cannot be read; it is let go")
    except Exception:  # noqa: BLE001 (whatever it is, nobody is connected who should not be)
        _LOG.exception("A turn of a call-back failed: %s", asked.what)
    return verbs.document(verbs.hang_up())


def _leg(world: World, asked: Asked) -> RingBack:
    known = asked.language in world.helpline.languages
    return decode_ring_back(asked.language if known else world.helpline.default_language, asked.state)


def _offered(desk: CallBackDesk, world: World, leg: RingBack, parameters: Parameters) -> str:
    sid = call_id(parameters)
    if sid:
        desk.callbacks.picked_up(leg.claim, sid)
    leg, said = screen_callback(leg, Answered(desk.now()))
    return _screened(desk, world, leg, said)


def _keyed(desk: CallBackDesk, world: World, leg: RingBack, parameters: Parameters) -> str:
    leg, said = screen_callback(leg, gathered(parameters, desk.now()))
    return _screened(desk, world, leg, said)


def _screened(desk: CallBackDesk, world: World, leg: RingBack, said: Ask | Take | LetGo) -> str:
    if isinstance(said, Ask):
        heard = _heard(world, leg, said.plays)
        action = url_of(desk.urls, KEYED, leg)
        asked = verbs.gather(heard, action=action, timeout=said.timeout, digits=1, finish="")
        return verbs.document(asked, verbs.redirect(action))
    if isinstance(said, LetGo):
        if said.declined:
            desk.callbacks.declined(leg.claim)
        return _say(world, leg, said.plays)
    return _taken(desk, world, leg, desk.callbacks.takes(leg.promise, leg.claim, leg.person))


def _taken(desk: CallBackDesk, world: World, leg: RingBack, answer: str | Claim) -> str:
    if isinstance(answer, Claim):
        return _say(world, leg, ("screen.taken",) if answer is Claim.TAKEN else ("screen.gone",))
    return verbs.document(*_heard(world, leg, ("screen.calling",)), _dial(desk, leg, answer))


def _dial(desk: CallBackDesk, leg: RingBack, number: str) -> str:
    """Ring the caller from the counsellor's leg; whoever picks up hears the neutral question."""
    return verbs.dial(
        [verbs.number(number, url_of(desk.urls, CALLEE, leg))],
        action=url_of(desk.urls, ENDED, leg),
        timeout=RING_SECONDS,
        caller_id=desk.caller_id,
    )


def _callee(desk: CallBackDesk, world: World, leg: RingBack, parameters: Parameters) -> str:
    del parameters
    said = confirm(Answered(desk.now()))
    if not isinstance(said, Ask):
        return verbs.document(verbs.hang_up())
    # Said twice: whoever picks up a phone says their name into the first.
    once = [sound(each, world.sounds) for each in plays(said.plays, leg.language)]
    action = url_of(desk.urls, CONFIRMED, leg)
    twice = [*once, verbs.pause(BETWEEN), *once]
    asked = verbs.gather(twice, action=action, timeout=said.timeout, digits=1, finish="")
    return verbs.document(asked, verbs.hang_up())


def _confirmed(desk: CallBackDesk, world: World, leg: RingBack, parameters: Parameters) -> str:
    del world
    if not isinstance(confirm(gathered(parameters, desk.now())), Take):
        return verbs.document(verbs.hang_up())
    if leg.person == HELPLINE:
        desk.ring_backs.confirmed(leg.promise, leg.claim)
        return desk.first(seen_from_caller(parameters))
    desk.callbacks.confirmed(leg.promise, leg.claim)
    return verbs.document()


def _ended(desk: CallBackDesk, world: World, leg: RingBack, parameters: Parameters) -> str:
    bridged = parameters.get("DialBridged") == "true"
    desk.callbacks.ended(leg.promise, leg.claim, bridged=bridged)
    return _say(world, leg, ("screen.bye",) if bridged else ("screen.notreached",))


def _ring_back_noted(desk: CallBackDesk, leg: RingBack, parameters: Parameters) -> None:
    if not has_ended(parameters):
        return
    desk.ring_backs.ended(leg.promise, leg.claim)
    call = call_id(parameters)
    if call:
        desk.gone(call)


def _say(world: World, leg: RingBack, names: tuple[str, ...]) -> str:
    return verbs.document(*_heard(world, leg, names), verbs.hang_up())


def _heard(world: World, leg: RingBack, names: tuple[str, ...]) -> list[str]:
    """For a counsellor: in their own language if it has sound, else in the caller's."""
    spoken = world.people.languages(leg.person)
    language = next((each for each in spoken if each in world.helpline.languages), leg.language)
    return [sound(each, world.sounds) for each in plays(names, language)]


_TURNS: dict[str, Callable[[CallBackDesk, World, RingBack, Parameters], str]] = {
    OFFERED: _offered,
    KEYED: _keyed,
    CALLEE: _callee,
    CONFIRMED: _confirmed,
    ENDED: _ended,
}
