"""A note of a call as a line of text, and such a line as an event that can be stored; no number is in either.

The line is made during the turn, so it costs as little as can be. It is one string because whatever else was
kept would be looked through by every garbage collection: a tenth of a turn's time (measured).
"""

from datetime import UTC, datetime
from hashlib import blake2b

from ivr.flow import events as ev
from ivr.flow.call import CALLING_BACK, Call, Kind, Place
from ivr.flow.call_note import CallNote, CallWord, Noted
from ivr.flow.turns import (
    CallBackAsked,
    ConversationJudged,
    HangUp,
    Happening,
    MessageLeft,
    NobodyReached,
    ToStudio,
)
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
    STAFF,
    UNANSWERED,
    CallEvent,
)

_LONGEST_CALL, _LONGEST_PLACE = 64, 160
_BETWEEN = "\t"
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
_HEARD_ON = (ev.Continued, ev.TimedOut, ev.Lost)
_SOUGHT, _TURNED_AWAY = (Kind.WAIT, Kind.RING, Kind.CLOSED), (Kind.MENU, Kind.AFTER)
_SETTLED = (Kind.CLOSED, *CALLING_BACK)


def write_note(noted: Noted) -> str:
    """The line, without its end; "" if nothing is to be kept: a caller in the queue has heard a prompt."""
    if isinstance(noted, CallWord):
        words = (noted.call, noted.what, repr(noted.at.timestamp()), "", "", noted.what, "", "", "", "")
        return _BETWEEN.join(words)
    before, after, event = noted.before, noted.after, noted.event
    if isinstance(event, _HEARD_ON) and _waits_on(before, after):
        return ""
    what, state, digits, token = noted.webhook
    alone = digits if len(digits) == 1 and before.place.kind is not Kind.KEYING else ""
    return _BETWEEN.join(
        (
            noted.call,
            token or f"{what} {state} {alone}",
            repr(event.at.timestamp()),
            after.language,
            _place(after.place),
            _NAMES[type(event)],
            alone,
            "q" if after.queued else "",
            _facts(noted),
            _seconds(event, before),
        )
    )


def read_note(line: str) -> CallEvent:
    """The event of a line; a ValueError if it is none."""
    call, webhook, at, language, place, event, pressed, queued, facts, seconds = line.split(_BETWEEN)
    if not call.isalnum() or len(call) > _LONGEST_CALL:
        raise ValueError("not the id of a call")
    return CallEvent(
        key=key_of(call, webhook),
        call=call,
        at=datetime.fromtimestamp(float(at), tz=UTC),
        language=language,
        place=place,
        event=event,
        pressed=pressed,
        queued=bool(queued),
        facts=facts,
        seconds=int(seconds) if seconds else None,
    )


def key_of(call: str, webhook: str) -> str:
    """What is the same for each repeat of a webhook, and for no other one."""
    return blake2b(f"{call}\t{webhook}".encode(), digest_size=16).hexdigest()


def _waits_on(before: Call, after: Call) -> bool:
    same = before.place.kind is after.place.kind and before.place.name == after.place.name
    return same and before.queued and after.queued


def _place(place: Place) -> str:
    kind = place.kind.name.lower()
    if not place.name:
        return kind
    part = f"/{place.part + 1}" if place.part and place.kind is Kind.SEGMENT else ""
    return f"{kind} {place.name}"[: _LONGEST_PLACE - len(part)] + part


def _seconds(event: ev.Event, before: Call) -> str:
    if isinstance(event, ev.QueueEnded):
        return str(before.wait.waited) if before.wait else ""
    if isinstance(event, ev.DialEnded | ev.Recorded) and event.seconds is not None:
        return str(event.seconds)
    return ""


def _facts(note: CallNote) -> str:
    before, after, happened = note.before, note.after, note.turn.happened
    found = [_HAPPENED[type(each)] for each in happened if type(each) in _HAPPENED]
    if after.tries > before.tries:
        found += [ASKED] if after.place.kind in _SOUGHT else []
        found += [REFUSED] if after.place.kind in _TURNED_AWAY else []
    if after.overdose:
        found.append(OVERDOSE)
    if isinstance(note.turn.then, HangUp):
        found.append(OVER)
    if isinstance(note.turn.then, ToStudio):
        found.append(STAFF)
    if isinstance(note.event, ev.QueueEnded | ev.DialEnded):
        found += _ended(note.event)
    if after.place.kind is Kind.CLOSED and UNANSWERED not in found and _nobody_there(before):
        found.append(CLOSED)
    found += [_JUDGED[each.helped] for each in happened if isinstance(each, ConversationJudged)]
    return " ".join(found)


def _ended(event: ev.QueueEnded | ev.DialEnded) -> list[str]:
    if event.outcome in {ev.QueueOutcome.REACHED, ev.DialOutcome.REACHED}:
        return [REACHED]
    return [GONE] if event.outcome is ev.QueueOutcome.GONE else []


def _nobody_there(before: Call) -> bool:
    """Whether a caller who is told of nobody had not been told before, nor waited for those there were."""
    return before.place.kind not in _SETTLED and not before.queued


_HAPPENED: dict[type[Happening], str] = {
    MessageLeft: MESSAGE,
    CallBackAsked: CALLBACK,
    NobodyReached: UNANSWERED,
}
_JUDGED = {True: "helped", False: "not-helped"}
