"""The counsellors' own line as documents: who rings, what they press, what was done, what they hear.

A counsellor may be somebody who needs help, or another may hold their phone: whatever is not understood here
leads on as for any caller, which is what None means.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.flow import events as ev
from ivr.flow.codec import UnknownState
from ivr.flow.counsellor_line import advance_line
from ivr.flow.line_codec import decode_line, encode_line
from ivr.flow.line_moves import ToHelpline
from ivr.flow.line_saying import CallBack, Said
from ivr.flow.line_state import Deed, Line, Spot
from ivr.flow.roster import Counsellor
from ivr.flow.turns import Gather, Go, Play, PlayBack
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.parameters import Parameters, dialled, gathered
from ivr.telephony.twilio.sealed_state import SealBrokenError, seal, unseal
from ivr.telephony.twilio.twiml import sound
from ivr.telephony.twilio.urls import Urls

_LOG = logging.getLogger(__name__)
LINE_GATHERED = "h"
LINE_TIMED_OUT = "i"
RING_SECONDS = 30
_MOST_DEEDS = 10
"""In one turn: a promise may be another's, and the next one too."""


class Deeds(Protocol):
    """What is done for counsellors before they hear of it."""

    def do(self, id_: str, person: str, deed: Deed, at: datetime) -> ev.Event:
        """What came of it, once that is committed; within a second, and never an exception."""


class CallBacks(Protocol):
    """The callers behind promises."""

    def callee(self, promise: int, language: str) -> tuple[str, str] | None:
        """The number to ring, and the URL of what is asked there before anything is said; None: not now."""


@dataclass(frozen=True, slots=True)
class LineDesk:
    """What the line needs of the rest of the helpline; handed in by the composition root.

    `who` finds the counsellor with a PIN behind a number, from memory; `staff_number` is the number that is
    only theirs, or empty; `lend` makes the token under which a recording can be heard for some minutes.
    """

    secret: bytes
    urls: Urls
    caller_id: str
    staff_number: str
    now: Callable[[], datetime]
    world: Callable[[], World]
    who: Callable[[str], Counsellor | None]
    deeds: Deeds
    lend: Callable[[str], str]
    call_backs: CallBacks


def line_first(desk: LineDesk, parameters: Parameters) -> str | None:
    """The document for a counsellor's call that comes in; None: go on as for any caller."""
    try:
        person = desk.who(parameters.get("From", ""))
        if person is None:
            return None
        world = desk.world()
        helpline = not desk.staff_number or parameters.get("To") != desk.staff_number
        line = Line(_language(world, person), person.key, helpline)
        return _step(desk, world, line, ev.Answered(desk.now()), parameters)
    except Exception:  # noqa: BLE001 (whatever it is, they go on as a caller)
        _LOG.exception("A counsellor's call could not be answered on their line")
        return None


def line_turn(desk: LineDesk, what: str, language: str, state: str, parameters: Parameters) -> str | None:
    """The document for any later webhook of the line; None: go on as for any caller."""
    try:
        line = decode_line(language, unseal(desk.secret, _call(parameters), language, state))
        return _step(desk, desk.world(), line, _event(line, what, parameters, desk.now()), parameters)
    except (SealBrokenError, UnknownState):
        _LOG.warning("A webhook carried a state that the counsellors' line does not know")
    except Exception:  # noqa: BLE001 (whatever it is, they go on as a caller)
        _LOG.exception("A turn of the counsellors' line failed: %s", what)
    return None


def _language(world: World, person: Counsellor) -> str:
    """Their own language if it has sound."""
    offered = world.helpline.languages
    return next((each for each in person.languages if each in offered), world.helpline.default_language)


def _event(line: Line, what: str, parameters: Parameters, at: datetime) -> ev.Event:
    if line.spot is Spot.CALLING:
        return dialled(parameters, at)
    if line.spot is Spot.HELPLINE:
        return ev.Continued(at)
    if what == LINE_GATHERED:
        return gathered(parameters, at)
    return ev.TimedOut(at) if what == LINE_TIMED_OUT else ev.Lost(at)


def _step(desk: LineDesk, world: World, line: Line, event: ev.Event, parameters: Parameters) -> str | None:
    for _ in range(_MOST_DEEDS):
        try:
            after, said = advance_line(line, event)
        except ev.ImpossibleEvent:
            _LOG.warning("%s cannot be at %s; it is said again", type(event).__name__, line.spot.name)
            after, said = advance_line(line, ev.Lost(event.at))
        if isinstance(said, ToHelpline):
            return None
        if isinstance(said, Said):
            return _document(desk, world, after, said, parameters)
        id_ = f"{_call(parameters)}.{after.turn}"
        line, event = after, desk.deeds.do(id_, after.person, said, event.at)
    raise RuntimeError(f"{_MOST_DEEDS} deeds in one turn at {line.spot.name}")


def _document(desk: LineDesk, world: World, line: Line, said: Said, parameters: Parameters) -> str:
    plays = [_heard(desk, world, each) for each in said.plays]
    state = seal(desk.secret, _call(parameters), line.language, encode_line(line))
    gathered_url = desk.urls.turn(LINE_GATHERED, line.language, state)
    onward = verbs.redirect(desk.urls.turn(LINE_TIMED_OUT, line.language, state))
    match said.then:
        case Gather(timeout, digits, finish):
            asked = verbs.gather(plays, action=gathered_url, timeout=timeout, digits=digits, finish=finish)
            return verbs.document(asked, onward)
        case CallBack(item):
            ringing = _ringing(desk, item.id, item.language, gathered_url)
            return verbs.document(*plays, *ringing) if ringing else verbs.document(onward)
        case Go():
            return verbs.document(*plays, onward)
        case _:
            return verbs.document(*plays, verbs.hang_up())


def _heard(desk: LineDesk, world: World, play: Play | PlayBack) -> str:
    if isinstance(play, PlayBack):
        return verbs.play(desk.urls.heard(desk.lend(play.recording)))
    return sound(play, world.sounds)


def _ringing(desk: LineDesk, promise: int, language: str, action: str) -> tuple[str, ...]:
    found = desk.call_backs.callee(promise, language)
    if found is None:
        return ()
    phone, question = found
    number = verbs.number(phone, question)
    return (verbs.dial([number], action=action, timeout=RING_SECONDS, caller_id=desk.caller_id),)


def _call(parameters: Parameters) -> str:
    return parameters.get("CallSid", "")
