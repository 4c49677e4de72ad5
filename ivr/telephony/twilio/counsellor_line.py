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
from ivr.flow.leg import Claim
from ivr.flow.line_codec import decode_line, encode_line
from ivr.flow.line_moves import Next, ToHelpline
from ivr.flow.line_saying import CallBack, Said
from ivr.flow.line_state import Deed, Failed, Item, ItemKind, Line, Spot, Take, TakenByOther, Took
from ivr.flow.ring_back import RingBack
from ivr.flow.roster import Counsellor
from ivr.flow.turns import Gather, Go, Play, PlayBack
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.callback_phones import CALLEE, url_of
from ivr.telephony.twilio.conversation import Asked
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.parameters import Parameters, call_id, dialled, gathered
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
    """The callers behind promises; both answer within a second, and never with an exception."""

    def takes(self, promise: int, claim: str, person: str, at: datetime) -> str | Claim:
        """The number to ring, for the first who asks, or why not; a claim again gets the same answer."""

    def ended(self, promise: int, claim: str, at: datetime, *, bridged: bool) -> None:
        """The two have talked, or the caller was not reached."""


@dataclass(frozen=True, slots=True)
class LineDesk:
    """What the line needs of the rest of the helpline; handed in by the composition root.

    `who` finds the counsellor with a PIN behind a number, from memory; `staff_number` is the number that is
    only theirs, or empty; `lend` makes the token under which a recording can be heard for some minutes.
    States sealed with an `older` secret are read too.
    """

    secret: bytes
    urls: Urls
    caller_id: str
    staff_number: Callable[[], str]
    now: Callable[[], datetime]
    world: Callable[[], World]
    who: Callable[[str], Counsellor | None]
    deeds: Deeds
    lend: Callable[[str], str]
    call_backs: CallBacks
    older: tuple[bytes, ...] = ()


def line_first(desk: LineDesk, parameters: Parameters) -> str | None:
    """The document for a counsellor's call that comes in; None: go on as for any caller."""
    try:
        person = desk.who(parameters.get("From", ""))
        if person is None or not call_of(parameters):
            return None
        world = desk.world()
        helpline = parameters.get("To") != desk.staff_number()
        line = Line(_language(world, person), person.key, helpline)
        return _step(desk, world, line, ev.Answered(desk.now()), parameters)
    except Exception:  # noqa: BLE001 (whatever it is, they go on as a caller)
        _LOG.exception("A counsellor's call could not be answered on their line")
        return None


def line_turn(desk: LineDesk, asked: Asked) -> str | None:
    """The document for any later webhook of the line; None: go on as for any caller."""
    call = call_of(asked.parameters)
    try:
        state = unseal(desk.secret, call, asked.language, asked.state, desk.older)
        line = decode_line(asked.language, state)
        event = _event(line, asked, desk.now())
        if line.spot is Spot.CALLING and isinstance(event, ev.DialEnded):
            _note_end(desk, line, call, event)
        return _step(desk, desk.world(), line, event, asked.parameters)
    except (SealBrokenError, UnknownState):
        _LOG.warning("A webhook carried a state that the counsellors' line does not know")
    except Exception:  # noqa: BLE001 (whatever it is, they go on as a caller)
        _LOG.exception("A turn of the counsellors' line failed: %s", asked.what)
    return None


def _language(world: World, person: Counsellor) -> str:
    """Their own language if it has sound."""
    offered = world.helpline.languages
    return next((each for each in person.languages if each in offered), world.helpline.default_language)


def _event(line: Line, asked: Asked, at: datetime) -> ev.Event:
    if line.spot is Spot.CALLING:
        return dialled(asked.parameters, at)
    if line.spot is Spot.HELPLINE:
        return ev.Continued(at)
    if asked.what == LINE_GATHERED:
        return gathered(asked.parameters, at)
    return ev.TimedOut(at) if asked.what == LINE_TIMED_OUT else ev.Lost(at)


def _step(desk: LineDesk, world: World, line: Line, event: ev.Event, parameters: Parameters) -> str | None:
    call, number = call_of(parameters), ""
    for _ in range(_MOST_DEEDS):
        line, said = _advanced(line, event)
        if isinstance(said, ToHelpline):
            return None
        if isinstance(said, Said):
            return _document(Saying(desk, world, line, call, number), said)
        if isinstance(said, Take) and said.item.kind is ItemKind.CALLBACK:
            event, number = _take(desk, line, call, said, event.at)
        else:
            event = desk.deeds.do(f"{call}.{line.turn}", line.person, said, event.at)
    raise RuntimeError(f"{_MOST_DEEDS} deeds in one turn at {line.spot.name}")


def _advanced(line: Line, event: ev.Event) -> Next:
    try:
        return advance_line(line, event)
    except ev.ImpossibleEvent:
        _LOG.warning("%s cannot be at %s; it is said again", type(event).__name__, line.spot.name)
        return advance_line(line, ev.Lost(event.at))


def _take(desk: LineDesk, line: Line, call: str, deed: Take, at: datetime) -> tuple[ev.Event, str]:
    # The number goes into the document alone: states and URLs never hold it.
    answer = desk.call_backs.takes(deed.item.id, _claim(call, line.turn + 1), line.person, at)
    if isinstance(answer, str):
        return Took(at), answer
    return (Failed(at) if answer is Claim.UNKNOWN else TakenByOther(at)), ""


def _claim(call: str, turn: int) -> str:
    """One for each time that a call-back is taken, `turn` being the line's while it is rung."""
    return f"{call}x{turn}"


def _note_end(desk: LineDesk, line: Line, call: str, event: ev.DialEnded) -> None:
    if line.item is not None:
        bridged = event.outcome is ev.DialOutcome.REACHED
        desk.call_backs.ended(line.item.id, _claim(call, line.turn), event.at, bridged=bridged)


@dataclass(frozen=True, slots=True)
class Saying:
    """What a document is made of; `number` is the caller's, if one is to be rung."""

    desk: LineDesk
    world: World
    line: Line
    call: str
    number: str

    @property
    def state(self) -> str:
        """The line's state for a URL of this call."""
        return seal(self.desk.secret, self.call, self.line.language, encode_line(self.line))

    def url(self, what: str) -> str:
        """Where the line goes on."""
        return self.desk.urls.turn(what, self.line.language, self.state)


def _document(saying: Saying, said: Said) -> str:
    plays = [_heard(saying.desk, saying.world, each) for each in said.plays]
    action, onward = saying.url(LINE_GATHERED), verbs.redirect(saying.url(LINE_TIMED_OUT))
    match said.then:
        case Gather(timeout, digits, finish):
            asked = verbs.gather(plays, action=action, timeout=timeout, digits=digits, finish=finish)
            return verbs.document(asked, onward)
        case CallBack(item):
            return verbs.document(*plays, _ringing(saying, item, action))
        case Go():
            return verbs.document(*plays, onward)
        case _:
            return verbs.document(*plays, verbs.hang_up())


def _heard(desk: LineDesk, world: World, play: Play | PlayBack) -> str:
    if isinstance(play, PlayBack):
        return verbs.play(desk.urls.heard(desk.lend(play.recording)))
    return sound(play, world.sounds)


def _ringing(saying: Saying, item: Item, action: str) -> str:
    """Whoever picks up hears one neutral question, and only its key connects."""
    claim = _claim(saying.call, saying.line.turn)
    callee = RingBack(item.id, claim, saying.line.person, item.language)
    number = verbs.number(saying.number, url_of(saying.desk.urls, CALLEE, callee))
    return verbs.dial([number], action=action, timeout=RING_SECONDS, caller_id=saying.desk.caller_id)


def call_of(parameters: Parameters) -> str:
    """The network's id of the call; without one there is nothing that a state could be bound to."""
    return call_id(parameters) or ""


def line_branches(desk: LineDesk, first: Callable[[Parameters], str]) -> dict[str, Callable[[Asked], str]]:
    """The letters of the line; whoever leaves it goes on with `first`, as any caller does."""

    def turn(asked: Asked) -> str:
        document = line_turn(desk, asked)
        return first(asked.parameters) if document is None else document

    return {LINE_GATHERED: turn, LINE_TIMED_OUT: turn}
