"""What pages show of the roster: days with their shifts, and in red when nobody is on duty; pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift
from ivr.duty.changes import Change, Kind, Settled, swapped
from ivr.duty.expansion import Planned, planned_of
from ivr.duty.recurring import stamp_of
from ivr.duty.roster import duties_in
from ivr.duty.spans import Duty, outside, uncovered
from ivr.flow.roster import Counsellor

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored of the roster."""

    people: Sequence[Counsellor]
    shifts: Sequence[Shift]
    changes: Sequence[Change]
    zone: ZoneInfo

    @property
    def names(self) -> dict[str, str]:
        """By their keys."""
        return {person.key: person.name for person in self.people}


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open time in UTC, and whose it is or why."""

    start: datetime
    end: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A shift of the calendar, in UTC; `has` says who has which part of it, if swaps give it to others.

    `stamp` names it within its series; None if it cannot be changed alone.
    """

    start: datetime
    end: datetime
    person: str
    name: str
    tier: int | None
    uid: str
    stamp: str | None
    recurs: bool
    has: tuple[Span, ...] = ()

    def concerns(self, key: str, name: str) -> bool:
        """Whether it is theirs, by the calendar or by a swap."""
        return self.person == key or any(each.name == name for each in self.has)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the helpline's calendar, from midnight to midnight: 23 or 25 hours when clocks change.

    Gaps and closures are cut at midnight, shifts and what people have said (`words`) are whole.
    """

    date: date
    start: datetime
    end: datetime
    entries: tuple[Entry, ...]
    gaps: tuple[Span, ...]
    closed: tuple[Span, ...]
    words: tuple[tuple[Kind, Span], ...]

    @property
    def hours(self) -> int:
        """How long it is."""
        return round((self.end - self.start) / timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class _Spans:
    """What is not a shift."""

    gaps: tuple[Span, ...]
    closed: tuple[Span, ...]
    words: tuple[tuple[Kind, Span], ...]


def days_of(facts: Facts, first: date, count: int, person: str = "") -> tuple[Day, ...]:
    """So many days from `first` on; with `person`, only that counsellor's shifts. Gaps are everybody's."""
    days = [first + number * _DAY for number in range(count)]
    start, end = midnight(first, facts.zone), midnight(first + count * _DAY, facts.zone)
    expanded = list(planned_of(facts.shifts, facts.zone, start, end))
    entries = _entries(facts, expanded, person)
    duties, settled = _after_changes(facts, expanded, start, end)
    gaps = _gaps(duties, settled, facts.names, start, end)
    spans = _Spans(gaps, _closed(settled), tuple(_words(settled, facts.names, person)))
    return tuple(_day(day, facts, entries, spans) for day in days)


def gaps_of(facts: Facts, start: datetime, end: datetime, without: str = "") -> tuple[Span, ...]:
    """When nobody is on duty though nobody has closed the helpline; `without` somebody, by key."""
    expanded = list(planned_of(facts.shifts, facts.zone, start, end))
    duties, settled = _after_changes(facts, expanded, start, end)
    return _gaps(duties, settled, facts.names.keys() - {without}, start, end)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins there, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> tuple[date, int]:
    """The Monday on or before the first of its month, and how many days whole weeks to its end have."""
    first = day.replace(day=1)
    following = (first + 31 * _DAY).replace(day=1)
    begin, last = week_of(first), week_of(following - _DAY)
    return begin, (last - begin).days + 7


def _after_changes(
    facts: Facts, expanded: Sequence[Planned], start: datetime, end: datetime
) -> tuple[list[Duty], tuple[Settled, ...]]:
    duties = [each.duty for each in expanded]
    return duties_in(facts.shifts, facts.zone, start, end, facts.changes, duties)


def _entries(facts: Facts, expanded: Sequence[Planned], person: str) -> list[Entry]:
    names = facts.names
    swaps: dict[str, list[Change]] = {}
    for each in facts.changes:
        if each.kind is Kind.SWAP and each.person is not None:
            swaps.setdefault(each.person, []).append(each)
    entries = (_entry(each, names, swaps) for each in expanded if each.person in names)
    kept = (each for each in entries if not person or each.concerns(person, names.get(person, "")))
    return sorted(kept, key=lambda each: (each.start, each.end, each.name.casefold()))


def _entry(planned: Planned, names: Mapping[str, str], swaps: Mapping[str, Sequence[Change]]) -> Entry:
    occurrence = planned.occurrence
    duty = Duty(occurrence.start, occurrence.end, planned.person)
    return Entry(
        start=occurrence.start,
        end=occurrence.end,
        person=planned.person,
        name=names[planned.person],
        tier=occurrence.event.tier,
        uid=planned.uid,
        stamp=stamp_of(occurrence),
        recurs=planned.recurs,
        has=tuple(_has(duty, names, swaps)),
    )


def _has(duty: Duty, names: Mapping[str, str], swaps: Mapping[str, Sequence[Change]]) -> Iterator[Span]:
    mine = swaps.get(duty.person)
    parts = swapped([duty], mine) if mine else [duty]
    if all(each.person == duty.person for each in parts):
        return
    for each in sorted(parts, key=lambda part: part.start):
        yield Span(each.start, each.end, names.get(each.person, ""))


def _closed(settled: Sequence[Settled]) -> tuple[Span, ...]:
    closures = (each for each in settled if each.kind is Kind.CLOSURE)
    return tuple(Span(each.start, each.end, each.note) for each in closures)


def _gaps(
    duties: Iterable[Duty], settled: Sequence[Settled], known: Collection[str], start: datetime, end: datetime
) -> tuple[Span, ...]:
    """When nobody that is known is on duty though nobody has closed the helpline."""
    mine = (each for each in duties if each.person in known)
    found = [Duty(first, last, "") for first, last in uncovered(mine, start, end)]
    for each in _closed(settled):
        found = outside(found, each.start, each.end)
    return tuple(Span(each.start, each.end) for each in sorted(found, key=lambda gap: gap.start))


def _words(settled: Sequence[Settled], names: Mapping[str, str], person: str) -> Iterator[tuple[Kind, Span]]:
    for each in settled:
        if each.person and each.person in names and person in {"", each.person} and each.start < each.end:
            yield each.kind, Span(each.start, each.end, names[each.person])


def _day(day: date, facts: Facts, entries: Sequence[Entry], spans: _Spans) -> Day:
    start, end = midnight(day, facts.zone), midnight(day + _DAY, facts.zone)
    return Day(
        date=day,
        start=start,
        end=end,
        entries=tuple(each for each in entries if each.start < end and each.end > start),
        gaps=_cut(spans.gaps, start, end),
        closed=_cut(spans.closed, start, end),
        words=tuple(each for each in spans.words if each[1].start < end and each[1].end > start),
    )


def _cut(spans: Sequence[Span], start: datetime, end: datetime) -> tuple[Span, ...]:
    cut = (Span(max(each.start, start), min(each.end, end), each.name) for each in spans)
    return tuple(each for each in cut if each.start < each.end)
