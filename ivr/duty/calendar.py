"""An iCalendar file as shifts: each VEVENT on its own, so that a bad one takes nobody else off duty."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ivr.duty.changes import Change
from ivr.duty.events import Calendar, Event, check_event, read_event
from ivr.duty.lines import Component, Line, components, unfold
from ivr.duty.names import key_of, same_name
from ivr.duty.problems import BadEventError, NeverRecursError, Problem, UnreadableFileError
from ivr.duty.written_changes import is_change, read_change
from ivr.duty.zones import Zone, iana_zone

_KINDS = frozenset({"VEVENT", "VTIMEZONE"})
_LARGEST = 10_000_000  # bytes
_MOST_EVENTS = 20_000
_CUT_LETTER = re.compile(rb"(\r?\n[ \t])([\x80-\xbf]+)")  # some programs fold lines inside a letter
_MOST_SEARCHES = 3  # each takes two seconds and leaves a thread behind that searches on


@dataclass(frozen=True, slots=True)
class Shift:
    """A VEVENT that is kept: whose it is (a counsellor's key, or None), and its own iCalendar text."""

    uid: str
    recurrence: str
    counsellor: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A VEVENT that could not be kept: as much as is known of which one it is."""

    uid: str | None
    summary: str | None


@dataclass(frozen=True, slots=True)
class ReadCalendar:
    """What a file says: shifts, problems, events that were spoiled, and whether the file is whole.

    Changes of the roster stand only in a file that was exported.
    """

    shifts: tuple[Shift, ...]
    problems: tuple[Problem, ...]
    spoiled: tuple[Spoiled, ...]
    whole: bool
    changes: tuple[Change, ...] = ()


def read_calendar(raw: bytes, zone: Zone, names: Mapping[str, tuple[str, ...]], at: datetime) -> ReadCalendar:
    """The shifts in an iCalendar file; an UnreadableFileError if it is none.

    `names` are the keys of the counsellors of each name, as `same_name` has it; rules are followed from `at`.
    """
    lines = unfold(_decode(raw))
    if not lines or lines[0].text.strip().upper() != "BEGIN:VCALENDAR":
        raise UnreadableFileError("not an iCalendar file: it does not begin with BEGIN:VCALENDAR")
    parts = list(components(lines, _KINDS))
    _obey_method(lines, parts)
    calendar = Calendar(zone, spelled_zones(parts))
    events = [part for part in parts if part.name == "VEVENT"]
    if len(events) > _MOST_EVENTS:
        raise UnreadableFileError(f"more than {_MOST_EVENTS} events; split it")
    reader = _Reader(calendar, names, at)
    for part in events:
        reader.take(part)
    return reader.result(_unfinished(lines, parts))


@lru_cache(maxsize=2 * _MOST_EVENTS)
def read_shift(text: str, zone: Zone) -> Event:
    """The event in the text of a stored shift; a BadEventError if it cannot be understood any more."""
    parts = list(components(unfold(text), _KINDS))
    event = next((part for part in parts if part.name == "VEVENT"), None)
    if event is None:
        raise BadEventError("its stored text holds no event")
    return read_event(event, Calendar(zone, spelled_zones(parts)))


def spelled_zones(parts: list[Component]) -> dict[str, Component]:
    """The VTIMEZONEs by their TZID; one that has none, or no end, is as good as absent."""
    found = {}
    for part in parts:
        if part.name == "VTIMEZONE" and part.closed:
            name = next((line.text[5:].strip() for line in part.lines if line.text[:5] == "TZID:"), "")
            found[name] = part
    return found


class _Reader:
    """Goes through events one by one, and keeps what is good and what is to be said."""

    def __init__(self, calendar: Calendar, names: Mapping[str, tuple[str, ...]], at: datetime) -> None:
        self._calendar, self._names, self._at = calendar, names, at
        self._shifts: dict[tuple[str, str], tuple[Event, Shift, int]] = {}
        self._problems: list[Problem] = []
        self._spoiled: list[Spoiled] = []
        self._changes: list[Change] = []
        self._searches = 0

    def take(self, part: Component) -> None:
        try:
            if is_change(part):
                self._changes.append(read_change(part, self._calendar, self._names))
                return
            event = read_event(part, self._calendar)
            check_event(event, self._at)
            self._keep(event, part)
        except BadEventError as error:
            self._searches += isinstance(error, NeverRecursError)
            if self._searches > _MOST_SEARCHES:
                raise UnreadableFileError(f"line {part.number}: too many rules that never recur") from None
            known = Spoiled(_written(part, "UID"), _written(part, "SUMMARY"))
            self._spoiled.append(known)
            where = f"UID {known.uid} (line {part.number})" if known.uid else f"line {part.number}"
            self._problems.append(Problem(where, str(error)))

    def result(self, unfinished: Problem | None) -> ReadCalendar:
        shifts = tuple(shift for _, shift, _ in self._shifts.values())
        problems = (*self._problems, *([unfinished] if unfinished else []))
        spoiled, changes = tuple(self._spoiled), tuple(self._changes)
        return ReadCalendar(shifts, problems, spoiled, unfinished is None, changes)

    def _keep(self, event: Event, part: Component) -> None:
        counsellor = self._counsellor(event)
        key = (event.uid, event.occurrence)
        if key in self._shifts:
            earlier, _, line = self._shifts[key]
            if event == earlier:
                return
            if event.sequence == earlier.sequence:
                raise BadEventError(f"the event in line {line} has the same UID; give each its own")
            if event.sequence < earlier.sequence:
                return
        shift = Shift(event.uid, event.occurrence, counsellor, _text(part, self._calendar.spelled))
        self._shifts[key] = event, shift, part.number

    def _counsellor(self, event: Event) -> str | None:
        if event.cancelled and len(self._names.get(same_name(event.summary), ())) != 1:
            return None
        return key_of(event.summary, self._names)


def _decode(raw: bytes) -> str:
    if len(raw) > _LARGEST:
        raise UnreadableFileError(f"larger than {_LARGEST // 1_000_000} MB; split it")
    try:
        text = _CUT_LETTER.sub(rb"\2\1", raw).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"not UTF-8 (byte {error.start}); save it as UTF-8") from None
    if "\0" in text:
        raise UnreadableFileError("not text; export it as iCalendar (.ics)")
    return text


def _obey_method(lines: list[Line], parts: list[Component]) -> None:
    """Give every event of a calendar that is sent to cancel its STATUS:CANCELLED; RFC 5546, 3.2.5."""
    method, cancelled = "", set()
    for line in lines:
        word = line.text.strip().upper()
        if word == "BEGIN:VCALENDAR":
            method = ""
        elif word.startswith("METHOD:"):
            method = word[7:]
        elif word == "BEGIN:VEVENT" and method == "CANCEL":
            cancelled.add(line.number)
    for part in parts:
        if part.number in cancelled and _written(part, "STATUS") is None:
            part.lines.insert(1, Line(part.number, "STATUS:CANCELLED"))


def _unfinished(lines: list[Line], parts: list[Component]) -> Problem | None:
    closed = all(part.closed for part in parts)
    if closed and lines[-1].text.strip().upper() == "END:VCALENDAR":
        return None
    return Problem(f"line {lines[-1].number}", "the file is broken or cut off; export it again")


def _written(part: Component, name: str) -> str | None:
    # Good enough to say which event is meant, even where the event cannot be understood.
    words = (line.text.partition(":") for line in part.lines)
    return next((word[2].strip() for word in words if word[0].split(";")[0].upper() == name), None)


def _text(part: Component, spelled: Mapping[str, Component]) -> str:
    return "\n".join((*(zone.text for zone in _zones_of(part, spelled)), part.text))


def _zones_of(part: Component, spelled: Mapping[str, Component]) -> Iterator[Component]:
    named = {each.parameters.get("TZID", "") for each in part.properties()}
    return (spelled[name] for name in sorted(named & spelled.keys()) if not iana_zone(name))
