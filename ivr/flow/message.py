"""A voice message: spoken, heard again, kept or redone; safe before thanks."""

from dataclasses import replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind, at_place
from ivr.flow.helpline import Helpline, Welcome
from ivr.flow.keys import leaving
from ivr.flow.moves import Next, arrive, goodbye
from ivr.flow.reaching import turned_away, waited_out
from ivr.flow.saying import prompts
from ivr.flow.turns import Go, HangUp, MessageLeft, RecordingDropped, Turn

SHORTEST_MESSAGE = 2
LAST_FETCH = 8  # with pauses of two seconds: a recording may take fifteen to come
SPEAK_AGAIN = 4  # no caller waits in silence


def offer_recorder(helpline: Helpline, call: Call, at: datetime) -> Next:
    """Ask for the message."""
    if helpline.door.blocked():
        return turned_away(helpline, call, at, Welcome.BLOCKED)
    reminder = ("emergency.reminder",) if call.overdose and call.place.kind is not Kind.CLOSED else ()
    return arrive(helpline, at_place(message_of(call), Kind.MESSAGE), at, *reminder)


def message_of(call: Call) -> Call:
    """The call with a message of its own; what was left before stays as it is."""
    if call.place.kind is Kind.REVIEW or not call.attempt:
        return call
    return replace(call, messages=call.messages + 1, attempt=0, recording="")


def recorded(helpline: Helpline, call: Call, event: ev.Recorded) -> Next:
    """Leave the message, then let the caller hear it."""
    if event.seconds is not None and event.seconds < SHORTEST_MESSAGE:
        return _too_short(helpline, call, event)
    kept = replace(at_place(call, Kind.FETCH), attempt=call.attempt + 1, recording=event.recording)
    left = MessageLeft(event.recording, event.seconds or 0, call.language, kept.attempt, call.messages + 1)
    if event.hung_up:
        return kept, Turn((), HangUp(), (left,))
    if step := leaving(event.keys):
        after, turn = step(helpline, at_place(kept, Kind.REVIEW), event.at)
        return after, replace(turn, happened=(left,))
    return kept, Turn(prompts(call, ["message.moment"]), Go(), (left,))


def _too_short(helpline: Helpline, call: Call, event: ev.Recorded) -> Next:
    dropped = (RecordingDropped(event.recording),)
    if event.hung_up:
        return call, Turn((), HangUp(), dropped)
    after, turn = key_at_tone(helpline, call, ev.Pressed(event.at, event.keys))
    return after, replace(turn, happened=dropped)


def key_at_tone(helpline: Helpline, call: Call, event: ev.Pressed) -> Next:
    """A key instead of a message."""
    step = leaving(event.keys)
    if step is None:
        return nothing_recorded(helpline, call, event)
    return step(helpline, at_place(call, Kind.REVIEW) if call.attempt else call, event.at)


def nothing_recorded(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    """Ask once more, unless something is safe already."""
    if call.attempt:
        return kept(helpline, call, event.at)
    if call.place.part:
        return goodbye(helpline, call, event.at)
    return arrive(helpline, at_place(call, Kind.MESSAGE, part=1), event.at, "message.empty")


def not_fetched(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    """The recording is not here yet; after fifteen seconds it is kept unheard."""
    part = call.place.part + 1
    if part < LAST_FETCH:
        said = ("message.moment",) if part == SPEAK_AGAIN else ()
        return arrive(helpline, at_place(call, Kind.FETCH, part=part), event.at, *said)
    return arrive(helpline, at_place(waited_out(call), Kind.AFTER), event.at, "message.unheard")


def fetched(helpline: Helpline, call: Call, event: ev.RecordingArrived) -> Next:
    """Let the caller hear it."""
    return arrive(helpline, at_place(call, Kind.REVIEW), event.at)


def kept(helpline: Helpline, call: Call, at: datetime) -> Next:
    """Thank the caller."""
    return arrive(helpline, at_place(waited_out(call), Kind.AFTER), at, "message.kept")


def review_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    """Keep it, or speak again."""
    steps = {"1": kept, "2": offer_recorder}
    return steps[key](helpline, call, at) if key in steps else None
