"""Half-open stretches of one counsellor's duty, and how time is cut out of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """Time in UTC, half-open, on duty: whose, by key, and in which tier if not in their own."""

    start: datetime
    end: datetime
    person: str
    tier: int | None = None


def outside(duties: Iterable[Duty], start: datetime, end: datetime) -> list[Duty]:
    """What is left of the duties when the time from `start` to `end` is cut out of them."""
    return list(_outside(duties, start, end))


def inside(duties: Iterable[Duty], start: datetime, end: datetime) -> list[Duty]:
    """The parts of the duties that lie between `start` and `end`."""
    return [
        replace(each, start=max(each.start, start), end=min(each.end, end))
        for each in duties
        if max(each.start, start) < min(each.end, end)
    ]


def uncovered(duties: Iterable[Duty], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The times between `start` and `end` in which nobody has a duty, in order."""
    found, since = [], start
    for each in sorted(duties, key=lambda duty: duty.start):
        if min(each.start, end) > since:
            found.append((since, min(each.start, end)))
        since = max(since, each.end)
    return [*found, (since, end)] if since < end else found


def _outside(duties: Iterable[Duty], start: datetime, end: datetime) -> Iterator[Duty]:
    for each in duties:
        if each.end <= start or each.start >= end or start >= end:
            yield each
            continue
        if each.start < start:
            yield replace(each, end=start)
        if each.end > end:
            yield replace(each, start=end)
