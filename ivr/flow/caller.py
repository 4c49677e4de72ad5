"""The caller's machine.

Rule: everything that decides where a call goes next stands in this file, and `advance` is the only way.
It is a table of (kind of place, type of event) -> function; a pair that is not in it is impossible, and
changes nothing. Every function returns the call at its next place and the turn that is said there. Nothing
here reads a clock, a file or a network: the moment is on the event, people and menus are in the helpline.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from ivr.flow import events as ev
from ivr.flow.call import LISTENING, Call, Kind, Place, at_place, below
from ivr.flow.helpline import Helpline
from ivr.flow.opening import opening_prompts
from ivr.flow.ring_plan import next_person, ring, screened
from ivr.flow.saying import language_page, language_pages, prompts, say
from ivr.flow.turns import Go, HangUp, MessageLeft, RecordingDropped, Turn
from ivr.flow.words import AGAIN, BACK, COUNSELLOR, EMERGENCY, MORE_LANGUAGES

Next = tuple[Call, Turn]
Step = Callable[[Helpline, Call, Any], Next]

SHORTEST_MESSAGE = 2
LAST_FETCH = 8  # with pauses of two seconds: a recording may take fifteen to come
SPEAK_AGAIN = 4  # no caller waits in silence
LANGUAGE_SILENCES = 1


def advance(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    """The call after the event, and what the network is asked to do; ImpossibleEvent changes nothing."""
    step = TRANSITIONS.get((call.place.kind, type(event)))
    if step is None:
        raise ev.ImpossibleEvent(f"{type(event).__name__} at {call.place.kind.name}")
    return step(helpline, call, event)


# Coming in ------------------------------------------------------------------------------------------------


def _answered(helpline: Helpline, call: Call, event: ev.Answered) -> Next:
    if len(helpline.languages) == 1:
        return _welcome(helpline, call, event.at)
    pages = language_pages(helpline)
    return _arrive(helpline, at_place(call, Kind.LANGUAGE, part=pages[0]), event.at)


def _welcome(helpline: Helpline, call: Call, at: datetime) -> Next:
    asked = below(call)
    return _arrive(helpline, at_place(asked, Kind.MENU, helpline.main), at, "welcome")


def _arrive(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    return call, say(helpline, call, at, *before)


# Keys -----------------------------------------------------------------------------------------------------


def _pressed(helpline: Helpline, call: Call, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    step = EVERYWHERE.get(key)
    if step:
        return step(helpline, call, event.at)
    found = OWN_KEYS[call.place.kind](helpline, call, key, event.at)
    return found or _wrong_key(helpline, call, event.at)


def _emergency(helpline: Helpline, call: Call, at: datetime) -> Next:
    return _go(helpline, call, helpline.emergency, at)


def _back(helpline: Helpline, call: Call, at: datetime) -> Next:
    kept = ("message.kept",) if call.place.kind is Kind.REVIEW else ()
    if call.place.kind is Kind.LANGUAGE:
        return _arrive(helpline, at_place(call, Kind.LANGUAGE, part=call.place.part), at)
    if call.trail:
        *trail, place = call.trail
        return _arrive(helpline, replace(_moved(call, place), trail=tuple(trail)), at, *kept)
    return _to_main(helpline, call, at, *kept)


def _moved(call: Call, place: Place) -> Call:
    return at_place(call, place.kind, place.name, place.part)


def _to_main(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    main = replace(at_place(call, Kind.MENU, helpline.main), trail=())
    return _arrive(helpline, main, at, *before)


def _again(helpline: Helpline, call: Call, at: datetime) -> Next:
    if call.place.kind is Kind.SEGMENT:
        return _next_part(helpline, replace(call, silences=0, wrongs=0), at)
    if call.place.kind is Kind.END:
        return _arrive(helpline, at_place(call, Kind.SEGMENT, call.place.name), at)
    if call.place.kind is Kind.AFTER:
        return _to_main(helpline, call, at)
    return _arrive(helpline, _moved(call, call.place), at)


def _wrong_key(helpline: Helpline, call: Call, at: datetime) -> Next:
    counted = replace(call, wrongs=call.wrongs + 1, silences=0)
    if counted.wrongs < helpline.limits.wrong_keys:
        return _arrive(helpline, counted, at, "wrong.key")
    return LAST_RESORT.get(call.place.kind, _to_person)(helpline, call, at)


# Choices --------------------------------------------------------------------------------------------------


def _language_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    pages = language_pages(helpline)
    if len(pages) > 1 and key == MORE_LANGUAGES:
        return _arrive(helpline, at_place(call, Kind.LANGUAGE, part=_following(pages, call.place.part)), at)
    page = language_page(helpline, call.place.part)
    chosen = page[int(key) - 1] if key.isdigit() and 0 < int(key) <= len(page) else None
    if chosen not in helpline.languages:
        return None
    return _welcome(helpline, replace(call, language=chosen), at)


def _following(pages: tuple[int, ...], page: int) -> int:
    return pages[(pages.index(page) + 1) % len(pages)] if page in pages else pages[0]


def _menu_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    choices = helpline.menus[call.place.name].choices
    target = next((choice.leads_to for choice in choices if choice.key == key), None)
    return _go(helpline, call, target, at) if target else None


def _go(helpline: Helpline, call: Call, target: str, at: datetime) -> Next:
    if target == "counsellor":
        return _seek(helpline, call, at)
    if target == "message":
        return _offer_recorder(helpline, below(call), at)
    if target in helpline.menus:
        return _arrive(helpline, at_place(below(call), Kind.MENU, target), at)
    heard = replace(below(call), topic=target, overdose=call.overdose or target == helpline.emergency)
    return _arrive(helpline, at_place(heard, Kind.SEGMENT, target), at)


def _no_keys(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    del helpline, call, key, at
    return None


def _closed_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    steps = {"1": _offer_recorder, "2": _seek, "3": _to_main}
    return steps[key](helpline, call, at) if key in steps else None


def _review_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    steps = {"1": _kept, "2": _offer_recorder}
    return steps[key](helpline, call, at) if key in steps else None


# Segments and silence -------------------------------------------------------------------------------------


def _part_heard(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    return _next_part(helpline, call, event.at)


def _next_part(helpline: Helpline, call: Call, at: datetime) -> Next:
    """The counters go on: an emergency segment that repeats itself in silence must come to an end."""
    name, part = call.place.name, call.place.part + 1
    last = part == len(helpline.segments[name].prompts)
    place = Place(Kind.END, name) if last else Place(Kind.SEGMENT, name, part)
    return _arrive(helpline, replace(call, place=place), at)


def _silent(helpline: Helpline, call: Call, event: ev.TimedOut) -> Next:
    counted = replace(call, silences=call.silences + 1)
    if counted.silences <= helpline.limits.silences:
        return _arrive(helpline, counted, event.at, "no.key")
    step = LAST_RESORT.get(call.place.kind) or AFTER_SILENCE[helpline.after_silence]
    return step(helpline, call, event.at)


def _silent_at_languages(helpline: Helpline, call: Call, event: ev.TimedOut) -> Next:
    pages = language_pages(helpline)
    silences = call.silences + 1
    if silences > max(LANGUAGE_SILENCES, len(pages) - 1):
        return _welcome(helpline, call, event.at)
    page = Place(Kind.LANGUAGE, part=_following(pages, call.place.part))
    return _arrive(helpline, replace(call, silences=silences, place=page), event.at)


def _silent_at_end(helpline: Helpline, call: Call, event: ev.TimedOut) -> Next:
    if call.place.name == helpline.emergency and call.silences < helpline.limits.silences:
        counted = replace(call, silences=call.silences + 1, place=Place(Kind.SEGMENT, call.place.name))
        return _arrive(helpline, counted, event.at)
    return _silent(helpline, call, event)


# A person -------------------------------------------------------------------------------------------------


def _to_person(helpline: Helpline, call: Call, at: datetime) -> Next:
    return _seek(helpline, call, at, "to.person")


def _seek(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    seeking = replace(below(call), tries=min(call.tries, helpline.limits.tries) + 1, spent=0)
    person = next_person(helpline, seeking, at)
    if person is None:
        # Nobody is told that they are put through to a person when there is none.
        return _nobody(helpline, seeking, at, *(name for name in before if name != "to.person"))
    ringing, dial = ring(helpline, seeking, person)
    return ringing, Turn(prompts(call, [*before, "ring.looking"]), dial)


def _nobody(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    if helpline.roster.on_duty(at, call.language):
        why: tuple[str, ...] = ("nobody.answered",)
    else:
        why = ("closed.nobody", *opening_prompts(helpline, at))
    return _arrive(helpline, at_place(replace(call, spent=0), Kind.CLOSED), at, *before, *why)


def _rung(helpline: Helpline, call: Call, event: ev.DialEnded) -> Next:
    if event.outcome is ev.DialOutcome.REACHED:
        over = replace(call, spent=0)
        return _arrive(helpline, at_place(over, Kind.AFTER), event.at, "after.conversation")
    if event.outcome is ev.DialOutcome.DECLINED:
        return _ring_next(helpline, screened(call, event.seconds), event)
    return _ring_next(helpline, call, event)


def _ring_next(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    person = next_person(helpline, call, event.at)
    if person is None:
        return _nobody(helpline, call, event.at)
    ringing, dial = ring(helpline, call, person)
    return ringing, Turn(prompts(call, ["ring.next"]), dial)


def _troubled(helpline: Helpline, call: Call, event: ev.Troubled) -> Next:
    return _seek(helpline, call, event.at, "trouble")


# A message ------------------------------------------------------------------------------------------------


def _offer_recorder(helpline: Helpline, call: Call, at: datetime) -> Next:
    reminder = ("emergency.reminder",) if call.overdose and call.place.kind is not Kind.CLOSED else ()
    mine = call if call.place.kind is Kind.REVIEW or not call.attempt else _another_message(call)
    return _arrive(helpline, at_place(mine, Kind.MESSAGE), at, *reminder)


def _another_message(call: Call) -> Call:
    """What was left before stays as it is."""
    return replace(call, messages=call.messages + 1, attempt=0, recording="")


def _recorded(helpline: Helpline, call: Call, event: ev.Recorded) -> Next:
    if event.seconds is not None and event.seconds < SHORTEST_MESSAGE:
        return _too_short(helpline, call, event)
    kept = replace(at_place(call, Kind.FETCH), attempt=call.attempt + 1, recording=event.recording)
    left = MessageLeft(event.recording, event.seconds or 0, call.language, kept.attempt, call.messages + 1)
    if event.hung_up:
        return kept, Turn((), HangUp(), (left,))
    if step := _leaving(event.keys):
        after, turn = step(helpline, at_place(kept, Kind.REVIEW), event.at)
        return after, replace(turn, happened=(left,))
    return kept, Turn(prompts(call, ["message.moment"]), Go(), (left,))


def _leaving(keys: str) -> Callable[[Helpline, Call, datetime], Next] | None:
    """What a key does that means the same everywhere; the one that ends a message is none of them here."""
    return None if keys == AGAIN else EVERYWHERE.get(keys)


def _too_short(helpline: Helpline, call: Call, event: ev.Recorded) -> Next:
    dropped = (RecordingDropped(event.recording),)
    if event.hung_up:
        return call, Turn((), HangUp(), dropped)
    after, turn = _key_at_tone(helpline, call, ev.Pressed(event.at, event.keys))
    return after, replace(turn, happened=dropped)


def _key_at_tone(helpline: Helpline, call: Call, event: ev.Pressed) -> Next:
    step = _leaving(event.keys)
    if step is None:
        return _nothing_recorded(helpline, call, event)
    return step(helpline, at_place(call, Kind.REVIEW) if call.attempt else call, event.at)


def _nothing_recorded(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    if call.attempt:
        return _kept(helpline, call, event.at)
    if call.place.part:
        return _goodbye(helpline, call, event.at)
    return _arrive(helpline, at_place(call, Kind.MESSAGE, part=1), event.at, "message.empty")


def _not_fetched(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    part = call.place.part + 1
    if part < LAST_FETCH:
        said = ("message.moment",) if part == SPEAK_AGAIN else ()
        return _arrive(helpline, at_place(call, Kind.FETCH, part=part), event.at, *said)
    return _arrive(helpline, at_place(call, Kind.AFTER), event.at, "message.unheard")


def _fetched(helpline: Helpline, call: Call, event: ev.RecordingArrived) -> Next:
    return _arrive(helpline, at_place(call, Kind.REVIEW), event.at)


def _kept(helpline: Helpline, call: Call, at: datetime) -> Next:
    return _arrive(helpline, at_place(call, Kind.AFTER), at, "message.kept")


def _not_kept(helpline: Helpline, call: Call, event: ev.NotKept) -> Next:
    return _seek(helpline, call, event.at, "message.lost")


# Going ----------------------------------------------------------------------------------------------------


def _goodbye(helpline: Helpline, call: Call, at: datetime) -> Next:
    reminder = ("emergency.reminder",) if call.overdose else ()
    return _arrive(helpline, at_place(call, Kind.GOODBYE), at, *reminder)


def _done(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    return _goodbye(helpline, call, event.at)


def _lost(helpline: Helpline, call: Call, event: ev.Lost) -> Next:
    return _arrive(helpline, call, event.at)


EVERYWHERE: dict[str, Callable[[Helpline, Call, datetime], Next]] = {
    COUNSELLOR: _seek,
    EMERGENCY: _emergency,
    BACK: _back,
    AGAIN: _again,
}
OWN_KEYS: dict[Kind, Callable[[Helpline, Call, str, datetime], Next | None]] = {
    Kind.LANGUAGE: _language_key,
    Kind.MENU: _menu_key,
    Kind.SEGMENT: _no_keys,
    Kind.END: _no_keys,
    Kind.CLOSED: _closed_key,
    Kind.REVIEW: _review_key,
    Kind.AFTER: lambda helpline, call, key, at: _to_main(helpline, call, at) if key == "3" else None,
}
# Where a person was just sought in vain, or something is already safe, too many mistakes lead here instead.
LAST_RESORT: dict[Kind, Callable[[Helpline, Call, datetime], Next]] = {
    Kind.CLOSED: _offer_recorder,
    Kind.REVIEW: _kept,
    Kind.AFTER: _goodbye,
}
AFTER_SILENCE: dict[str, Callable[[Helpline, Call, datetime], Next]] = {
    "counsellor": _to_person,
    "message": lambda helpline, call, at: _offer_recorder(helpline, below(call), at),
    "goodbye": _goodbye,
}
TRANSITIONS: dict[tuple[Kind, type[ev.Event]], Step] = {
    (Kind.START, ev.Answered): _answered,
    **{(kind, ev.Pressed): _pressed for kind in LISTENING},
    (Kind.LANGUAGE, ev.TimedOut): _silent_at_languages,
    (Kind.MENU, ev.TimedOut): _silent,
    (Kind.SEGMENT, ev.TimedOut): _part_heard,
    (Kind.END, ev.TimedOut): _silent_at_end,
    (Kind.CLOSED, ev.TimedOut): _silent,
    (Kind.REVIEW, ev.TimedOut): _silent,
    (Kind.AFTER, ev.TimedOut): _done,
    (Kind.RING, ev.DialEnded): _rung,
    (Kind.MESSAGE, ev.Recorded): _recorded,
    (Kind.MESSAGE, ev.NothingRecorded): _nothing_recorded,
    (Kind.MESSAGE, ev.Pressed): _key_at_tone,
    (Kind.FETCH, ev.Continued): _not_fetched,
    (Kind.FETCH, ev.RecordingArrived): _fetched,
    # A key that ended the message has led anywhere when it turns out that the message cannot be kept.
    **{(kind, ev.NotKept): _not_kept for kind in (*LISTENING, Kind.RING, Kind.FETCH)},
    **{(kind, ev.Troubled): _troubled for kind in Kind},
    **{(kind, ev.Lost): _lost for kind in (*LISTENING, Kind.MESSAGE, Kind.FETCH, Kind.GOODBYE)},
    (Kind.RING, ev.Lost): _ring_next,
    (Kind.START, ev.Lost): _answered,
}
