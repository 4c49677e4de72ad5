"""One webhook of a call as one step of the flow: what came in as an event, the turn as a document."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind, Place, new_call
from ivr.flow.call_note import CallNote
from ivr.flow.caller import advance
from ivr.flow.codec import UnknownState, decode, encode
from ivr.flow.plain import is_plain
from ivr.flow.turns import (
    CallBackAsked,
    Turn,
)
from ivr.flow.waiting import timed
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio.desk import Desk, PromiseNotKeptError, World
from ivr.telephony.twilio.dialling import advanced
from ivr.telephony.twilio.happenings import do, own_number
from ivr.telephony.twilio.parameters import (
    SAME_WEBHOOK,
    Parameters,
    call_id,
    caller,
    dialled,
    gathered,
    queue_ended,
    queue_seconds,
    recorded,
)
from ivr.telephony.twilio.plain_turns import PlainTurn, Way, first_way, way_of
from ivr.telephony.twilio.queueing import queue_name, tell, tell_end, waits, went_where
from ivr.telephony.twilio.twiml import render, render_leave
from ivr.telephony.twilio.urls import Where
from ivr.telephony.twilio.without_flow import ring_without_flow

_LOG = logging.getLogger(__name__)
FIRST = ""  # no letter: the webhook that a call begins with
EVENTS: dict[str, Callable[[Parameters, datetime], ev.Event]] = {
    to.GATHERED: gathered,
    to.TIMED_OUT: lambda _, at: ev.TimedOut(at),
    to.RECORDED: recorded,
    to.NOTHING_RECORDED: lambda _, at: ev.NothingRecorded(at),
    to.DIALLED: dialled,
    to.WAITING: lambda _, at: ev.Continued(at),
    to.QUEUE_ENDED: queue_ended,
    to.NOBODY_CAME: lambda _, at: ev.NobodyCame(at),
}
OUT_OF_QUEUE = frozenset({to.QUEUE_ENDED, to.NOBODY_CAME})


@dataclass(frozen=True, slots=True)
class Asked:
    """A webhook: the language and state of its URL, what the URL says has happened, the parameters."""

    language: str
    what: str
    state: str
    parameters: Parameters


def first_turn(desk: Desk, parameters: Parameters) -> str:
    """The document for a call that comes in."""
    withheld = own_number(desk.world(), parameters) is None
    asked, answered = Asked("", FIRST, "", parameters), ev.Answered(desk.now(), withheld=withheld)
    if plain := desk.world().plain.get(first_way(withheld=withheld)):
        _note(desk, plain, answered, asked)
        return plain.document
    world = _for_caller(desk, "", parameters)
    call = new_call(world.helpline)
    try:
        return _step(desk, world, call, answered, asked)
    except Exception:  # noqa: BLE001 (whatever it is, the caller goes on to a person)
        _LOG.exception("A call could not be answered by the flow")
        return _after_trouble(desk, world, call, asked)


def next_turn(desk: Desk, asked: Asked) -> str:
    """The document for any later webhook of a caller's leg; whatever is wrong with it, the call goes on."""
    way = way_of(asked.language, asked.what, asked.state, asked.parameters)
    if plain := desk.world().plain.get(way):
        return _again(desk, plain, asked)
    world = _for_caller(desk, asked.state, asked.parameters)
    waiting = waits(asked.what, asked.state, asked.parameters, OUT_OF_QUEUE)
    call = read_call(world, asked)
    if waiting and not call.queued:
        return render_leave()  # the state is not known here, and out of the queue any document is heard
    try:
        return _answer(desk, world, call, asked)
    except Exception:  # noqa: BLE001 (whatever it is, the caller goes on to a person)
        _LOG.exception("A turn failed: %s at %s", asked.what, call.place.kind.name)
        return _after_trouble(desk, world, call, asked, waiting=waiting)


def _again(desk: Desk, plain: PlainTurn, asked: Asked) -> str:
    """The document of a turn that somebody else has come to before."""
    _note(desk, plain, EVENTS[asked.what](asked.parameters, desk.now()), asked)
    return plain.document


def _answer(desk: Desk, world: World, call: Call, asked: Asked) -> str:
    event = _event(desk, call, asked)
    if isinstance(event, ev.QueueEnded):
        tell_end(desk, call, event, asked.parameters)
        desk.waited(event.outcome.value, queue_seconds(asked.parameters) or 0)
        call = went_where(desk, world, call, event, asked.parameters)
    call = timed(call, queue_seconds(asked.parameters))
    return _step(desk, world, call, event, asked)


def _for_caller(desk: Desk, state: str, parameters: Parameters) -> World:
    """The world as this caller finds it: whether they are welcome, and can be put into a queue."""
    world, sid = desk.world(), call_id(parameters)
    door = desk.door(caller(parameters), sid or "", state)
    # Who waits for a phone that rings already is not taken away from it because others cannot be rung.
    queueing = bool(sid) and (desk.ringing.able() or desk.ringing.awaits(sid or ""))
    return replace(world, helpline=replace(world.helpline, door=door, queueing=queueing))


def read_call(world: World, asked: Asked) -> Call:
    """The call of the webhook's state; of one that is not known here, the language and the main menu."""
    try:
        return decode(world.helpline, asked.language, asked.state)
    except UnknownState:
        _LOG.warning("A webhook carried a state that this helpline does not know; the main menu follows")
    except Exception:  # noqa: BLE001 (whatever it is, the caller goes on)
        _LOG.exception("A state could not be read; the main menu follows")
    call = new_call(world.helpline)
    language = asked.language if asked.language in world.helpline.languages else call.language
    return replace(call, language=language, place=Place(Kind.MENU, world.helpline.main))


def _event(desk: Desk, call: Call, asked: Asked) -> ev.Event:
    if asked.what == to.CONTINUED:
        return _continued(desk, call, desk.now())
    return EVENTS[asked.what](asked.parameters, desk.now()) if asked.what in EVENTS else ev.Lost(desk.now())


def _continued(desk: Desk, call: Call, at: datetime) -> ev.Event:
    if call.place.kind is Kind.FETCH and desk.arrived(call.recording, call.place.part):
        return ev.RecordingArrived(at)
    return ev.Continued(at)


def _step(desk: Desk, world: World, call: Call, event: ev.Event, asked: Asked) -> str:
    at, parameters = event.at, asked.parameters
    try:
        after, turn = advanced(desk, world, call, event, parameters)
    except ev.ImpossibleEvent:
        _LOG.warning("%s cannot be at %s; it is said again", type(event).__name__, call.place.kind.name)
        after, turn = advance(world.helpline, call, ev.Lost(at))
    after, turn = _made_safe(desk, world, after, turn, parameters, at)
    given = PlainTurn(call, after, turn, _document(desk, world, after, turn, parameters))
    tell(desk, call, after, turn, parameters)
    _remember(world, given, asked)
    _note(desk, given, event, asked)
    return given.document


def _remember(world: World, given: PlainTurn, asked: Asked) -> None:
    if asked.what == FIRST:
        way: Way | None = first_way(withheld=given.after.withheld)
    else:
        way = way_of(asked.language, asked.what, asked.state, asked.parameters)
    if not way or not is_plain(world.helpline, given.before, given.after, given.turn):
        return
    # A state that is not known here has led to a place of our own, which is worth a warning each time.
    if asked.what == FIRST or encode(given.before) == asked.state:
        world.plain.keep(way, given)


def _note(desk: Desk, given: PlainTurn, event: ev.Event, asked: Asked) -> None:
    call = asked.parameters.get("CallSid", "")
    desk.turned(given.after.place.kind.name.lower(), ev.name_of(event))
    desk.noted(CallNote(call, _webhook(asked), given.before, given.after, event, given.turn))


def _webhook(asked: Asked) -> tuple[str, str, str, str]:
    """What is the same for each repeat of a webhook of this call."""
    parameters = asked.parameters
    return asked.what, asked.state, parameters.get("Digits", ""), parameters.get(SAME_WEBHOOK, "")


def _made_safe(
    desk: Desk, world: World, call: Call, turn: Turn, parameters: Parameters, at: datetime
) -> tuple[Call, Turn]:
    for happening in turn.happened:
        try:
            do(desk, world, happening, parameters, at)
        except PromiseNotKeptError:
            _LOG.exception("A promise could not be kept; the caller is told, and put through")
            return advance(world.helpline, call, ev.NotKept(at, isinstance(happening, CallBackAsked)))
    return call, turn


def _document(desk: Desk, world: World, call: Call, turn: Turn, parameters: Parameters) -> str:
    queue = queue_name(call_id(parameters) or "", call.wait.entry) if call.wait else ""
    where = Where(call.language, encode(call), queue)
    return render(turn, where, desk.urls, world.sounds, world.people, desk.caller_id, desk.heard)


def _after_trouble(desk: Desk, world: World, call: Call, asked: Asked, *, waiting: bool = False) -> str:
    try:
        return _step(desk, world, call, ev.Troubled(desk.now()), asked)
    except Exception:  # noqa: BLE001 (whatever it is, the caller goes on to a person)
        _LOG.exception("The way to a person failed too; the people on duty are rung without the flow")
        return render_leave() if waiting else ring_without_flow(desk, world, call)
