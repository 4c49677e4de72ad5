"""A VEVENT as a shift: when it begins and ends on the wall clock, when it recurs, and whose it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ivr.duty.lines import Component, Property, plain
from ivr.duty.moments import Moment, read_duration, read_moment, read_period
from ivr.duty.problems import BadEventError
from ivr.duty.rules import check_rule, split_until
from ivr.duty.zones import Zone, find_zone

_ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "SEQUENCE", "RECURRENCE-ID")
LONGEST_SHIFT = timedelta(days=366)
_MOST_RULES = 10
_MOST_DATES = 5000
_TIER = re.compile(r"tier[- ]?(\d+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule without its end, and that end."""

    text: str
    until: Moment | None


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT; `recurrence` is the occurrence that it stands for, if it is not the series itself.

    `tier` is the shift's own, if it has one. `length` is the wall clock's. What does not recur has an exact
    end in `ends` (UTC) too: a wall clock that goes back shows some times twice, and would end it at the
    first.
    """

    uid: str
    summary: str
    start: Moment
    length: timedelta
    ends: datetime | None = None
    recurrence: Moment | None = None
    from_then_on: bool = False
    cancelled: bool = False
    sequence: int = 0
    tier: int | None = None
    rules: tuple[Rule, ...] = ()
    more: tuple[tuple[Moment, timedelta | None], ...] = ()
    but_not: tuple[Moment, ...] = ()

    @property
    def occurrence(self) -> str:
        """Which occurrence of its series it stands for, as text that compares; "" for the series."""
        if self.recurrence is None:
            return ""
        if self.recurrence.whole_day:
            return f"{self.recurrence.wall:%Y%m%d}"
        return f"{self.recurrence.utc:%Y%m%dT%H%M%SZ}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What an event's text needs to be understood: the zone of times without one, and zones spelled out."""

    zone: Zone
    spelled: Mapping[str, Component]


def read_event(component: Component, calendar: Calendar) -> Event:
    """The event; a BadEventError that says what about it cannot be a shift."""
    if not component.closed:
        raise BadEventError(f"the event that begins in line {component.number} has no END:VEVENT")
    properties = component.properties()
    try:
        return _event(_singles(properties), properties, calendar)
    except OverflowError:
        raise BadEventError("a time is before year 1 or after year 9999") from None


def read_span(component: Component, calendar: Calendar) -> tuple[datetime, datetime | None]:
    """When an event that does not recur begins and ends, in UTC; a BadEventError if it ends before."""
    if not component.closed:
        raise BadEventError(f"the event that begins in line {component.number} has no END:VEVENT")
    single = _singles(component.properties())
    try:
        start = _moment(_needed(single, "DTSTART"), calendar).utc
        end = _moment(single["DTEND"], calendar).utc if "DTEND" in single else None
    except OverflowError:
        raise BadEventError("a time is before year 1 or after year 9999") from None
    if end is not None and end <= start:
        raise BadEventError("it does not end after it begins")
    return start, end


def check_event(event: Event, at: datetime) -> None:
    """Refuse an event that would not work as a shift, or would take too long to follow, from `at` on."""
    after = event.start.zone.to_wall(at)
    for rule in event.rules:
        if rule.until is None or rule.until.utc > at:
            check_rule(rule.text, event.start.wall, after)


def _event(single: Mapping[str, Property], properties: list[Property], calendar: Calendar) -> Event:
    if "EXRULE" in single:
        raise BadEventError(f"line {single['EXRULE'].line}: EXRULE is outdated; write EXDATE")
    start = _moment(_needed(single, "DTSTART"), calendar)
    recurrence = single.get("RECURRENCE-ID")
    rules = _rules(properties, start)
    more = tuple(pair for each in _all(properties, "RDATE") for pair in _periods(each, calendar))
    cancelled = "STATUS" in single and single["STATUS"].value.upper() == "CANCELLED"
    length, ends = _length(single, start, calendar, recurring=bool(rules or more))
    if not cancelled:  # of what is cancelled, calendars often tell no more than which it is
        _needed(single, "SUMMARY")
        _check_length(length if ends is None else ends - start.utc)
    return Event(
        uid=_needed(single, "UID").value,
        summary=plain(single["SUMMARY"].value) if "SUMMARY" in single else "",
        start=start,
        length=length,
        ends=ends,
        recurrence=_moment(recurrence, calendar) if recurrence else None,
        from_then_on=bool(recurrence and recurrence.parameters.get("RANGE", "").upper() == "THISANDFUTURE"),
        cancelled=cancelled,
        sequence=_number(single.get("SEQUENCE")),
        tier=_tier(_all(properties, "CATEGORIES")),
        rules=rules,
        more=more,
        but_not=tuple(
            _date_at_midnight(moment, start)
            for each in _all(properties, "EXDATE")
            for moment, _ in _periods(each, calendar)
        ),
    )


def _singles(properties: list[Property]) -> dict[str, Property]:
    found: dict[str, Property] = {}
    for each in properties:
        if each.name in _ONCE and each.name in found:
            raise BadEventError(f"line {each.line}: {each.name} stands twice in one event")
        found[each.name] = each
    return found


def _needed(single: Mapping[str, Property], name: str) -> Property:
    if name not in single or not single[name].value:
        raise BadEventError(f"{name} is missing")
    return single[name]


def _all(properties: list[Property], name: str) -> list[Property]:
    return [each for each in properties if each.name == name and each.value]


def _check_length(length: timedelta) -> None:
    if not timedelta() < length <= LONGEST_SHIFT:
        raise BadEventError(
            "it does not end after it begins" if length <= timedelta() else "it lasts over a year"
        )


def _length(
    single: Mapping[str, Property], start: Moment, calendar: Calendar, *, recurring: bool
) -> tuple[timedelta, datetime | None]:
    """The wall clock's length, and the exact end of what does not recur."""
    if "DTEND" in single:
        end = _moment(single["DTEND"], calendar)
        exact = start.zone.to_utc(end.wall) if end.whole_day else end.utc
        return end.seen_from(start.zone) - start.wall, None if recurring else exact
    if "DURATION" not in single:
        return timedelta(days=1) if start.whole_day else timedelta(), None
    duration = read_duration(single["DURATION"].value, single["DURATION"])
    if recurring:
        # To the letter, eight hours from ten at night end at five or seven when clocks change; a night shift
        # that recurs ends at six.
        return duration.on_the_wall, None
    exact = start.zone.to_utc(start.wall + timedelta(days=duration.days)) + duration.time
    return start.zone.to_wall(exact) - start.wall, exact


def _rules(properties: list[Property], start: Moment) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for each in _all(properties, "RRULE"):
        if len(found) == _MOST_RULES:
            raise BadEventError(f"line {each.line}: more than {_MOST_RULES} lines RRULE; one says it all")
        text, until = split_until(each.value)
        found.append(Rule(text, _until(until, start, each) if until else None))
    return tuple(found)


def _until(value: str, start: Moment, where: Property) -> Moment:
    until = _date_at_midnight(read_moment(value, start.zone, where), start)
    if not until.whole_day or start.whole_day:
        return until
    # A date as the end of a rule includes what begins on that date.
    return Moment(until.wall + timedelta(days=1, seconds=-1), start.zone)


def _date_at_midnight(moment: Moment, start: Moment) -> Moment:
    # Some programs write midnight UTC, or local midnight, where whole days need a date.
    if start.whole_day and moment.wall.time() == time():
        return Moment(moment.wall, start.zone, whole_day=True)
    return moment


def _periods(each: Property, calendar: Calendar) -> list[tuple[Moment, timedelta | None]]:
    zone = _zone(each, calendar)
    words = each.value.split(",")
    if len(words) > _MOST_DATES:
        raise BadEventError(f"line {each.line}: {each.name} has {len(words)} dates; at most {_MOST_DATES}")
    return [read_period(word.strip(), zone, each) for word in words]


def _moment(each: Property, calendar: Calendar) -> Moment:
    return read_moment(each.value, _zone(each, calendar), each)


def _zone(each: Property, calendar: Calendar) -> Zone:
    name = each.parameters.get("TZID", "")
    return find_zone(name, calendar.spelled) if name else calendar.zone


def _number(each: Property | None) -> int:
    return int(each.value[:9]) if each and each.value.isascii() and each.value.isdigit() else 0


def _tier(categories: list[Property]) -> int | None:
    """The tier that a category like tier-2 gives to a shift; other categories are for other programs."""
    found = None
    for each in categories:
        for word in each.value.casefold().split(","):
            if match := _TIER.fullmatch(word.strip()):
                found = _known_tier(match[1], each.line)
    return found


def _known_tier(written: str, line: int) -> int:
    if written not in {"1", "2"}:
        raise BadEventError(f"line {line}: CATEGORIES names tier {written!r}; write tier-1 or tier-2")
    return int(written)
