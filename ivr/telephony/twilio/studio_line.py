"""The line on which staff record as documents: who rings, what they press and say, what they hear.

A caller may come here by mistake, and staff before they have signed in may need the helpline: whatever is not
understood here leads on as for any caller, which is what None means.
"""

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.flow import events as ev
from ivr.flow.codec import UnknownState
from ivr.flow.studio_codec import decode_studio, encode_studio
from ivr.flow.studio_line import advance_studio
from ivr.flow.studio_line_deeds import Deed
from ivr.flow.studio_line_moves import Next, ToHelpline
from ivr.flow.studio_line_saying import Heard, LiveTake, Reading, Said, TakeSound
from ivr.flow.studio_line_state import Spot, Studio, StudioCall
from ivr.flow.turns import Gather, Go, Play, Record
from ivr.privacy import hashed
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.conversation import Asked
from ivr.telephony.twilio.counsellor_line import call_of
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.parameters import Parameters, gathered, recorded
from ivr.telephony.twilio.sealed_state import SealBrokenError, seal, unseal
from ivr.telephony.twilio.twiml import sound
from ivr.telephony.twilio.urls import Urls

_LOG = logging.getLogger(__name__)
_MOST_DEEDS = 4
"""In one turn: what was accepted, and the next prompt."""


class Deeds(Protocol):
    """What is done for staff before they hear of it."""

    def do(self, id_: str, account: int, deed: Deed, at: datetime, caller: str) -> ev.Event:
        """What came of it, once that is safe; never an exception. `caller` stands for the phone's number."""


class StudioSounds(Protocol):
    """The sounds of prompts by the codes of their ids, as absolute URLs; None: there is none."""

    def reading(self, code: str, language: str) -> str | None:
        """Built speech that says the words."""

    def live(self, code: str, language: str) -> str | None:
        """The take that callers hear."""

    def take(self, sound: str, language: str) -> str:
        """A mastered take by the hash in its name."""


@dataclass(frozen=True, slots=True)
class StudioDesk:
    """What the line needs of the rest of the helpline; handed in by the composition root.

    `number` is the line's own number, or empty. States sealed with an `older` secret are read too.
    """

    secret: bytes
    urls: Urls
    number: Callable[[], str]
    now: Callable[[], datetime]
    world: Callable[[], World]
    deeds: Deeds
    sounds: StudioSounds
    older: tuple[bytes, ...] = ()


def studio_first(desk: StudioDesk, parameters: Parameters) -> str | None:
    """The document for a call to the line's own number; None: go on as for any caller."""
    number = desk.number()
    if not number or parameters.get("To") != number:
        return None
    return _begin(desk, parameters, desk.world().helpline.default_language, helpline=False)


def studio_turn(desk: StudioDesk, asked: Asked) -> str | None:
    """The document for any later webhook of the line; None: go on as for any caller."""
    if asked.state == to.STUDIO_ENTRY:
        return _begin(desk, asked.parameters, asked.language, helpline=True)
    number = call_of(asked.parameters)
    try:
        state = unseal(desk.secret, _bound(number), asked.language, asked.state, desk.older)
        call = decode_studio(asked.language, state)
        return _step(desk, desk.world(), call, _event(call, asked, desk.now()), asked.parameters)
    except (SealBrokenError, UnknownState):
        _LOG.warning("A webhook carried a state that the recording line does not know")
    except Exception:  # noqa: BLE001 (whatever it is, they go on as a caller)
        _LOG.exception("A turn of the recording line failed: %s", asked.what)
    return None


def _begin(desk: StudioDesk, parameters: Parameters, language: str, *, helpline: bool) -> str | None:
    world = desk.world()
    spoken = language if language in world.helpline.languages else world.helpline.default_language
    begun = StudioCall(spoken, helpline)
    try:
        known = call_of(parameters)
        return known and _step(desk, world, begun, ev.Answered(desk.now()), parameters)
    except Exception:  # noqa: BLE001 (whatever it is, they go on as a caller)
        _LOG.exception("A call could not be answered on the recording line")
        return None


def _event(call: StudioCall, asked: Asked, at: datetime) -> ev.Event:
    if asked.what == to.STUDIO_KEYS:
        return gathered(asked.parameters, at)
    if asked.what == to.STUDIO_SILENCE:
        return ev.TimedOut(at)
    if asked.what == to.STUDIO_RECORDED:
        return recorded(asked.parameters, at)
    return ev.NothingRecorded(at) if call.spot is Spot.RECORD else ev.Continued(at)


def _step(
    desk: StudioDesk, world: World, call: StudioCall, event: ev.Event, parameters: Parameters
) -> str | None:
    studio, number = _studio(world), call_of(parameters)
    caller = hashed(desk.secret, parameters.get("From", ""))
    for _ in range(_MOST_DEEDS):
        call, said = _advanced(studio, call, event)
        if isinstance(said, ToHelpline):
            return None
        if isinstance(said, Said):
            return _document(Saying(desk, world, call, number), said)
        event = desk.deeds.do(_id(desk, number, call, said), call.account, said, event.at, caller)
    raise RuntimeError(f"{_MOST_DEEDS} deeds in one turn at {call.spot.name}")


def _studio(world: World) -> Studio:
    helpline = world.helpline
    return Studio(helpline.shipped_languages or helpline.languages, frozenset(helpline.languages))


def _advanced(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    try:
        return advance_studio(studio, call, event)
    except ev.ImpossibleEvent:
        _LOG.warning("%s cannot be at %s; it is said again", type(event).__name__, call.spot.name)
        return advance_studio(studio, call, ev.Lost(event.at))


def _id(desk: StudioDesk, number: str, call: StudioCall, deed: Deed) -> str:
    """One for each deed of a call; a PIN in it is told by what nobody can undo."""
    told = hmac.digest(desk.secret, f"deed\0{number}\0{deed!r}".encode(), "sha256").hex()[:16]
    return f"s{number}.{call.turn}.{told}"


def _bound(number: str) -> str:
    """What seals are bound to: a state of the counsellors' line is none of this one."""
    return f"studio {number}"


@dataclass(frozen=True, slots=True)
class Saying:
    """What a document is made of."""

    desk: StudioDesk
    world: World
    call: StudioCall
    number: str

    def url(self, what: str) -> str:
        """Where the line goes on, with its state sealed to this call."""
        language = self.call.language
        state = seal(self.desk.secret, _bound(self.number), language, encode_studio(self.call))
        return self.desk.urls.turn(what, language, state)


def _document(saying: Saying, said: Said) -> str:
    plays = [each for heard in said.plays if (each := _heard(saying, heard))]
    match said.then:
        case Gather(timeout, digits, finish):
            action = saying.url(to.STUDIO_KEYS)
            asked = verbs.gather(plays, action=action, timeout=timeout, digits=digits, finish=finish)
            return verbs.document(asked, verbs.redirect(saying.url(to.STUDIO_SILENCE)))
        case Record():
            return verbs.document(*plays, *_recording(saying, said.then))
        case Go(pause):
            rest = (verbs.pause(pause),) if pause else ()
            return verbs.document(*plays, *rest, verbs.redirect(saying.url(to.STUDIO_ON)))
        case _:
            return verbs.document(*plays, verbs.hang_up())


def _recording(saying: Saying, then: Record) -> tuple[str, str]:
    record = verbs.record(
        action=saying.url(to.STUDIO_RECORDED),
        silence=then.silence,
        longest=then.longest,
        finish=then.finish,
        status=saying.desk.urls.recording(saying.call.language),
        trim=False,
    )
    return record, verbs.redirect(saying.url(to.STUDIO_ON))


def _heard(saying: Saying, heard: Heard) -> str | None:
    sounds = saying.desk.sounds
    match heard:
        case Play():
            return sound(heard, saying.world.sounds)
        case Reading(code, language):
            url = sounds.reading(code, language)
        case LiveTake(code, language):
            url = sounds.live(code, language)
        case TakeSound(name, language):
            url = sounds.take(name, language)
    return verbs.play(url) if url else None


def studio_branches(
    desk: StudioDesk, first: Callable[[Parameters], str]
) -> dict[str, Callable[[Asked], str]]:
    """The letters of the line; whoever leaves it goes on with `first`, as any caller does."""

    def turn(asked: Asked) -> str:
        document = studio_turn(desk, asked)
        return first(asked.parameters) if document is None else document

    return dict.fromkeys(to.STUDIO, turn)
