"""Every situation a caller can get into: each reachable state with each event, over a set of moments.

The state is written and read back between any two events, as it is on a real call.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind, Wait, new_call
from ivr.flow.caller import advance
from ivr.flow.codec import decode, encode
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Dial, Enqueue, Gather, Go, HandBack, HangUp, Leave, Record, ToStudio, Turn
from ivr.flow.words import ENDS_MESSAGE

KEYS = "0123456789*#"
NUMBERS = ("0215550123", "1", "*")
COARSE = 90  # seconds; how long a caller has waited tells states apart no finer than this
Answer = tuple[ev.Event, bool]
RECORDING = "RE" + "0" * 32
LEAVING = frozenset({Kind.MESSAGE, Kind.FETCH, Kind.REVIEW})


@dataclass(frozen=True, slots=True)
class Step:
    """From one state to another by an event; `silent`: it took no doing of the caller's."""

    before: Call
    event: str
    after: Call
    silent: bool


@dataclass(slots=True)
class Walk:
    """Every state with the turn that was said when it was first reached, and every step."""

    turns: dict[Call, Turn] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


def walk(helpline: Helpline, at: datetime) -> Walk:
    """Walk from the first ring until nothing new is found; raises whatever `advance` or the codec raises."""
    found = Walk()
    waiting: deque[Call] = deque()
    _note(helpline, found, waiting, *advance(helpline, new_call(helpline), ev.Answered(at)))
    while waiting:
        call = waiting.popleft()
        for event, silent in answers(found.turns[call], at):
            after = _note(helpline, found, waiting, *advance(helpline, call, event))
            found.steps.append(Step(call, name_of(event), after, silent))
    return found


def answers(turn: Turn, at: datetime) -> Iterable[tuple[ev.Event, bool]]:
    """Everything that can follow a turn; True: without any doing of the caller's."""
    return ANSWERS[type(turn.then)](turn.then, at)


def _keys(then: Gather, at: datetime) -> list[Answer]:
    keys = KEYS if then.digits == 1 else NUMBERS
    return [*((ev.Pressed(at, each), False) for each in keys), (ev.TimedOut(at), True)]


def _speech(then: Record, at: datetime) -> list[Answer]:
    del then
    recorded = [ev.Recorded(at, RECORDING, s, hung_up=gone) for s in (0, 9, None) for gone in (False, True)]
    ended = [ev.Recorded(at, RECORDING, s, keys=key) for s in (0, 9) for key in ENDS_MESSAGE]
    pressed = [ev.Pressed(at, key) for key in ENDS_MESSAGE]
    return [*((event, False) for event in (*recorded, *ended, *pressed)), (ev.NothingRecorded(at), True)]


def _ringing(then: Dial, at: datetime) -> list[Answer]:
    del then
    return [*((ev.DialEnded(at, each), True) for each in ev.DialOutcome), (ev.Lost(at), True)]


def _queue(then: Enqueue, at: datetime) -> list[Answer]:
    del then
    ends = [(ev.QueueEnded(at, each), True) for each in ev.QueueOutcome]
    return [*ends, (ev.Continued(at), True), (ev.NobodyCame(at), True), (ev.Lost(at), True)]


def _left(then: Leave, at: datetime) -> list[Answer]:
    del then
    return [(ev.QueueEnded(at, ev.QueueOutcome.LEFT), True)]


def _onward(then: Go, at: datetime) -> list[Answer]:
    del then
    return [(ev.Continued(at), True), (ev.RecordingArrived(at), True), (ev.NotKept(at), True)]


ANSWERS: dict[type[HandBack], Callable[[Any, datetime], list[Answer]]] = {
    Gather: _keys,
    Record: _speech,
    Dial: _ringing,
    Enqueue: _queue,
    Leave: _left,
    Go: _onward,
    HangUp: lambda then, at: [],  # noqa: ARG005 (nothing follows)
    ToStudio: lambda then, at: [],  # noqa: ARG005 (another machine's call follows)
}


def name_of(event: ev.Event) -> str:
    """An event as people read it: a key, or what happened."""
    if isinstance(event, ev.Pressed):
        return event.keys
    if isinstance(event, ev.Recorded) and event.keys:
        return f"Recorded {event.keys}"
    if isinstance(event, ev.DialEnded):
        return event.outcome.value
    return type(event).__name__


def _note(helpline: Helpline, found: Walk, waiting: deque[Call], call: Call, turn: Turn) -> Call:
    known = plain(call)
    if known not in found.turns:
        read_back = decode(helpline, known.language, encode(known))
        found.turns[read_back] = turn
        waiting.append(read_back)
    return known


def plain(call: Call) -> Call:
    """The state without what changes nothing that follows: such states are one.

    The machine reads neither the topic nor how many recordings there were, and whether one was left only
    where it is heard and left again; a wait is told apart in coarse steps.
    """
    attempt, recording = (min(call.attempt, 1), call.recording) if call.place.kind in LEAVING else (0, "")
    if (
        call.topic
        or call.messages
        or call.callbacks
        or call.attempt != attempt
        or call.recording != recording
    ):
        call = replace(call, topic="", attempt=attempt, messages=0, recording=recording, callbacks=0)
    if call.wait and call.wait != (wait := _coarse(call.wait)):
        return replace(call, wait=wait)
    return call


def _coarse(wait: Wait) -> Wait:
    """Time upwards in coarse steps, so that it passes all the same; what is only counted is left out."""
    base, waited = (-(-each // COARSE) * COARSE for each in (wait.base, wait.waited))
    return replace(wait, entry=1, base=base, waited=waited, tick=min(wait.tick, 1), told=0)
