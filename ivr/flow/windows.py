"""When a call-back may be tried: times of day on the wall clock of the helpline's zone.

An hour that the clock skips is taken as the moment after the gap, one that it shows twice as the first.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

NOW = "now"
#: Each as first hour and the hour after the last; NOW has none until it was tried in vain.
HOURS = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 20)}
_DAYTIME = (8, 20)
#: Somebody who wanted to be called now has gone to bed after this: later tries are made in daytime.
STILL_NOW = timedelta(hours=2)
LONGEST_PAUSE = timedelta(days=1)
_LOOK_AHEAD = 3  # days; a day's window that a gap has swallowed whole is followed by the next


def opening(window: str, at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, `at` or later, inside the window; UTC. NOW, or a word we do not know, is at once."""
    hours = HOURS.get(window)
    return _first_inside(hours, at, zone) if hours else at.astimezone(UTC)


def next_try(
    window: str, asked: datetime, at: datetime, pause: timedelta, tries: int, zone: ZoneInfo
) -> datetime:
    """When to try again after `tries` tries in vain, the last at `at`: each pause is twice the one before."""
    waited = at.astimezone(UTC) + min(pause * (1 << min(max(tries - 1, 0), 12)), LONGEST_PAUSE)
    if window in HOURS:
        return _first_inside(HOURS[window], waited, zone)
    if waited - asked <= STILL_NOW:
        return waited
    return _first_inside(_DAYTIME, waited, zone)


def _first_inside(hours: tuple[int, int], at: datetime, zone: ZoneInfo) -> datetime:
    today = at.astimezone(zone).date()
    for day in range(_LOOK_AHEAD):
        begin, end = (_moment(today + timedelta(days=day), hour, zone) for hour in hours)
        if at < end and begin < end:
            return max(begin, at.astimezone(UTC))
    return at.astimezone(UTC)


def _moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """That hour of that day, UTC; in a gap the offset from before it, which is the moment after it."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
