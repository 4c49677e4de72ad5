"""The webhooks of counsellors' own legs: screening, the caller out of the queue, how it went, and news."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ivr.flow.codec import UnknownState
from ivr.flow.events import Answered
from ivr.flow.leg import (
    Ask,
    Claim,
    Connect,
    Judged,
    LetGo,
    RungLeg,
    Take,
    Why,
    after_claim,
    after_dial,
    call_of,
    decode_leg,
    encode_leg,
    judge,
    let_go,
    plays,
    screen_leg,
)
from ivr.jobs.ring_legs import Ended
from ivr.logs import this_is
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.conversation import Asked
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.leg_phones import CALL_BACK, DIAL_ENDED, JUDGED, KEYED, LET_GO, NOTED, PICKED_UP
from ivr.telephony.twilio.parameters import Parameters, call_id, gathered, took_from_queue
from ivr.telephony.twilio.trouble import SoundsInTrouble
from ivr.telephony.twilio.twiml import sound
from ivr.telephony.twilio.urls import Urls

_LOG = logging.getLogger(__name__)
QUEUE_SECONDS = 5
"""How long a counsellor is kept for a caller who is not in the queue any more."""
_FOR_A_QUEUE = "queue"
_RINGS = {"queued", "initiated", "ringing"}


class Legs(Protocol):
    """What becomes of legs; `takes` answers in time for a webhook, everything else at once."""

    def takes(self, leg: int) -> Claim:
        """Whose the caller is, after a 1."""

    def rings(self, leg: int, sid: str) -> None:
        """The call is made, under that id."""

    def picked_up(self, leg: int, sid: str) -> None:
        """The phone was picked up."""

    def declines(self, leg: int) -> None:
        """The counsellor does not want this caller."""

    def ends(self, leg: int, how: Ended) -> None:
        """The leg's call is over."""

    def dial_ended(self, leg: int, bridged: bool) -> None:
        """The counsellor is no longer connected to the queue."""

    def outcome(self, leg: int, word: str) -> None:
        """The counsellor says how the conversation went."""


@dataclass(frozen=True, slots=True)
class LegDesk:
    """How the webhooks of legs see the world and act on it; `caller_id` is the helpline's number.

    `counted` counts what is told of a leg: the network's word, or whose the caller is after a 1; and why the
    phone was rung, for a queue or a call-back.
    """

    urls: Urls
    caller_id: str
    now: Callable[[], datetime]
    world: Callable[[], World]
    legs: Legs
    counted: Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class LegAsked:
    """A webhook of a leg: the caller's language, the letter and the leg of its URL, its parameters."""

    language: str
    what: str
    code: str
    parameters: Parameters


def leg_branches(desk: LegDesk) -> dict[str, Callable[[Asked], str | None]]:
    """Who answers which letter; a status callback has no document."""
    documents = dict.fromkeys(_TURNS, lambda asked: leg_turn(desk, _of_a_leg(asked)))
    return {**documents, NOTED: lambda asked: leg_noted(desk, _of_a_leg(asked))}


def leg_turn(desk: LegDesk, asked: LegAsked) -> str:
    """The document for a counsellor's leg; whatever is wrong, it ends, and others are rung."""
    world = desk.world()
    world = replace(world, sounds=SoundsInTrouble(world.sounds))
    try:
        leg = decode_leg(world.helpline, asked.language, asked.code)
        this_is(call_of(leg))
        return _TURNS[asked.what](desk, world, leg, asked.parameters)
    except UnknownState:
        _LOG.warning("A counsellor's webhook carried a leg that cannot be read; it is let go")
    except Exception:  # noqa: BLE001 (whatever it is, nobody is connected who should not be)
        _LOG.exception("A turn of a counsellor's leg failed: %s", asked.what)
    spoken = world.helpline.default_language
    return _let_go(world, RungLeg(0, "", spoken, "none"), let_go(Why.GONE))


def leg_noted(desk: LegDesk, asked: LegAsked) -> None:
    """Pass on a status callback; one that says nothing we know is left alone."""
    try:
        rung = decode_leg(desk.world().helpline, asked.language, asked.code)
    except UnknownState:
        _LOG.warning("A status callback carried a leg that cannot be read")
        return
    this_is(call_of(rung))
    leg = rung.leg
    sid, status = call_id(asked.parameters), asked.parameters.get("CallStatus", "")
    if status in _KNOWN:
        desk.counted(status, "call-back" if rung.queue == CALL_BACK else _FOR_A_QUEUE)
    if status in _ENDS:
        desk.legs.ends(leg, _ENDS[status])
    elif sid and status == "in-progress":
        desk.legs.picked_up(leg, sid)
    elif sid and status in _RINGS:
        desk.legs.rings(leg, sid)


def _of_a_leg(asked: Asked) -> LegAsked:
    return LegAsked(asked.language, asked.what, asked.state, asked.parameters)


def _picked_up(desk: LegDesk, world: World, leg: RungLeg, parameters: Parameters) -> str:
    sid = call_id(parameters)
    if sid:
        desk.legs.picked_up(leg.leg, sid)
    leg, said = screen_leg(world.helpline, leg, Answered(desk.now()))
    return _screened(desk, world, leg, said)


def _keyed(desk: LegDesk, world: World, leg: RungLeg, parameters: Parameters) -> str:
    leg, said = screen_leg(world.helpline, leg, gathered(parameters, desk.now()))
    return _screened(desk, world, leg, said)


def _screened(desk: LegDesk, world: World, leg: RungLeg, said: Ask | Take | LetGo) -> str:
    if isinstance(said, Ask):
        return _ask(desk, world, leg, said, KEYED)
    if isinstance(said, Take):
        claim = desk.legs.takes(leg.leg)
        desk.counted(f"claim-{claim.value}", _FOR_A_QUEUE)
        followed = after_claim(leg, claim)
        if isinstance(followed, Connect):
            return _connect(desk, leg, followed)
        return _let_go(world, leg, followed)
    if said.declined:
        desk.legs.declines(leg.leg)
    return _let_go(world, leg, said)


def _dial_ended(desk: LegDesk, world: World, leg: RungLeg, parameters: Parameters) -> str:
    bridged = took_from_queue(parameters)
    desk.legs.dial_ended(leg.leg, bridged)
    leg, said = after_dial(leg, bridged)
    return _ask(desk, world, leg, said, JUDGED) if isinstance(said, Ask) else _let_go(world, leg, said)


def _judged(desk: LegDesk, world: World, leg: RungLeg, parameters: Parameters) -> str:
    leg, said = judge(leg, gathered(parameters, desk.now()))
    if isinstance(said, Ask):
        return _ask(desk, world, leg, said, JUDGED)
    if isinstance(said, Judged):
        desk.legs.outcome(leg.leg, said.outcome)
    return _say(world, leg, said.plays)


def _told_why(desk: LegDesk, world: World, leg: RungLeg, parameters: Parameters) -> str:
    del desk, parameters
    return _let_go(world, leg, let_go(leg.why or Why.GONE))


def _ask(desk: LegDesk, world: World, leg: RungLeg, said: Ask, answer: str) -> str:
    heard = [sound(each, world.sounds) for each in plays(said.plays, _language(world, leg))]
    action = desk.urls.turn(answer, leg.language, encode_leg(leg))
    asked = verbs.gather(heard, action=action, timeout=said.timeout, digits=1, finish="")
    # Where a network does not report silence, it goes on here: as silence, too.
    return verbs.document(asked, verbs.redirect(action))


def _connect(desk: LegDesk, leg: RungLeg, said: Connect) -> str:
    action = desk.urls.turn(DIAL_ENDED, leg.language, encode_leg(leg))
    queue = f"<Queue>{said.queue}</Queue>"
    return verbs.document(verbs.dial([queue], action=action, timeout=QUEUE_SECONDS, caller_id=desk.caller_id))


def _let_go(world: World, leg: RungLeg, said: LetGo) -> str:
    return _say(world, leg, said.plays)


def _say(world: World, leg: RungLeg, names: tuple[str, ...]) -> str:
    heard = [sound(each, world.sounds) for each in plays(names, _language(world, leg))]
    return verbs.document(*heard, verbs.hang_up())


def _language(world: World, leg: RungLeg) -> str:
    """The counsellor's own language if it has sound, else the caller's."""
    spoken = world.people.languages(leg.person)
    return next((each for each in spoken if each in world.helpline.languages), leg.language)


_ENDS = {each.value: each for each in Ended}
_KNOWN = {*_ENDS, *_RINGS, "in-progress"}
_TURNS: dict[str, Callable[[LegDesk, World, RungLeg, Parameters], str]] = {
    PICKED_UP: _picked_up,
    KEYED: _keyed,
    DIAL_ENDED: _dial_ended,
    JUDGED: _judged,
    LET_GO: _told_why,
}
