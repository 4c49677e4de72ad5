"""Stored shifts as stretches of duty in a window of time."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift, read_shift
from ivr.duty.events import Event
from ivr.duty.problems import BadEventError
from ivr.duty.series import occurrences
from ivr.duty.spans import Duty
from ivr.duty.zones import NamedZone

_LOG = logging.getLogger(__name__)


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
    found: list[Duty] = []
    for uid, group in groupby(sorted(shifts, key=lambda shift: shift.uid), key=lambda shift: shift.uid):
        series = list(group)
        if owners is None or any(shift.counsellor in owners for shift in series):
            found.extend(_of_one_series(uid, series, zone, first, last))
    return found


def _of_one_series(
    uid: str, shifts: Sequence[Shift], zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[Duty]:
    whose = {shift.recurrence: shift.counsellor for shift in shifts}
    try:
        found = occurrences(_events(shifts, zone), first, last)
    except (BadEventError, OverflowError) as error:
        _LOG.error("Shift %s is left out: %s", uid, error)
        return
    for each in found:
        if owner := whose[each.event.occurrence]:
            yield Duty(each.start, each.end, owner, each.event.tier)


def _events(shifts: Sequence[Shift], zone: ZoneInfo) -> list[Event]:
    return [read_shift(shift.text, NamedZone(zone)) for shift in shifts]
