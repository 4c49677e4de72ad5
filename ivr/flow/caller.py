"""The caller's machine.

Rule: where a call goes next is decided by the tables at the end of this file, and `advance` is the only way.
A pair of (kind of place, type of event) that is not in TRANSITIONS is impossible, and changes nothing. Every
step returns the call at its next place and the turn that is said there. Nothing in the flow reads a clock, a
file or a network: the moment is on the event, people and menus are in the helpline. In the queue a document
holds one prompt only, and there time is looked at before every step (see ivr.flow.waiting).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.beginning import answered, language_key, silent_at_languages
from ivr.flow.call import CALLING_BACK, LISTENING, Call, Kind, Place, at_place, below
from ivr.flow.callback import (
    ask_for_it,
    check_key,
    instead,
    keyed,
    nothing_keyed,
    number_key,
    promised,
    safe_key,
    when_key,
)
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
    review_key,
)
from ivr.flow.moves import Next, Step, Way, arrive, goodbye, hear, leave_queue, next_part, to_main
from ivr.flow.reaching import (
    dial_ended,
    leave_for_nobody,
    nobody_came,
    queue_ended,
    ring_next,
    seek,
    to_person,
)
from ivr.flow.turns import ConversationJudged
from ivr.flow.waiting import (
    back_in_wait,
    first_heard,
    heard,
    leave_for_message,
    next_in_wait,
    out_of_time,
    wait_key,
)
from ivr.flow.words import BACK, EMERGENCY

SILENCES_AFTER_WAIT = 1  # who has waited for minutes is not asked three times what to do
YES, NO = "1", "2"


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


# Choices --------------------------------------------------------------------------------------------------


def _menu_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    choices = helpline.menus[call.place.name].choices
    target = next((choice.leads_to for choice in choices if choice.key == key), None)
    return _go(helpline, call, target, at) if target else None


def _go(helpline: Helpline, call: Call, target: str, at: datetime) -> Next:
    if target == "counsellor":
        return seek(helpline, call, at)
    if target == "message":
        return leave_for_message(call) if call.queued else offer_recorder(helpline, below(call), at)
    if target in helpline.menus:
        return arrive(helpline, at_place(below(call), Kind.MENU, target), at)
    return hear(helpline, call, target, at)


def _no_keys(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    del helpline, call, key, at
    return None


def _closed_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    steps: dict[str, Way] = {"1": offer_recorder, "2": seek, "3": to_main}
    if helpline.callbacks:
        steps["4"] = ask_for_it
    return steps[key](helpline, call, at) if key in steps else None


def _after_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    return to_main(helpline, call, at) if key == "3" else None


def _question_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    if key not in {YES, NO}:
        return None
    after, turn = arrive(helpline, at_place(call, Kind.AFTER), at, "question.thanks")
    return after, replace(turn, happened=(ConversationJudged(key == YES),))


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


OWN_KEYS: dict[Kind, Callable[[Helpline, Call, str, datetime], Next | None]] = {
    Kind.LANGUAGE: language_key,
    Kind.MENU: _menu_key,
    Kind.SEGMENT: _no_keys,
    Kind.END: _no_keys,
    Kind.CLOSED: _closed_key,
    Kind.REVIEW: review_key,
    Kind.AFTER: _after_key,
    Kind.WAIT: wait_key,
    Kind.SAFE: safe_key,
    Kind.WHEN: when_key,
    Kind.NUMBER: number_key,
    Kind.CHECK: check_key,
    Kind.QUESTION: _question_key,
}
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
