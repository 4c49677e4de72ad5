"""A note of a call as an event that can be stored, and as a line of a file; no number is in either."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b

from ivr.flow import events as ev
from ivr.flow.call import CALLING_BACK, Call, Kind, Place
from ivr.flow.call_note import CallNote, CallWord, Noted
from ivr.flow.turns import CallBackAsked, ConversationJudged, HangUp, Happening, MessageLeft, NobodyReached
from ivr.storage.call_summary import (
    ASKED,
    CALLBACK,
    CLOSED,
    GONE,
    MESSAGE,
    OVER,
    OVERDOSE,
    REACHED,
    REFUSED,
    UNANSWERED,
    CallEvent,
)

_LONGEST_CALL, _LONGEST_PLACE = 64, 160
_NAMES: dict[type[ev.Event], str] = {
    ev.Answered: "answered",
    ev.Pressed: "pressed",
    ev.TimedOut: "silence",
    ev.Continued: "continued",
    ev.Recorded: "recorded",
    ev.NothingRecorded: "nothing-recorded",
    ev.DialEnded: "dial-ended",
    ev.QueueEnded: "queue-ended",
    ev.NobodyCame: "nobody-came",
    ev.RecordingArrived: "recording-arrived",
    ev.NotKept: "not-kept",
    ev.Troubled: "troubled",
    ev.Lost: "lost-turn",
}
_SOUGHT, _TURNED_AWAY = (Kind.WAIT, Kind.RING, Kind.CLOSED), (Kind.MENU, Kind.AFTER)
_SETTLED = (Kind.CLOSED, *CALLING_BACK)


def event_of(noted: Noted) -> CallEvent | None:
    """What is stored of a note; None if nothing is: a word in the queue was heard, or there is no call."""
    if not noted.call.isalnum() or len(noted.call) > _LONGEST_CALL:
        return None
    if isinstance(noted, CallWord):
        return CallEvent(key_of(noted.call, noted.what), noted.call, noted.at, "", "", noted.what)
    return None if _waits_on(noted) else _turned(noted)


def key_of(call: str, *webhook: str) -> str:
    """What is the same for each repeat of a webhook, and for no other one."""
    return blake2b("\0".join((call, *webhook)).encode(), digest_size=16).hexdigest()


def write_line(event: CallEvent) -> bytes:
    """The event as a line of its own."""
    values = (
        *(event.key, event.call, event.at.timestamp(), event.language, event.place, event.event),
        *(event.pressed, event.queued, event.facts, event.seconds),
    )
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"


def read_line(line: bytes) -> CallEvent:
    """The event of a line; a ValueError, TypeError or KeyError if it is none."""
    key, call, at, *rest = json.loads(line)
    return CallEvent(key, call, datetime.fromtimestamp(at, tz=UTC), *rest)


def _turned(note: CallNote) -> CallEvent:
    keys = note.event.keys if isinstance(note.event, ev.Pressed) else ""
    pressed = keys if len(keys) == 1 and note.before.place.kind is not Kind.KEYING else ""
    what, state, digits, token = note.webhook
    told = (token,) if token else (what, state, digits if len(digits) == 1 else "")
    return CallEvent(
        key=key_of(note.call, *told),
        call=note.call,
        at=note.event.at,
        language=note.after.language,
        place=_place(note.after.place),
        event=_NAMES[type(note.event)],
        pressed=pressed,
        queued=note.after.queued,
        facts=" ".join(fact for fact, holds in _FACTS.items() if holds(note)),
        seconds=_seconds(note.event, note.before),
    )


def _waits_on(note: CallNote) -> bool:
    """Whether it only says that a caller in the queue has heard another prompt there, or of a segment."""
    silent = isinstance(note.event, ev.Continued | ev.TimedOut | ev.Lost)
    same = note.before.place.kind is note.after.place.kind and note.before.place.name == note.after.place.name
    return silent and same and note.before.queued and note.after.queued


def _place(place: Place) -> str:
    name = f" {place.name}" if place.name else ""
    part = f"/{place.part + 1}" if place.kind is Kind.SEGMENT and place.part else ""
    return f"{place.kind.name.lower()}{name}"[: _LONGEST_PLACE - len(part)] + part


def _seconds(event: ev.Event, before: Call) -> int | None:
    if isinstance(event, ev.QueueEnded):
        return before.wait.waited if before.wait else None
    return event.seconds if isinstance(event, ev.DialEnded | ev.Recorded) else None


def _happened(note: CallNote, *kinds: type[Happening]) -> bool:
    return any(isinstance(each, kinds) for each in note.turn.happened)


def _sought(note: CallNote, kinds: tuple[Kind, ...]) -> bool:
    return note.after.tries > note.before.tries and note.after.place.kind in kinds


def _reached(note: CallNote) -> bool:
    event = note.event
    if isinstance(event, ev.QueueEnded):
        return event.outcome is ev.QueueOutcome.REACHED
    return isinstance(event, ev.DialEnded) and event.outcome is ev.DialOutcome.REACHED


def _gone(note: CallNote) -> bool:
    return isinstance(note.event, ev.QueueEnded) and note.event.outcome is ev.QueueOutcome.GONE


def _closed(note: CallNote) -> bool:
    arrives = note.after.place.kind is Kind.CLOSED and note.before.place.kind not in _SETTLED
    return arrives and not note.before.queued and not _happened(note, NobodyReached)


def _judged(note: CallNote, helped: bool) -> bool:
    return any(isinstance(each, ConversationJudged) and each.helped is helped for each in note.turn.happened)


_FACTS: dict[str, Callable[[CallNote], bool]] = {
    ASKED: lambda note: _sought(note, _SOUGHT),
    REFUSED: lambda note: _sought(note, _TURNED_AWAY),
    REACHED: _reached,
    GONE: _gone,
    OVER: lambda note: isinstance(note.turn.then, HangUp),
    MESSAGE: lambda note: _happened(note, MessageLeft),
    CALLBACK: lambda note: _happened(note, CallBackAsked),
    UNANSWERED: lambda note: _happened(note, NobodyReached),
    CLOSED: _closed,
    OVERDOSE: lambda note: note.after.overdose,
    "helped": lambda note: _judged(note, helped=True),
    "not-helped": lambda note: _judged(note, helped=False),
}
