"""What the events of a call come to: how it ended, how long the caller waited, what counts; pure.

A summary depends on nothing but the set of the events, in whatever order and however often they arrive.
Each thing counts once for a call, so that nothing is counted twice though a network repeats itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

ASKED, REFUSED, REACHED, GONE, OVER = "asked", "refused", "reached", "gone", "over"
MESSAGE, CALLBACK, UNANSWERED, CLOSED, OVERDOSE = "message", "callback", "unanswered", "closed", "overdose"
STAFF = "staff"  # as a fact: went on to the recording line; as an outcome: no caller's call
SOON, SOONER = 30, 20  # seconds of waiting; nena.org STA-020 counts 20, others 30
PROMISES = (CALLBACK, MESSAGE)
WAITING_PLACES = ("wait", "ring")
LEFT, OPEN, HEARD, NOBODY, ABANDONED = "left", "open", "heard", "nobody", "abandoned"
OUTCOMES = (REACHED, CALLBACK, MESSAGE, NOBODY, UNANSWERED, ABANDONED, REFUSED, HEARD, LEFT, OPEN)


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One webhook of a call: where the caller is after it, and facts of this module that it brought.

    `seconds`: after a queue those waited, after a Dial those since somebody picked up, if they are known.
    """

    key: str
    call: str
    at: datetime
    language: str
    place: str
    event: str
    pressed: str = ""
    queued: bool = False
    facts: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One call; `waited` are seconds from asking for a person until one was there, or the caller gave up.

    `inbound`: a caller rang in; neither a call that the helpline made nor one that staff are on.
    """

    call: str
    started: datetime
    seen: datetime
    ended: datetime | None
    inbound: bool
    language: str
    place: str
    outcome: str
    asked: datetime | None
    reached: datetime | None
    waited: int | None
    overdose: bool


def in_order(events: Sequence[CallEvent]) -> tuple[CallEvent, ...]:
    """Oldest first; of one moment, what ends the call comes last."""
    return tuple(sorted(events, key=lambda each: (each.at, _ends(each), each.key)))


def summarise(events: Sequence[CallEvent]) -> Summary:
    """The call of these events; there is at least one."""
    order = in_order(events)
    first, last = order[0], order[-1]
    spoken = [each for each in order if each.language] or [first]
    placed = [each for each in order if each.place] or [first]
    facts, staff = facts_of(order), STAFF in placed[-1].facts.split()
    ended = next((each.at for each in reversed(order) if _ends(each)), None)
    asked = next((each.at for each in order if ASKED in each.facts.split()), None)
    reached, waited = _reached(order, asked)
    gave_up = asked and ended and not reached and _waits(placed[-1], facts)
    if asked and ended and gave_up:
        waited = _in_vain(order, asked, ended)
    return Summary(
        call=first.call,
        started=first.at,
        seen=last.at,
        ended=ended,
        inbound=not staff and any(each.event == "answered" for each in order),
        language=spoken[-1].language,
        place=placed[-1].place,
        outcome=STAFF if staff else _outcome(order, facts, bool(reached), bool(gave_up), ended is not None),
        asked=asked,
        reached=reached,
        waited=waited,
        overdose=OVERDOSE in facts,
    )


def facts_of(events: Sequence[CallEvent]) -> frozenset[str]:
    """Every fact that these events brought."""
    return frozenset(fact for each in events for fact in each.facts.split())


def segments(events: Sequence[CallEvent], kind: str) -> frozenset[str]:
    """The segments that were begun ("segment") or heard to their end ("end")."""
    found = (each.place.partition("/")[0].partition(" ") for each in events)
    return frozenset(name for found_kind, _, name in found if found_kind == kind and name)


def measures(call: Summary, events: Sequence[CallEvent]) -> dict[str, int]:
    """What the call adds to each measure of its hour; a call that no caller made adds nothing."""
    if not call.inbound:
        return {}
    facts, asked, reached = facts_of(events), call.asked is not None, call.reached is not None
    waited, alone = call.waited or 0, call.asked is not None and call.reached is None
    gave_up = alone and call.outcome == ABANDONED
    found = {
        "offered": True,
        "asked": asked,
        "answered": reached,
        "answered_20": reached and waited <= SOONER,
        "answered_30": reached and waited <= SOON,
        "waited": waited if reached else 0,
        "abandoned": gave_up,
        "abandoned_30": gave_up and waited > SOON,
        "nobody_on_duty": alone and CLOSED in facts and UNANSWERED not in facts,
        "nobody_answered": alone and UNANSWERED in facts,
        "turned_away": call.outcome == REFUSED,
        "messages": MESSAGE in facts,
        "callbacks": CALLBACK in facts,
        "heard": call.outcome == HEARD,
        "gone": call.outcome == LEFT,
        "overdose": call.overdose,
    }
    return {name: int(number) for name, number in found.items() if number}


def places(call: Summary, events: Sequence[CallEvent]) -> frozenset[tuple[str, str]]:
    """The segments that it began, those it heard to the end, and where it was left."""
    if not call.inbound:
        return frozenset()
    begun = {("begun", name) for name in segments(events, "segment")}
    heard = {("heard", name) for name in segments(events, "end")}
    left = {("left", call.place.partition("/")[0])} if call.ended and call.place else set()
    return frozenset(begun | heard | left)


def _ends(event: CallEvent) -> bool:
    return event.event in {"ended", "lost"} or bool({OVER, GONE} & set(event.facts.split()))


def _reached(order: Sequence[CallEvent], asked: datetime | None) -> tuple[datetime | None, int | None]:
    """When somebody was there, and after how many seconds."""
    taken: CallEvent | None = None
    for each in order:
        if each.event == "taken":
            taken = each
        elif REACHED in each.facts.split():
            return _moment(each, taken, asked)
        elif each.event == "dial-ended":
            taken = None  # whoever pressed 1 was never connected
    return _since(taken.at, asked) if taken else (None, None)


def _moment(event: CallEvent, taken: CallEvent | None, asked: datetime | None) -> tuple[datetime, int]:
    begun = asked or event.at
    if taken:
        return _since(taken.at, asked)
    if event.event == "queue-ended":
        waited = event.seconds or 0
        return datetime.fromtimestamp(begun.timestamp() + waited, tz=event.at.tzinfo), waited
    moment = datetime.fromtimestamp(event.at.timestamp() - (event.seconds or 0), tz=event.at.tzinfo)
    return _since(max(moment, begun), asked)


def _since(moment: datetime, asked: datetime | None) -> tuple[datetime, int]:
    return moment, max(0, round((moment - asked).total_seconds())) if asked else 0


def _in_vain(order: Sequence[CallEvent], asked: datetime, ended: datetime) -> int:
    told = next((each.seconds for each in order if GONE in each.facts.split()), None)
    return max(0, round((ended - asked).total_seconds())) if told is None else told


def _waits(last: CallEvent, facts: frozenset[str]) -> bool:
    return last.queued or last.place.split(" ")[0] in WAITING_PLACES or GONE in facts


def _outcome(
    events: Sequence[CallEvent], facts: frozenset[str], reached: bool, gave_up: bool, ended: bool
) -> str:
    if reached:
        return REACHED
    promised = next((each for each in PROMISES if each in facts), "")
    if promised or not ended:
        return promised or OPEN
    if UNANSWERED in facts or CLOSED in facts:
        return UNANSWERED if UNANSWERED in facts else NOBODY
    if gave_up or REFUSED in facts:
        return ABANDONED if gave_up else REFUSED
    return HEARD if segments(events, "end") else LEFT
