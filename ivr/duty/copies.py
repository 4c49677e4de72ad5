"""A week's shifts once more in the weeks after it: what is copied, and what is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift
from ivr.duty.expansion import Planned, planned_of
from ivr.duty.plans import Plan

_WEEK = timedelta(weeks=1)
_Known = tuple[str, datetime, datetime]


@dataclass(frozen=True, slots=True)
class Copies:
    """The new shifts, at the same times of the wall clock; and how many shifts are none of them.

    `there` are as a copy would be already; `series` go on by themselves; `followed` come from elsewhere.
    """

    plans: tuple[Plan, ...]
    there: int
    series: int
    followed: int


def copies_of_week(
    shifts: Sequence[Shift],
    names: Mapping[str, str],
    zone: ZoneInfo,
    monday: date,
    weeks: int,
    elsewhere: Collection[str],
) -> Copies:
    """What begins in the week of `monday` and happens once, in each of so many weeks after it.

    `names` are those of counsellors by key; what is nobody's of these is left out. `elsewhere` are the UIDs
    that calendars bring which are followed.
    """
    first, last = _midnight(monday, zone), _midnight(monday + (weeks + 1) * _WEEK, zone)
    every = [each for each in planned_of(shifts, zone, first, last) if each.person in names]
    mine = [each for each in every if first <= each.occurrence.start < _midnight(monday + _WEEK, zone)]
    once = [each for each in mine if not each.recurs and each.uid not in elsewhere]
    wanted = [_later(_plan(each, names, zone), week) for week in range(1, weeks + 1) for each in once]
    known = {_known(each) for each in every}
    new = {_key(plan, zone): plan for plan in wanted if _key(plan, zone) not in known}
    return Copies(
        plans=tuple(new.values()),
        there=len(wanted) - len(new),
        series=sum(each.recurs for each in mine),
        followed=sum(not each.recurs and each.uid in elsewhere for each in mine),
    )


def _plan(planned: Planned, names: Mapping[str, str], zone: ZoneInfo) -> Plan:
    found = planned.occurrence
    start, end = (each.astimezone(zone).replace(tzinfo=None) for each in (found.start, found.end))
    return Plan(planned.person, names[planned.person], start, end, found.event.tier)


def _later(plan: Plan, weeks: int) -> Plan:
    return replace(plan, start=plan.start + weeks * _WEEK, end=plan.end + weeks * _WEEK)


def _key(plan: Plan, zone: ZoneInfo) -> _Known:
    start, end = (each.replace(tzinfo=zone).astimezone(UTC) for each in (plan.start, plan.end))
    return plan.person, start, end


def _known(planned: Planned) -> _Known:
    return planned.person, planned.occurrence.start, planned.occurrence.end


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
