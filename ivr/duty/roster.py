"""Who is on duty: stretches of time in order, each with its people in ringing order."""

import logging
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift, read_shift
from ivr.duty.events import Event
from ivr.duty.problems import BadEventError
from ivr.duty.series import Occurrence, occurrences
from ivr.duty.zones import NamedZone
from ivr.flow.roster import Counsellor

_LOG = logging.getLogger(__name__)

BEFORE = timedelta(days=1)
AFTER = timedelta(days=21)

_Duty = tuple[datetime, datetime, Counsellor]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Half-open time in UTC during which the same people are on duty, in ringing order."""

    start: datetime
    end: datetime
    people: tuple[Counsellor, ...]


@dataclass(frozen=True, slots=True)
class DutyRoster:
    """The roster of a window of time, read from memory; outside the window nobody is on duty.

    Stretches are in order, do not overlap and are never without people; `zone` is the helpline's.
    """

    stretches: tuple[Stretch, ...]
    zone: ZoneInfo

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        """Whom to ring at `at`: speakers of `language` first, then by priority, then name; a phone once."""
        index = self._index(at)
        if index < 0 or at >= self.stretches[index].end:
            return ()
        people = self.stretches[index].people
        if language is None:
            return people
        return tuple(sorted(people, key=lambda person: not speaks(person, language)))

    def opens(self, at: datetime) -> datetime | None:
        """The next moment with somebody on duty, maybe `at` itself; aware, in the helpline's zone."""
        index = self._index(at)
        if index >= 0 and at < self.stretches[index].end:
            return at.astimezone(self.zone)
        following = self.stretches[index + 1 : index + 2]
        return following[0].start.astimezone(self.zone) if following else None

    def gaps(self, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
        """The times between `first` and `last` with nobody on duty, aware, in the helpline's zone."""
        found, since = [], first
        for stretch in (each for each in self.stretches if each.end > first and each.start < last):
            if stretch.start > since:
                found.append((since, stretch.start))
            since = stretch.end
        if since < last:
            found.append((since, last))
        return [(start.astimezone(self.zone), end.astimezone(self.zone)) for start, end in found]

    def _index(self, at: datetime) -> int:
        return bisect_right(self.stretches, at, key=lambda stretch: stretch.start) - 1


def speaks(person: Counsellor, language: str) -> bool:
    """Whether that language is one of theirs, however it is capitalised."""
    return language.casefold() in (each.casefold() for each in person.languages)


def make_roster(
    people: Iterable[Counsellor], shifts: Iterable[Shift], zone: ZoneInfo, first: datetime, last: datetime
) -> DutyRoster:
    """The roster from `first` to `last`; a shift that cannot be followed is logged and left out."""
    by_key = {person.key: person for person in people}
    duties = [
        (each.start, each.end, by_key[key])
        for each, key in _occurrences(shifts, zone, first, last)
        if key in by_key
    ]
    return DutyRoster(tuple(_joined(_stretches(_merged(duties)))), zone)


def around(at: datetime) -> tuple[datetime, datetime]:
    """The window of time that a roster made at `at` is for."""
    return at - BEFORE, at + AFTER


def _occurrences(
    shifts: Iterable[Shift], zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[tuple[Occurrence, str]]:
    for uid, group in groupby(sorted(shifts, key=lambda shift: shift.uid), key=lambda shift: shift.uid):
        yield from _of_one_series(uid, list(group), zone, first, last)


def _of_one_series(
    uid: str, shifts: Sequence[Shift], zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[tuple[Occurrence, str]]:
    whose = {shift.recurrence: shift.counsellor for shift in shifts}
    try:
        found = occurrences(_events(shifts, zone), first, last)
    except (BadEventError, OverflowError) as error:
        _LOG.error("Shift %s is left out: %s", uid, error)
        return
    for each in found:
        if owner := whose[each.event.occurrence]:
            yield each, owner


def _events(shifts: Sequence[Shift], zone: ZoneInfo) -> list[Event]:
    return [read_shift(shift.text, NamedZone(zone)) for shift in shifts]


def _merged(duties: Iterable[_Duty]) -> list[_Duty]:
    """One duty for all of a person's that touch or overlap, so that time is cut no more than need be."""
    found: list[_Duty] = []
    for start, end, person in sorted(duties, key=_by_person):
        if found and found[-1][2].key == person.key and start <= found[-1][1]:
            first, last, _ = found.pop()
            found.append((first, max(last, end), person))
        else:
            found.append((start, end, person))
    return found


def _by_person(duty: _Duty) -> tuple[str, datetime]:
    return duty[2].key, duty[0]


def _stretches(duties: Sequence[_Duty]) -> Iterator[Stretch]:
    """Cut time wherever somebody comes or goes."""
    cuts = sorted({moment for start, end, _ in duties for moment in (start, end)})
    coming = sorted(duties, key=lambda duty: duty[0])
    present: list[_Duty] = []
    position = 0
    for start, end in pairwise(cuts):
        present = [duty for duty in present if duty[1] > start]
        while position < len(coming) and coming[position][0] <= start:
            present.append(coming[position])
            position += 1
        if present:
            yield Stretch(start, end, _in_order(duty[2] for duty in present))


def _in_order(people: Iterable[Counsellor]) -> tuple[Counsellor, ...]:
    found: dict[str, Counsellor] = {}
    for person in sorted(people, key=lambda each: (each.priority, each.name.casefold(), each.key)):
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
