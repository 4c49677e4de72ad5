"""How a call comes to another place and what is said there; the steps of the caller's machine share this."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from ivr.flow.call import Call, Kind, Place, at_place, below
from ivr.flow.helpline import Helpline
from ivr.flow.saying import BETWEEN_PARTS, prompts, say
from ivr.flow.turns import Gather, Leave, Play, Turn

Next = tuple[Call, Turn]
Step = Callable[[Helpline, Call, Any], Next]
Way = Callable[[Helpline, Call, datetime], Next]

SPOKEN_SECONDS = 5  # of a prompt, where a network does not tell how long the caller has waited
MINUTES = "wait.minutes."


def arrive(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    """The call at its place, which says itself after the prompts `before`; in a queue, one at a time."""
    if call.wait and call.queued:
        return beat(helpline, replace(call, wait=replace(call.wait, beat=0)), at, *before)
    return call, say(helpline, call, at, *before)


def beat(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    """The next prompt of a place in the queue: no document there plays more, so that ticks stay close."""
    wait, turn = call.wait, say(helpline, call, at)
    if wait is None:
        return call, turn
    heard = prompts(call, before[:1]) or turn.plays[wait.beat : wait.beat + 1]
    following = 0 if before else wait.beat + 1
    last = following >= len(turn.plays) and isinstance(turn.then, Gather)
    then = turn.then if last and isinstance(turn.then, Gather) else Gather(BETWEEN_PARTS)
    told = next((_minutes(each) for each in heard if isinstance(each, Play) and _minutes(each)), wait.told)
    spent = wait.waited + SPOKEN_SECONDS + then.timeout
    after = replace(wait, beat=following, tick=wait.tick + 1, waited=spent, told=told)
    return replace(call, wait=after), Turn(heard, then)


def says_more(helpline: Helpline, call: Call, at: datetime) -> bool:
    """Whether the place has prompts that a caller in the queue has not heard yet."""
    return bool(call.wait and call.queued and call.wait.beat < len(say(helpline, call, at).plays))


def leave_queue(call: Call) -> Next:
    """Out of the queue, to where the call already stands; that place is said once the network is there."""
    if call.wait is None:
        return call, Turn((), Leave())
    waited = max(call.wait.waited, 1)  # no time at all means that there is nothing to go back to
    return replace(call, wait=replace(call.wait, waited=waited, queued=False)), Turn((), Leave())


def moved(call: Call, place: Place) -> Call:
    """The call at a place it has been at, its counters afresh."""
    return at_place(call, place.kind, place.name, place.part)


def to_main(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    """The main menu, with nothing above it."""
    # From here nobody comes back to the languages, so what was announced is never said again.
    main = replace(at_place(call, Kind.MENU, helpline.main), trail=(), announced=False)
    return arrive(helpline, main, at, *before)


def hear(helpline: Helpline, call: Call, segment: str, at: datetime) -> Next:
    """A segment from its beginning."""
    heard = replace(below(call), topic=segment, overdose=call.overdose or segment == helpline.emergency)
    return arrive(helpline, at_place(heard, Kind.SEGMENT, segment), at)


def next_part(helpline: Helpline, call: Call, at: datetime) -> Next:
    """The counters go on: an emergency segment that repeats itself in silence must come to an end."""
    name, part = call.place.name, call.place.part + 1
    last = part == len(helpline.segments[name].prompts)
    place = Place(Kind.END, name) if last else Place(Kind.SEGMENT, name, part)
    return arrive(helpline, replace(call, place=place), at)


def goodbye(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    """The end, with the emergency number once more for those who may need it."""
    reminder = ("emergency.reminder",) if call.overdose else ()
    return arrive(helpline, at_place(call, Kind.GOODBYE), at, *before, *reminder)


def _minutes(play: Play) -> int:
    return int(play.prompt.removeprefix(MINUTES)) if play.prompt.startswith(MINUTES) else 0
