"""Dates, times, durations and periods as a calendar writes them; RFC 5545, 3.3.4 to 3.3.9."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ivr.duty.lines import Property
from ivr.duty.problems import BadEventError
from ivr.duty.zones import UTC_ZONE, Zone

_DURATION = re.compile(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall clock's time in a zone; `whole_day` if only the date was written."""

    wall: datetime
    zone: Zone
    whole_day: bool = False

    @property
    def utc(self) -> datetime:
        """The moment itself, aware, in UTC."""
        return self.zone.to_utc(self.wall)

    def seen_from(self, zone: Zone) -> datetime:
        """What a clock of `zone` shows then, naive; a date stays that date."""
        return self.wall if zone == self.zone or self.whole_day else zone.to_wall(self.utc)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: days are the calendar's, whatever their hours; `time` is exact."""

    days: int
    time: timedelta

    @property
    def on_the_wall(self) -> timedelta:
        """How far a wall clock gets meanwhile, when no clock changes."""
        return timedelta(days=self.days) + self.time


def read_moment(value: str, zone: Zone, where: Property) -> Moment:
    """A date, a time, or a time in UTC; a BadEventError if it is none."""
    try:
        if len(value) == len("YYYYMMDD"):
            date = datetime.strptime(value, "%Y%m%d")  # noqa: DTZ007 (a wall clock's)
            return Moment(datetime.combine(date, time()), zone, whole_day=True)
        wall = datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 (as above)
    except ValueError:
        raise BadEventError(
            f"line {where.line}: {where.name} is {value!r}; write 20261231T220000, or 20261231"
        ) from None
    return Moment(wall, UTC_ZONE if value.endswith("Z") else zone)


def read_duration(value: str, where: Property) -> Duration:
    """A duration that goes forward; a BadEventError if it does not."""
    match = _DURATION.fullmatch(value)
    if not match or match[1] == "-" or not any(match.groups()[1:]):
        raise BadEventError(
            f"line {where.line}: {where.name} is {value!r}; write a duration like PT8H or P1D"
        )
    weeks, days, hours, minutes, seconds = (int(word or 0) for word in match.groups()[1:])
    try:
        exact = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        timedelta(days=weeks * 7 + days)
    except OverflowError:
        raise BadEventError(f"line {where.line}: {where.name} is too long for a shift") from None
    return Duration(weeks * 7 + days, exact)


def read_period(value: str, zone: Zone, where: Property) -> tuple[Moment, timedelta | None]:
    """A start, and how far the wall clock gets until the end if the value is a period."""
    first, _, last = value.partition("/")
    start = read_moment(first, zone, where)
    if not last:
        return start, None
    if last.startswith(("P", "+P", "-P")):
        return start, read_duration(last, where).on_the_wall
    return start, read_moment(last, zone, where).seen_from(start.zone) - start.wall
