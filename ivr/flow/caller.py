"""The caller's machine.

Rule: where a call goes next is decided by the tables at the end of this file, and `advance` is the only way.
A pair of (kind of place, type of event) that is not in TRANSITIONS is impossible, and changes nothing. Every
step returns the call at its next place and the turn that is said there. Nothing in the flow reads a clock, a
file or a network: the moment is on the event, people and menus are in the helpline. In the queue a document
holds one prompt only, and there time is looked at before every step (see ivr.flow.waiting).
"""

from dataclasses import replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.beginning import answered, silent_at_languages
from ivr.flow.call import CALLING_BACK, LISTENING, Call, Kind, Place, below
from ivr.flow.callback import (
    instead,
    keyed,
    nothing_keyed,
    promised,
)
from ivr.flow.choices import OWN_KEYS
from ivr.flow.helpline import Helpline
from ivr.flow.keys import EVERYWHERE
from ivr.flow.message import (
    fetched,
    kept,
    key_at_tone,
    not_fetched,
    nothing_recorded,
    offer_recorder,
    recorded,
)
from ivr.flow.moves import Next, Step, Way, arrive, goodbye, leave_queue, next_part
from ivr.flow.reaching import (
    dial_ended,
    leave_for_nobody,
    nobody_came,
    queue_ended,
    ring_next,
    seek,
    to_person,
)
from ivr.flow.waiting import (
    back_in_wait,
    first_heard,
    heard,
    next_in_wait,
    out_of_time,
)
from ivr.flow.words import BACK, EMERGENCY

SILENCES_AFTER_WAIT = 1  # who has waited for minutes is not asked three times what to do


def advance(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    """The call after the event, and what the network is asked to do; ImpossibleEvent changes nothing."""
    step = TRANSITIONS.get((call.place.kind, type(event)))
    if step is None:
        raise ev.ImpossibleEvent(f"{type(event).__name__} at {call.place.kind.name}")
    call = _unless_starred_again(call, event)
    after, turn = heard(helpline, call, event) or step(helpline, call, event)
    if after.queued and isinstance(event, ev.Pressed) and out_of_time(helpline, call):
        return leave_queue(after) if event.keys[:1] == EMERGENCY else leave_for_nobody(call)
    return after, turn


def _unless_starred_again(call: Call, event: ev.Event) -> Call:
    """Only two stars one right after the other lead to the line on which staff record."""
    is_star = isinstance(event, ev.Pressed) and event.keys[:1] == BACK
    return replace(call, starred=False) if call.starred and not is_star else call


# Keys -----------------------------------------------------------------------------------------------------


def _pressed(helpline: Helpline, call: Call, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    step = EVERYWHERE.get(key)
    if step:
        return step(helpline, call, event.at)
    found = OWN_KEYS[call.place.kind](helpline, call, key, event.at)
    return found or _wrong_key(helpline, call, event.at)


def _wrong_key(helpline: Helpline, call: Call, at: datetime) -> Next:
    counted = replace(call, wrongs=call.wrongs + 1, silences=0)
    if counted.wrongs < helpline.limits.wrong_keys:
        return arrive(helpline, counted, at, "wrong.key")
    if call.queued:
        return back_in_wait(helpline, call, at)
    return LAST_RESORT.get(call.place.kind, to_person)(helpline, call, at)


# Segments and silence -------------------------------------------------------------------------------------


def _part_heard(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    return next_part(helpline, call, event.at)


def _silent(helpline: Helpline, call: Call, event: ev.TimedOut) -> Next:
    if call.queued:
        return back_in_wait(helpline, call, event.at)
    counted = replace(call, silences=call.silences + 1)
    if counted.silences <= _asked_again(helpline, call):
        return arrive(helpline, counted, event.at, "no.key")
    step = LAST_RESORT.get(call.place.kind) or AFTER_SILENCE[helpline.after_silence]
    return step(helpline, call, event.at)


def _asked_again(helpline: Helpline, call: Call) -> int:
    waited = call.place.kind is Kind.CLOSED and call.wait is not None
    return min(helpline.limits.silences, SILENCES_AFTER_WAIT) if waited else helpline.limits.silences


def _silent_at_end(helpline: Helpline, call: Call, event: ev.TimedOut) -> Next:
    if call.place.name == helpline.emergency and call.silences < helpline.limits.silences:
        counted = replace(call, silences=call.silences + 1, place=Place(Kind.SEGMENT, call.place.name))
        return arrive(helpline, counted, event.at)
    return _silent(helpline, call, event)


# Trouble, and going ---------------------------------------------------------------------------------------


def _troubled(helpline: Helpline, call: Call, event: ev.Troubled) -> Next:
    return seek(helpline, call, event.at, "trouble")


def _not_kept(helpline: Helpline, call: Call, event: ev.NotKept) -> Next:
    return seek(helpline, call, event.at, "callback.lost" if event.callback else "message.lost")


def _done(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    return goodbye(helpline, call, event.at)


def _lost(helpline: Helpline, call: Call, event: ev.Lost) -> Next:
    return arrive(helpline, call, event.at)


# Where a person was just sought in vain, or something is already safe, too many mistakes lead here instead.
LAST_RESORT: dict[Kind, Way] = {
    Kind.CLOSED: offer_recorder,
    Kind.REVIEW: kept,
    Kind.AFTER: goodbye,
    Kind.QUESTION: goodbye,
    Kind.SAFE: instead,
    Kind.WHEN: instead,
    Kind.NUMBER: instead,
    Kind.CHECK: promised,
}
AFTER_SILENCE: dict[str, Way] = {
    "counsellor": to_person,
    "message": lambda helpline, call, at: offer_recorder(helpline, below(call), at),
    "goodbye": goodbye,
}
TRANSITIONS: dict[tuple[Kind, type[ev.Event]], Step] = {
    (Kind.START, ev.Answered): answered,
    **{(kind, ev.Pressed): _pressed for kind in LISTENING},
    (Kind.LANGUAGE, ev.TimedOut): silent_at_languages,
    **{(kind, ev.TimedOut): _silent for kind in (Kind.MENU, Kind.CLOSED, Kind.REVIEW, *CALLING_BACK)},
    (Kind.SEGMENT, ev.TimedOut): _part_heard,
    (Kind.END, ev.TimedOut): _silent_at_end,
    (Kind.AFTER, ev.TimedOut): _done,
    (Kind.QUESTION, ev.TimedOut): _done,
    (Kind.WAIT, ev.Continued): first_heard,
    (Kind.WAIT, ev.TimedOut): next_in_wait,
    **{(kind, ev.QueueEnded): queue_ended for kind in Kind},
    **{(kind, ev.NobodyCame): nobody_came for kind in (*LISTENING, Kind.RING, Kind.MESSAGE)},
    (Kind.RING, ev.DialEnded): dial_ended,
    (Kind.MESSAGE, ev.Recorded): recorded,
    (Kind.MESSAGE, ev.NothingRecorded): nothing_recorded,
    (Kind.MESSAGE, ev.Pressed): key_at_tone,
    (Kind.FETCH, ev.Continued): not_fetched,
    (Kind.FETCH, ev.RecordingArrived): fetched,
    (Kind.KEYING, ev.Pressed): keyed,
    (Kind.KEYING, ev.TimedOut): nothing_keyed,
    # A key that ended the message has led anywhere when it turns out that the message cannot be kept.
    **{(kind, ev.NotKept): _not_kept for kind in (*LISTENING, Kind.RING, Kind.FETCH, Kind.KEYING)},
    **{(kind, ev.Troubled): _troubled for kind in Kind},
    **{(kind, ev.Lost): _lost for kind in (*LISTENING, Kind.MESSAGE, Kind.FETCH, Kind.KEYING, Kind.GOODBYE)},
    (Kind.RING, ev.Lost): ring_next,
    (Kind.START, ev.Lost): answered,
}
