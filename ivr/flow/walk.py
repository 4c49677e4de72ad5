"""Every situation a caller can get into: each reachable state with each event, over a set of moments.

The state is written and read back between any two events, as it is on a real call.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.call import Call, new_call
from ivr.flow.caller import advance
from ivr.flow.codec import decode, encode
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Dial, Gather, Go, HangUp, Record, Turn

KEYS = "0123456789*#"
RECORDING = "RE" + "0" * 32


@dataclass(frozen=True, slots=True)
class Step:
    """From one state to another by an event; `silent`: it took no doing of the caller's."""

    before: str
    event: str
    after: str
    silent: bool


@dataclass(slots=True)
class Walk:
    """All states by their text (with the language in front), all steps, all turns as first said."""

    turns: dict[str, Turn] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


def walk(helpline: Helpline, at: datetime, *, start: Call | None = None) -> Walk:
    """Walk from the first ring, or from `start`, until nothing new is found; raises what `advance` raises."""
    found = Walk()
    first = start or new_call(helpline)
    call, turn = advance(helpline, first, ev.Answered(at)) if start is None else (first, None)
    waiting: deque[str] = deque()
    _note(found, waiting, call, turn)
    while waiting:
        key = waiting.popleft()
        if key not in found.turns:
            continue
        for event, silent in answers(found.turns[key], at):
            language, state = key.split(" ", 1)
            after, said = advance(helpline, decode(helpline, language, state), event)
            found.steps.append(Step(key, name_of(event), _note(found, waiting, after, said), silent))
    return found


def answers(turn: Turn, at: datetime) -> Iterable[tuple[ev.Event, bool]]:
    """Everything that can follow a turn; True: without any doing of the caller's."""
    match turn.then:
        case Gather():
            return [*((ev.Pressed(at, key), False) for key in KEYS), (ev.TimedOut(at), True)]
        case Record():
            recorded = [ev.Recorded(at, RECORDING, s, hung_up=gone) for s in (0, 9) for gone in (False, True)]
            return [*((event, False) for event in recorded), (ev.NothingRecorded(at), True)]
        case Dial():
            outcomes = [(ev.DialEnded(at, each), True) for each in ev.DialOutcome]
            return [*outcomes, (ev.Lost(at), True)]
        case Go():
            return [(ev.Continued(at), True), (ev.RecordingArrived(at), True), (ev.NotKept(at), True)]
        case HangUp():
            return []


def name_of(event: ev.Event) -> str:
    """An event as people read it: a key, or what happened."""
    if isinstance(event, ev.Pressed):
        return event.keys
    if isinstance(event, ev.DialEnded):
        return event.outcome.value
    return type(event).__name__


def _note(found: Walk, waiting: deque[str], call: Call, turn: Turn | None) -> str:
    """The caller's machine never reads the topic, so states that differ in it alone are one."""
    plain = replace(call, topic="", attempt=min(call.attempt, 2))
    key = f"{plain.language} {encode(plain)}"
    if key not in found.calls:
        found.calls[key] = plain
        waiting.append(key)
        if turn is not None:
            found.turns[key] = turn
    return key
