"""What people change about the calendar: on, off, pause, swaps, closures; the last word counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ivr.duty.spans import Duty, inside, outside

LONGEST_ON = timedelta(hours=12)
"""How long somebody stays on duty outside a shift, unless told: nobody is rung for days by mistake."""
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)

ShiftEnd = Callable[[str, datetime], datetime | None]
"""The end of the shift, by the calendar and its swaps, that somebody is in at a moment."""


class Kind(StrEnum):
    """What a change does."""

    ON = "on"
    OFF = "off"
    PAUSE = "pause"
    CLOSURE = "closure"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, aware and half-open; `person` and `other` are counsellors' keys.

    A closure is of nobody alone; in a swap, which has an end, `other` takes over what the calendar gives
    `person`. Without an end, a closure lasts until it is taken back, off and pause until the end of the shift
    or `on` that they interrupt, `on` until the end of the shift in which it begins, or LONGEST_ON
    outside one.
    """

    uid: str
    kind: Kind
    start: datetime
    end: datetime | None = None
    person: str | None = None
    other: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """A change of which the end is known."""

    kind: Kind
    start: datetime
    end: datetime
    person: str | None
    note: str

    def covers(self, at: datetime) -> bool:
        """Whether it lasts at `at`."""
        return self.start <= at < self.end


def swapped(duties: Sequence[Duty], changes: Iterable[Change]) -> list[Duty]:
    """The calendar's duties, with the time of each swap handed over; of two swaps the later one counts.

    A swap is about what the calendar says, not about what another swap has made of it: so two people may
    exchange their shifts of one week with two swaps.
    """
    given: dict[str, list[Change]] = {}
    for each in changes:
        if each.kind is Kind.SWAP and each.person is not None:
            given.setdefault(each.person, []).append(each)
    found = [duty for duty in duties if duty.person not in given]
    swapping = (duty for duty in duties if duty.person in given)
    return found + [part for duty in swapping for part in _handed_over(duty, given[duty.person])]


def settle(changes: Iterable[Change], shift_end: ShiftEnd) -> tuple[Settled, ...]:
    """Everything but the swaps, in the order in which it was said, each with its end."""
    found: list[Settled] = []
    for each in changes:
        if each.kind is not Kind.SWAP:
            end = each.end or _end(each, found, shift_end)
            found.append(Settled(each.kind, each.start, end, each.person, each.note))
    return tuple(found)


def obeyed(duties: Iterable[Duty], settled: Sequence[Settled]) -> list[Duty]:
    """The duties after everybody's on, off and pause, and without the time of closures."""
    shifts: dict[str, list[Duty]] = {}
    for duty in duties:
        shifts.setdefault(duty.person, []).append(duty)
    words: dict[str, list[Settled]] = {}
    for each in settled:
        if each.person is not None:
            words.setdefault(each.person, []).append(each)
    people = dict.fromkeys((*shifts, *words))
    found = [duty for key in people for duty in _of_one(key, shifts.get(key, []), words.get(key, []))]
    for each in settled:
        if each.kind is Kind.CLOSURE:
            found = outside(found, each.start, each.end)
    return found


def _handed_over(duty: Duty, swaps: Iterable[Change]) -> list[Duty]:
    found = [duty]
    for each in swaps:
        assert each.other is not None and each.end is not None  # noqa: S101, PT018 (storage keeps no other swap)
        if each.start >= duty.end or each.end <= duty.start:
            continue
        found = outside(found, each.start, each.end)
        found += [replace(part, person=each.other) for part in inside([duty], each.start, each.end)]
    return _joined(sorted(found, key=lambda part: part.start))


def _joined(parts: Iterable[Duty]) -> list[Duty]:
    """Parts of one shift, so that "until the end of the shift" means all that somebody has of it."""
    found: list[Duty] = []
    for each in parts:
        if found and (found[-1].person, found[-1].end) == (each.person, each.start):
            found[-1] = replace(found[-1], end=each.end)
        else:
            found.append(each)
    return found


def _end(change: Change, earlier: Iterable[Settled], shift_end: ShiftEnd) -> datetime:
    if change.kind is Kind.CLOSURE or change.person is None:
        return FOREVER
    shift = shift_end(change.person, change.start)
    if change.kind is Kind.ON:
        return shift or change.start + LONGEST_ON
    mine = (each for each in earlier if each.person == change.person and each.kind is Kind.ON)
    ends = [each.end for each in mine if each.covers(change.start)]
    return max([*ends, shift or change.start])


def _of_one(person: str, shifts: Sequence[Duty], words: Iterable[Settled]) -> list[Duty]:
    found = list(shifts)
    for each in words:
        found = outside(found, each.start, each.end)
        if each.kind is Kind.ON:
            # The tier of a shift holds within it, whatever else is said.
            beyond = [Duty(each.start, each.end, person)]
            for shift in shifts:
                beyond = outside(beyond, shift.start, shift.end)
            found += inside(shifts, each.start, each.end) + beyond
    return found
