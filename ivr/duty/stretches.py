"""Time cut wherever somebody comes or goes, each piece with its people in ringing order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from ivr.duty.spans import Duty
from ivr.flow.roster import Counsellor


@dataclass(frozen=True, slots=True)
class Stretch:
    """Half-open time in UTC during which the same people are on duty, in ringing order."""

    start: datetime
    end: datetime
    people: tuple[Counsellor, ...]


def stretches_of(duties: Iterable[Duty], people: Mapping[str, Counsellor]) -> tuple[Stretch, ...]:
    """The stretches that the duties of people, by key, make up; duties of anybody else are nobody's."""
    known = [each for each in duties if each.person in people]
    return tuple(_joined(_cut(_merged(known), people)))


def _merged(duties: Iterable[Duty]) -> list[Duty]:
    """One duty for all of a person's that touch or overlap, so that time is cut no more than need be."""
    found: list[Duty] = []
    for each in sorted(duties, key=lambda duty: (duty.person, duty.tier or 0, duty.start)):
        last = found[-1] if found else None
        if last and (last.person, last.tier) == (each.person, each.tier) and each.start <= last.end:
            found[-1] = replace(last, end=max(last.end, each.end))
        else:
            found.append(each)
    return found


def _cut(duties: Sequence[Duty], people: Mapping[str, Counsellor]) -> Iterator[Stretch]:
    cuts = sorted({moment for each in duties for moment in (each.start, each.end)})
    coming = sorted(duties, key=lambda duty: duty.start)
    present: list[Duty] = []
    position = 0
    for start, end in pairwise(cuts):
        present = [duty for duty in present if duty.end > start]
        while position < len(coming) and coming[position].start <= start:
            present.append(coming[position])
            position += 1
        if present:
            yield Stretch(start, end, _in_order(_at_work(duty, people) for duty in present))


def _at_work(duty: Duty, people: Mapping[str, Counsellor]) -> Counsellor:
    person = people[duty.person]
    return replace(person, tier=duty.tier) if duty.tier else person


def _in_order(people: Iterable[Counsellor]) -> tuple[Counsellor, ...]:
    found: dict[str, Counsellor] = {}
    for person in sorted(people, key=lambda each: (each.tier, each.priority, each.name.casefold(), each.key)):
        found.setdefault(person.phone, person)
    return tuple(found.values())


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for each in stretches:
        if current and current.end == each.start and current.people == each.people:
            current = Stretch(current.start, each.end, current.people)
            continue
        if current:
            yield current
        current = each
    if current:
        yield current
