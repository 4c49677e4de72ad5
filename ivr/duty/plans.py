"""A shift as staff plan it on a page: whose, when on the helpline's wall clock, on which days of the week."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.duty.lines import escaped

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST = timedelta(days=14)
"""Longer is a mistake in a date, not a shift."""
MOST_WEEKS = 52
_YEARS = range(2000, 2101)
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)


class BadPlanError(Exception):
    """A plan that cannot be a shift: `field` is the one to correct, the text says what to do."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field = field


@dataclass(frozen=True, slots=True)
class Weekly:
    """The days of the week, Monday is 0, every so many weeks; `until` is the last date on which it begins."""

    days: frozenset[int]
    every: int = 1
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A shift of the counsellor with that key and name; both times are naive, of the helpline's wall clock.

    `tier` is the shift's own, if it is to be another than its counsellor's.
    """

    person: str
    name: str
    start: datetime
    end: datetime
    tier: int | None = None
    weekly: Weekly | None = None


def checked(plan: Plan) -> Plan:
    """The plan, beginning on the first of its days of the week; a BadPlanError if it can be no shift."""
    if not {plan.start.year, plan.end.year} <= set(_YEARS):
        raise BadPlanError("date", f"a year from {_YEARS.start} to {_YEARS.stop - 1}, please")
    if not plan.start < plan.end:
        raise BadPlanError("end", "the end must lie after the beginning")
    if plan.end - plan.start > LONGEST:
        raise BadPlanError("end", f"a shift lasts at most {LONGEST.days} days; plan two")
    return _on_first_day(plan, plan.weekly) if plan.weekly else plan


def falls_on(weekly: Weekly, first: date, day: date) -> bool:
    """Whether a weekly shift that begins on `first` begins on `day` too."""
    if day < first or (weekly.until is not None and day > weekly.until) or day.weekday() not in weekly.days:
        return False
    weeks = (_monday(day) - _monday(first)) // _WEEK
    return weeks % weekly.every == 0


def event_text(plan: Plan, uid: str, zone: ZoneInfo, at: datetime) -> str:
    """The plan as a VEVENT of its own, unfolded."""
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid}", *event_lines(plan, zone, at), "END:VEVENT"))


def event_lines(plan: Plan, zone: ZoneInfo, at: datetime) -> Iterator[str]:
    """What a VEVENT says of a plan, without its UID; RFC 5545, 3.6.1."""
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SUMMARY:{escaped(plan.name)}"
    yield f"DTSTART;TZID={zone.key}:{plan.start:%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID={zone.key}:{plan.end:%Y%m%dT%H%M%S}"
    if plan.weekly:
        yield f"RRULE:{_rule(plan.weekly, zone)}"


def _on_first_day(plan: Plan, weekly: Weekly) -> Plan:
    _check_weekly(weekly)
    first = plan.start.date()
    while first.weekday() not in weekly.days:
        first += _DAY
    if weekly.until is not None and weekly.until < first:
        raise BadPlanError("until", "the last day lies before the first shift")
    ahead = first - plan.start.date()
    return replace(plan, start=plan.start + ahead, end=plan.end + ahead)


def _check_weekly(weekly: Weekly) -> None:
    if not weekly.days:
        raise BadPlanError("days", "choose at least one day of the week, or let it happen once")
    if not 1 <= weekly.every <= MOST_WEEKS:
        raise BadPlanError("every", f"every 1 to {MOST_WEEKS} weeks")


def _rule(weekly: Weekly, zone: ZoneInfo) -> str:
    parts = ["FREQ=WEEKLY", f"BYDAY={_words(weekly.days)}"]
    if weekly.every > 1:
        parts.append(f"INTERVAL={weekly.every};WKST=MO")
    if weekly.until:
        last = datetime.combine(weekly.until, time(23, 59, 59), zone)
        parts.append(f"UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


def _words(days: Collection[int]) -> str:
    return ",".join(DAYS[day] for day in sorted(days))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
