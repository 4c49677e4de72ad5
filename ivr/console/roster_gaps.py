"""The gaps of the next seven days, as the roster's page shows them, each with a shift that fills it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ivr.console.roster_facts import GAP_HOURS
from ivr.duty.roster import DutyRoster, gaps_ahead

_A_SHIFT = timedelta(hours=8)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GapAhead:
    """Nobody is on duty in [start, end); a shift is offered until `offered`; in the helpline's zone."""

    start: datetime
    end: datetime
    offered: datetime


def shown_gaps(roster: DutyRoster, at: datetime) -> Iterator[GapAhead]:
    """Those of the next GAP_HOURS, cut where these end: what comes later is another week's."""
    last = (at + timedelta(hours=GAP_HOURS)).astimezone(roster.zone)
    for start, end in gaps_ahead(roster, at, GAP_HOURS):
        cut = min(end, last)
        yield GapAhead(start, cut, _offered(start, cut))


def _offered(start: datetime, end: datetime) -> datetime:
    """The gap's end where two times of day can say it, else so much of it as a shift is long."""
    first, last = (each.replace(second=0, microsecond=0, tzinfo=None) for each in (start, end))
    if timedelta() < last - first < _DAY:
        return end
    return (start.astimezone(UTC) + _A_SHIFT).astimezone(start.tzinfo)
