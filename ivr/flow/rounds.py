"""Which phones ring next for a caller in a queue; finite by construction, and all of it decided here.

Groups in order: who was rung least in this wait, tier, speakers of the caller's language; the fallback number
is a group of its own, the last. A round never mixes two. Within one: priority, then who was rung longest ago.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ivr.flow.ring_plan import (
    FALLBACK,
    MOST_IN_A_CALL,
    MOST_IN_A_WAIT,
    NETWORK_SECONDS,
    SCREENING_SECONDS,
    SHORTEST_RING,
)
from ivr.flow.roster import Counsellor

LONGEST_RING = 35
"""Asked of a network, which adds its five: no phone rings longer than 40 seconds at a time."""
LAST_TIER = 1_000_000
BUSY_FOR = timedelta(seconds=30)
"""How long a phone is left alone that was on another call, or whose owner has rejected this one."""
NEVER_AGAIN = frozenset({"declined", "bad-number", "lost"})
ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a helpline rings: seconds for a round and for a caller, phones at once (None: a whole group).

    `first` is who is rung before anybody else, alone, if they can be: the counsellor of a call cut off.
    """

    ring_seconds: int
    ring_total: int
    at_once: int | None = 2
    fallback: bool = False
    first: str = ""


@dataclass(frozen=True, slots=True)
class PastLeg:
    """A phone rung for this call: in this wait (`here`) or in an earlier one; live until `until` at most.

    `ended` is when it stopped ringing, None if it has not, or that is not known.
    """

    person: str
    here: bool
    state: str
    outcome: str
    until: datetime
    ended: datetime | None = None


def rung_for(legs: Iterable[tuple[str, str, bool]]) -> tuple[str, ...]:
    """Whose phones rang, once for each time; `legs` are person, outcome, and whether a call was made.

    Who is not to be rung again is there as often as a phone may ring.
    """
    people: list[str] = []
    for person, outcome, made in legs:
        times = MOST_IN_A_CALL if outcome in NEVER_AGAIN else int(made)
        people += [person] * times
    return tuple(people)


@dataclass(frozen=True, slots=True)
class Rung:
    """What the plan knows of the past: this call's legs, and when each person was last rung for anybody."""

    legs: Sequence[PastLeg] = ()
    last: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring these, at the same time, for so many seconds."""

    people: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do now: phones ring, or somebody may become free."""


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Nobody is left who could be rung in time."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: str
    group: tuple[int, int, bool]
    priority: int


def next_legs(
    plan: Plan,
    people: Sequence[Counsellor],
    language: str,
    rung: Rung,
    held: Collection[str],
    waited: int,
    at: datetime,
) -> Ring | Wait | Exhausted:
    """What to do now for a caller who has waited `waited` seconds; `people` are on duty, `held` not free."""
    if any(leg.here and leg.state != ENDED and at < leg.until for leg in rung.legs):
        return Wait()
    seconds = seconds_of_round(plan, waited)
    found = [each for each in _candidates(plan, people, language, rung) if seconds]
    free = [each for each in found if each.key not in held and not _busy(rung, each.key, at)]
    if not free:
        return Wait() if found else Exhausted()
    return Ring(_round(plan, free, rung), seconds)


def seconds_of_round(plan: Plan, waited: int) -> int:
    """How long the next phones may ring before the caller's time is over; 0: too short to be heard."""
    left = plan.ring_total - waited - NETWORK_SECONDS
    return min(plan.ring_seconds, LONGEST_RING, left) if left >= min(SHORTEST_RING, plan.ring_seconds) else 0


def over_after(seconds: int) -> int:
    """Seconds after which a leg that rings for `seconds` is over, though nothing more is told of it."""
    return seconds + NETWORK_SECONDS + SCREENING_SECONDS


def _candidates(
    plan: Plan, people: Sequence[Counsellor], language: str, rung: Rung
) -> tuple[_Candidate, ...]:
    spoken = language.casefold()
    found = [
        _Candidate(
            each.key,
            (_times(rung, each.key), each.tier, spoken not in map(str.casefold, each.languages)),
            each.priority,
        )
        for each in people
    ]
    if plan.fallback:
        found.append(_Candidate(FALLBACK, (_times(rung, FALLBACK), LAST_TIER, True), 1))
    return tuple(each for each in found if _may_ring(rung, each.key))


def _round(plan: Plan, free: Sequence[_Candidate], rung: Rung) -> tuple[str, ...]:
    if not any(leg.here for leg in rung.legs) and plan.first in {each.key for each in free}:
        return (plan.first,)
    group = min(each.group for each in free)
    # Everybody who was never rung comes before those who were.
    order = sorted(
        (each for each in free if each.group == group),
        key=lambda each: (each.priority, rung.last[each.key].timestamp() if each.key in rung.last else 0.0),
    )
    return tuple(each.key for each in order[: plan.at_once])


def _may_ring(rung: Rung, person: str) -> bool:
    theirs = [leg for leg in rung.legs if leg.person == person]
    if any(leg.outcome in NEVER_AGAIN for leg in theirs) or len(theirs) >= MOST_IN_A_CALL:
        return False
    return _times(rung, person) < MOST_IN_A_WAIT


def _busy(rung: Rung, person: str, at: datetime) -> bool:
    return any(
        leg.outcome == "busy" and leg.ended is not None and at < leg.ended + BUSY_FOR
        for leg in rung.legs
        if leg.person == person
    )


def _times(rung: Rung, person: str) -> int:
    return sum(leg.here and leg.person == person for leg in rung.legs)
