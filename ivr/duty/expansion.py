"""Stored shifts as stretches of duty in a window of time."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift, read_shift
from ivr.duty.problems import BadEventError
from ivr.duty.series import Occurrence, occurrences
from ivr.duty.spans import Duty
from ivr.duty.zones import NamedZone

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Planned:
    """One shift of the calendar: the series it is of, whose it is by key, and when."""

    uid: str
    person: str
    occurrence: Occurrence
    recurs: bool

    @property
    def duty(self) -> Duty:
        """The time of it."""
        found = self.occurrence
        return Duty(found.start, found.end, self.person, found.event.tier)


def duties_of(
    shifts: Iterable[Shift],
    zone: ZoneInfo,
    first: datetime,
    last: datetime,
    owners: Collection[str | None] | None = None,
) -> list[Duty]:
    """What of the calendar touches the time from `first` to `last`; only that of `owners`, if given.

    A series that cannot be followed is logged and left out.
    """
    return [each.duty for each in planned_of(shifts, zone, first, last, owners)]


def planned_of(
    shifts: Iterable[Shift],
    zone: ZoneInfo,
    first: datetime,
    last: datetime,
    owners: Collection[str | None] | None = None,
) -> Iterator[Planned]:
    """As `duties_of`, with where each is from; series by series."""
    for uid, group in groupby(sorted(shifts, key=lambda shift: shift.uid), key=lambda shift: shift.uid):
        series = list(group)
        if owners is None or any(shift.counsellor in owners for shift in series):
            yield from _of_one_series(uid, series, zone, first, last)


def _of_one_series(
    uid: str, shifts: Sequence[Shift], zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[Planned]:
    whose = {shift.recurrence: shift.counsellor for shift in shifts}
    try:
        events = [read_shift(shift.text, NamedZone(zone)) for shift in shifts]
        found = occurrences(events, first, last)
    except (BadEventError, OverflowError) as error:
        _LOG.error("Shift %s is left out: %s", uid, error)
        return
    recurs = any(each.rules or each.more or each.recurrence for each in events)
    for each in found:
        if owner := whose[each.event.occurrence]:
            yield Planned(uid, owner, each, recurs)
