"""Who is on duty: the one answer to (roster, moment) → people in order, from memory."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift
from ivr.duty.changes import Change, Kind, Settled, obeyed, settle, swapped
from ivr.duty.expansion import duties_of
from ivr.duty.spans import Duty, outside
from ivr.duty.stretches import Stretch, stretches_of
from ivr.flow.roster import Counsellor

BEFORE = timedelta(days=1)
AFTER = timedelta(days=21)
_FARTHEST = timedelta(days=366)
_MOMENT = timedelta(seconds=1)
_SEEN_TO_END = timedelta(days=6)  # with the most hours ahead that can be asked for, inside AFTER

Gap = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DutyRoster:
    """The roster of a window of time; outside the window nobody is on duty.

    Stretches are in order, do not overlap and are never without people; `zone` is the helpline's; `settled`
    is what has been changed besides swaps, in the order in which it was said.
    """

    stretches: tuple[Stretch, ...]
    zone: ZoneInfo
    settled: tuple[Settled, ...] = ()

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        """Whom to ring at `at`: tier 1 first, then speakers of `language`, then by priority and name."""
        index = self._index(at)
        if index < 0 or at >= self.stretches[index].end:
            return ()
        people = self.stretches[index].people
        if language is None:
            return people
        return tuple(sorted(people, key=lambda person: (person.tier, not speaks(person, language))))

    def opens(self, at: datetime) -> datetime | None:
        """The next moment with somebody on duty, maybe `at` itself; aware, in the helpline's zone."""
        index = self._index(at)
        if index >= 0 and at < self.stretches[index].end:
            return at.astimezone(self.zone)
        following = self.stretches[index + 1 : index + 2]
        return following[0].start.astimezone(self.zone) if following else None

    def gaps(self, first: datetime, last: datetime) -> list[Gap]:
        """The times between `first` and `last` with nobody on duty, aware, in the helpline's zone."""
        return [
            (start.astimezone(self.zone), end.astimezone(self.zone)) for start, end in self._gaps(first, last)
        ]

    def closure(self, at: datetime) -> Settled | None:
        """The closure of the whole helpline at `at`; the one said last, if there are several."""
        found = (each for each in reversed(self.settled) if each.kind is Kind.CLOSURE and each.covers(at))
        return next(found, None)

    def paused(self, key: str, at: datetime) -> bool:
        """Whether what a counsellor has said last, of what lasts at `at`, is that they pause."""
        words = (each for each in reversed(self.settled) if each.person == key and each.covers(at))
        last = next(words, None)
        return last is not None and last.kind is Kind.PAUSE

    def duty_of(self, key: str, at: datetime) -> Gap | None:
        """The duty of a counsellor that lasts at `at`, or else their next one; in the helpline's zone."""
        found = next((each for each in self._runs(key) if each[1] > at), None)
        return found and (found[0].astimezone(self.zone), found[1].astimezone(self.zone))

    def _runs(self, key: str) -> Iterator[Gap]:
        """The times without a break of one counsellor's duty."""
        found: Gap | None = None
        for each in self.stretches:
            if key not in (person.key for person in each.people):
                continue
            if found and found[1] != each.start:
                yield found
                found = None
            found = (found[0] if found else each.start, each.end)
        if found:
            yield found

    def _gaps(self, first: datetime, last: datetime) -> Iterator[Gap]:
        since = first
        for stretch in (each for each in self.stretches if each.end > first and each.start < last):
            if stretch.start > since:
                yield since, stretch.start
            since = stretch.end
        if since < last:
            yield since, last

    def _index(self, at: datetime) -> int:
        return bisect_right(self.stretches, at, key=lambda stretch: stretch.start) - 1


def speaks(person: Counsellor, language: str) -> bool:
    """Whether that language is one of theirs, however it is capitalised."""
    return language.casefold() in (each.casefold() for each in person.languages)


def make_roster(
    people: Iterable[Counsellor],
    shifts: Iterable[Shift],
    zone: ZoneInfo,
    first: datetime,
    last: datetime,
    changes: Sequence[Change] = (),
    expanded: Sequence[Duty] | None = None,
) -> DutyRoster:
    """The roster from `first` to `last`; a shift that cannot be followed is logged and left out.

    `changes` stand in the order in which they were made; `expanded` is as for `duties_in`.
    """
    duties, settled = duties_in(shifts, zone, first, last, changes, expanded)
    by_key = {person.key: person for person in people}
    return DutyRoster(stretches_of(duties, by_key), zone, settled)


def duties_in(
    shifts: Iterable[Shift],
    zone: ZoneInfo,
    first: datetime,
    last: datetime,
    changes: Sequence[Change],
    expanded: Sequence[Duty] | None = None,
) -> tuple[list[Duty], tuple[Settled, ...]]:
    """Everybody's duty between `first` and `last` after all changes, and those changes with their ends.

    `expanded` is what of the calendar touches that time, if that is known already.
    """
    stored = tuple(shifts)

    def shift_end(person: str, at: datetime) -> datetime | None:
        owners = {person, *(each.person for each in changes if each.other == person)}
        found = swapped(duties_of(stored, zone, at, at + _MOMENT, owners), changes)
        return max((each.end for each in found if _is_in(each, person, at)), default=None)

    settled = settle(changes, shift_end)
    found = duties_of(stored, zone, first, last) if expanded is None else expanded
    return obeyed(swapped(found, changes), settled), settled


def around(at: datetime, changes: Iterable[Change] = ()) -> tuple[datetime, datetime]:
    """The window of time that a roster made at `at` is for: long enough to see beyond closures."""
    closures = (each for each in changes if each.kind is Kind.CLOSURE and each.end and each.end > at)
    closed = sum((each.end - max(each.start, at) for each in closures if each.end), timedelta())
    return at - BEFORE, at + AFTER + min(closed, _FARTHEST)


def gaps_ahead(roster: DutyRoster, at: datetime, hours: int) -> list[Gap]:
    """The gaps that begin in the next hours and that nobody has meant: those of closures are left out."""
    last = at + timedelta(hours=hours)
    found = [Duty(start, end, "") for start, end in roster.gaps(at, last + _SEEN_TO_END)]
    for each in roster.settled:
        if each.kind is Kind.CLOSURE:
            found = outside(found, each.start, each.end)
    begun = (each for each in found if each.start < last)
    return [(each.start.astimezone(roster.zone), each.end.astimezone(roster.zone)) for each in begun]


def _is_in(duty: Duty, person: str, at: datetime) -> bool:
    return duty.person == person and duty.start <= at < duty.end
