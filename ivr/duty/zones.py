"""Time zones of a calendar: by their IANA name, by Windows' name, or spelled out in a VTIMEZONE."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ivr.duty.lines import Component, components, unfold
from ivr.duty.problems import BadEventError
from ivr.duty.rules import recur, split_until

_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?")
_LAST_YEAR = 2099


class Zone(Protocol):
    """What turns a wall clock's time into a moment and back.

    A time that the clock skips is read with the offset before the gap, one that it shows twice is the first
    of the two: RFC 5545, 3.3.5.
    """

    def to_utc(self, wall: datetime) -> datetime:
        """The moment, aware, in UTC, at which the clock shows `wall`, which is naive."""

    def to_wall(self, moment: datetime) -> datetime:
        """What the clock shows, naive, at an aware moment."""


@dataclass(frozen=True, slots=True)
class NamedZone:
    """A zone of the time zone database."""

    info: ZoneInfo

    def to_utc(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.info, fold=0).astimezone(UTC)

    def to_wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.info).replace(tzinfo=None, fold=0)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """The wall-clock time, by the old offset, at which a new offset begins."""

    wall: datetime
    before: timedelta
    after: timedelta


@dataclass(frozen=True, slots=True)
class SpelledZone:
    """A zone that a calendar spells out itself, as changes in order."""

    changes: tuple[Change, ...]

    def to_utc(self, wall: datetime) -> datetime:
        index = bisect_right(self.changes, wall, key=lambda change: change.wall)
        if index == 0:
            return (wall - self.changes[0].before).replace(tzinfo=UTC)
        change = self.changes[index - 1]
        skipped = wall < change.wall + (change.after - change.before)
        return (wall - (change.before if skipped else change.after)).replace(tzinfo=UTC)

    def to_wall(self, moment: datetime) -> datetime:
        plain = moment.astimezone(UTC).replace(tzinfo=None)
        index = bisect_right(self.changes, plain, key=lambda change: change.wall - change.before)
        return plain + (self.changes[index - 1].after if index else self.changes[0].before)


UTC_ZONE = NamedZone(ZoneInfo("UTC"))


def find_zone(name: str, spelled: Mapping[str, Component]) -> Zone:
    """The zone of a TZID; a BadEventError if neither the world nor the calendar knows it."""
    if named := iana_zone(name):
        return NamedZone(named)
    if name in spelled:
        return spelled_zone(spelled[name].text)
    if named := iana_zone(_windows(name)) or _prefixed(name):
        return NamedZone(named)
    raise BadEventError(f"TZID {name!r} is no time zone; write one like Africa/Johannesburg")


def iana_zone(name: str) -> ZoneInfo | None:
    """The zone of that name in the time zone database."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=64)
def spelled_zone(text: str) -> SpelledZone:
    """The zone that a VTIMEZONE spells out; a BadEventError if it does not."""
    parts = components(unfold(text)[1:], frozenset({"STANDARD", "DAYLIGHT"}))
    changes = [change for part in parts for change in _changes(part)]
    if not changes:
        raise BadEventError("its VTIMEZONE has neither STANDARD nor DAYLIGHT")
    return SpelledZone(tuple(sorted(changes)))


def _changes(part: Component) -> Iterator[Change]:
    properties = part.properties()
    values = {each.name: each.value for each in properties}
    try:
        start = _wall(values["DTSTART"])
        before, after = _offset(values["TZOFFSETFROM"]), _offset(values["TZOFFSETTO"])
    except (KeyError, ValueError, AttributeError):
        raise BadEventError(
            f"its VTIMEZONE's {part.name} needs DTSTART, TZOFFSETFROM and TZOFFSETTO"
        ) from None
    walls = {start}
    for each in properties:
        if each.name == "RRULE":
            walls.update(_recurrences(each.value, start, before))
        if each.name == "RDATE":
            walls.update(_wall(word) for word in each.value.split(","))
    return (Change(wall, before, after) for wall in walls)


def _recurrences(rule: str, start: datetime, before: timedelta) -> Iterator[datetime]:
    rule, until = split_until(rule)
    if "FREQ=YEARLY" not in rule:
        raise BadEventError(f"its VTIMEZONE has the rule {rule}; clocks change FREQ=YEARLY")
    last = datetime(_LAST_YEAR, 12, 31)  # noqa: DTZ001 (a wall clock's)
    if until:
        last = min(last, _wall(until) + (before if until.endswith("Z") else timedelta()))
    for wall in recur(rule, start):
        if wall > last:
            return
        yield wall


def _wall(value: str) -> datetime:
    return datetime.strptime(value.removesuffix("Z")[:15].ljust(15, "0"), "%Y%m%dT%H%M%S")  # noqa: DTZ007


def _offset(value: str) -> timedelta:
    match = _OFFSET.fullmatch(value)
    if not match:
        raise ValueError(value)
    size = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    return size if match[1] == "+" else -size


def _windows(name: str) -> str:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415 (large, rarely needed)

    return str(WINDOWS_TO_OLSON.get(name, ""))


def _prefixed(name: str) -> ZoneInfo | None:
    # Some programs write /their.own.name/2024/Europe/Berlin.
    words = name.split("/")
    tails = ("/".join(words[index:]) for index in range(1, len(words) - 1))
    return next((zone for tail in tails if (zone := iana_zone(tail))), None)
