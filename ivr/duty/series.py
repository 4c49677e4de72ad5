"""When a series of shifts happens: its rules, what was changed about single ones, what was cancelled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from ivr.duty.events import Event, Rule
from ivr.duty.moments import Moment
from ivr.duty.rules import recur
from ivr.duty.zones import UTC_ZONE, Zone

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A stretch of time, half-open, in UTC, and the event that says whose it is."""

    start: datetime
    end: datetime
    event: Event


def occurrences(events: Sequence[Event], first: datetime, last: datetime) -> list[Occurrence]:
    """What of the events of one UID touches the time from `first` to `last`, in no order."""
    series = next((event for event in events if event.recurrence is None), None)
    if series and series.cancelled:
        return []
    changes = {event.occurrence: event for event in events if event.recurrence}
    found = [
        _occurrence(event.start, event.length, event) for event in changes.values() if not event.cancelled
    ]
    if series:
        found.extend(_unchanged(series, changes, first, last))
    return [each for each in found if each.start < each.end and each.start < last and each.end > first]


def _unchanged(
    series: Event, changes: dict[str, Event], first: datetime, last: datetime
) -> Iterator[Occurrence]:
    lasting = sorted((each for each in changes.values() if each.from_then_on), key=_recurrence_utc)
    slack = max((abs(_moved(series, each)) + each.length for each in lasting), default=timedelta()) + _DAY
    until = last + slack
    left_out = {name for moment in series.but_not for name in _written(moment)} | changes.keys()
    for start, at, length in _starts(series, first - slack, until):
        if at + (length or series.length) + slack >= first and not _is_in(start, left_out):
            yield from _as_changed(series, start, at, length, lasting)


def _as_changed(
    series: Event, start: Moment, at: datetime, length: timedelta | None, lasting: list[Event]
) -> Iterator[Occurrence]:
    change = next((each for each in reversed(lasting) if _recurrence_utc(each) < at), None)
    if change is None:
        yield _occurrence(start, length or series.length, series, at)
    elif not change.cancelled:
        zone = _wall_zone(series, change)
        moved = Moment(start.seen_from(zone) + _moved(series, change), zone, start.whole_day)
        yield _occurrence(moved, length or change.length, change)


def _wall_zone(series: Event, change: Event) -> Zone:
    # Many programs write a change in UTC; what comes after it still follows the wall clock of the series.
    return series.start.zone if change.start.zone == UTC_ZONE else change.start.zone


def _moved(series: Event, change: Event) -> timedelta:
    assert change.recurrence is not None  # noqa: S101 (only changes are moved)
    zone = _wall_zone(series, change)
    return change.start.seen_from(zone) - change.recurrence.seen_from(zone)


def _recurrence_utc(change: Event) -> datetime:
    assert change.recurrence is not None  # noqa: S101 (as above)
    return change.recurrence.utc


def _starts(
    series: Event, first: datetime, until: datetime
) -> Iterator[tuple[Moment, datetime, timedelta | None]]:
    """Each start once, with its moment in UTC: the series' own, single dates, and its rules'.

    Of those of rules, there are few long before `first`.
    """
    seen = set()
    singles = [_timed(series.start), *(_timed(moment) for moment, _ in series.more)]
    lengths = {moment.utc: length for moment, length in series.more}
    ruled = [_ruled(rule, series, first, until) for rule in series.rules]
    for moment, at in (pair for source in (singles, *ruled) for pair in source):
        if at not in seen and at < until:
            seen.add(at)
            yield moment, at, lengths.get(at)


def _timed(moment: Moment) -> tuple[Moment, datetime]:
    # A roster of many people asks for a great many moments: each is worked out once.
    return moment, moment.utc


def _ruled(rule: Rule, series: Event, first: datetime, until: datetime) -> Iterator[tuple[Moment, datetime]]:
    end = min(rule.until.utc + timedelta(seconds=1), until) if rule.until else until
    zone = series.start.zone
    walls = recur(rule.text, series.start.wall, zone.to_wall(first) - series.length - _DAY)
    moments = (_timed(Moment(wall, zone, series.start.whole_day)) for wall in walls)
    # A day's slack, for where the wall clock goes back and moments are for an hour not in order.
    near = takewhile(lambda pair: pair[1] < end + _DAY, moments)
    return (pair for pair in near if pair[1] < end)


def _is_in(start: Moment, left_out: set[str]) -> bool:
    return bool(left_out) and not _names(start).isdisjoint(left_out)


def _written(moment: Moment) -> set[str]:
    return _names(moment) if moment.whole_day else {f"{moment.utc:%Y%m%dT%H%M%SZ}"}


def _names(start: Moment) -> set[str]:
    return {f"{start.utc:%Y%m%dT%H%M%SZ}", f"{start.wall:%Y%m%d}"}


def _occurrence(start: Moment, length: timedelta, event: Event, at: datetime | None = None) -> Occurrence:
    at = at or start.utc
    if event.ends and start == event.start and length == event.length:
        return Occurrence(at, event.ends, event)
    return Occurrence(at, start.zone.to_utc(start.wall + length), event)
