"""What of a stored series can be shown as days of the week, and where each of its occurrences is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift, read_shift
from ivr.duty.event_text import STAMP, moment_of
from ivr.duty.events import Event, Rule
from ivr.duty.plans import DAYS, MOST_WEEKS, Plan, Weekly
from ivr.duty.problems import BadEventError
from ivr.duty.rules import recur
from ivr.duty.series import Occurrence, occurrences
from ivr.duty.zones import NamedZone

_KNOWN = frozenset({"FREQ", "BYDAY", "INTERVAL", "COUNT", "WKST"})
_DAY = timedelta(days=1)
_SEARCHED = timedelta(days=400)  # around the moment of its stamp: an occurrence may have been moved


@dataclass(frozen=True, slots=True)
class Series:
    """The stored events of one UID: the series, or shift that happens once, and its single changes."""

    shifts: tuple[Shift, ...]
    zone: ZoneInfo

    @property
    def main(self) -> Shift | None:
        """The series itself; None if only single occurrences of it are known."""
        return next((each for each in self.shifts if not each.recurrence), None)

    def event(self, shift: Shift) -> Event:
        """What a stored text says; a BadEventError if it is not understood any more."""
        return read_shift(shift.text, NamedZone(self.zone))

    @property
    def events(self) -> list[Event]:
        """All of them."""
        return [self.event(each) for each in self.shifts]

    @property
    def rhythm(self) -> Event | None:
        """What the series itself says; None as with `main`."""
        return self.event(self.main) if self.main else None

    @property
    def only_stamp(self) -> str:
        """The stamp of a shift that happens once."""
        event = self.events[0]
        return f"{event.start.wall:%Y%m%d}" if event.start.whole_day else f"{event.start.utc:{STAMP}}"

    def changes(self) -> dict[str, Shift]:
        """The single changes by the stamps of what they change."""
        return {each.recurrence: each for each in self.shifts if each.recurrence}

    def taken_out(self) -> tuple[str, ...]:
        """The stamps of the occurrences that were taken out of it."""
        event = self.rhythm
        return tuple(f"{each.utc:{STAMP}}" for each in event.but_not) if event else ()

    def recurs(self) -> bool:
        """Whether it is more than one shift."""
        event = self.rhythm
        return event is None or bool(event.rules or event.more)

    def is_plain(self) -> bool:
        """Whether a page can show all of its rhythm: it happens once, or on days of the week."""
        event = self.rhythm
        if event is None or any(each.from_then_on for each in self.events):
            return False
        return not event.more and not event.start.whole_day and (not event.rules or _days(event) is not None)

    def occurrence(self, stamp: str) -> Occurrence:
        """The one of that stamp; a BadEventError if there is none (any more)."""
        at = moment_of(stamp if "T" in stamp else f"{stamp}T000000Z")
        near = occurrences(self.events, at - _SEARCHED, at + _SEARCHED)
        found = next((each for each in near if stamp_of(each) == stamp), None)
        if found is None:
            raise BadEventError("this shift is not there any more")
        return found

    def plan(self, stamp: str, name: str) -> Plan:
        """The occurrence of that stamp as a plan, with the days of the week of its series, if it is plain."""
        found = self.occurrence(stamp)
        owner = next(each.counsellor for each in self.shifts if each.recurrence == found.event.occurrence)
        weekly = self.weekly(stamp) if self.recurs() and self.is_plain() else None
        start, end = (each.astimezone(self.zone).replace(tzinfo=None) for each in (found.start, found.end))
        return Plan(owner or "", name, start, end, found.event.tier, weekly)

    def weekly(self, stamp: str) -> Weekly | None:
        """The series' days of the week as the helpline's clock has them at the occurrence of that stamp."""
        event = self.rhythm
        if event is None or not event.rules or (days := _days(event)) is None:
            return None
        moment = moment_of(stamp)
        ahead = (moment.astimezone(self.zone).date() - event.start.zone.to_wall(moment).date()).days
        rule = event.rules[0]
        last = _last_date(event, rule)
        return Weekly(
            frozenset((day + ahead) % 7 for day in days),
            int(_words(rule.text).get("INTERVAL", "1")),
            last and last + ahead * _DAY,
        )


def stamp_of(occurrence: Occurrence) -> str | None:
    """What names an occurrence of its series; None for one that follows from an earlier one's change."""
    event = occurrence.event
    if event.from_then_on:
        return None
    if event.recurrence is not None:
        return event.occurrence
    if event.start.whole_day:
        return f"{event.start.zone.to_wall(occurrence.start):%Y%m%d}"
    return f"{occurrence.start.astimezone(UTC):{STAMP}}"


def _words(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.split(";") if "=" in part)


def _days(event: Event) -> frozenset[int] | None:
    """The days of the week of a series that has no other rhythm."""
    if len(event.rules) != 1:
        return None
    words = _words(event.rules[0].text)
    every = int(words.get("INTERVAL", "1"))
    written = words["BYDAY"].split(",") if "BYDAY" in words else []
    if not set(words) <= _KNOWN or not set(written) <= set(DAYS) or every > MOST_WEEKS:
        return None
    if every > 1 and (words["FREQ"] != "WEEKLY" or words.get("WKST", "MO") != "MO"):
        return None
    if words["FREQ"] not in {"DAILY", "WEEKLY"}:
        return None
    days = frozenset(map(DAYS.index, written))
    if not days:
        days = frozenset({event.start.wall.weekday()} if words["FREQ"] == "WEEKLY" else range(7))
    # A series may begin on another day than its own: that first time could not be shown.
    return days if event.start.wall.weekday() in days else None


def _last_date(event: Event, rule: Rule) -> date | None:
    """The last date on which it begins, on its own clock."""
    if "COUNT=" in rule.text:
        return _last(recur(rule.text, event.start.wall)).date()
    if rule.until is None:
        return None
    until = event.start.zone.to_wall(rule.until.utc)
    return until.date() - (_DAY if until.time() < event.start.wall.time() else timedelta())


def _last(walls: Iterable[datetime]) -> datetime:
    *_, found = walls
    return found
