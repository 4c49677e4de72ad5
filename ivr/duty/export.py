"""The whole roster as one iCalendar file, which `ivr roster import` reads back; RFC 5545."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift, spelled_zones
from ivr.duty.changes import Change
from ivr.duty.lines import Component, Line, components, escaped, folded, unfold
from ivr.duty.written_changes import write_change
from ivr.flow.roster import Counsellor

_KINDS = frozenset({"VEVENT", "VTIMEZONE"})


def write_calendar(
    people: Iterable[Counsellor],
    shifts: Iterable[Shift],
    changes: Iterable[Change],
    zone: ZoneInfo,
    at: datetime,
) -> bytes:
    """Every shift as it was imported, under the name that its counsellor has now, and every change.

    Shifts of counsellors who were removed are left out; `zone` is that of times without one.
    """
    names = {person.key: person.name for person in people}
    writer = _Writer(names)
    for shift in shifts:
        writer.take(shift)
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ivr//roster//EN", f"X-WR-TIMEZONE:{zone.key}"),
        *writer.lines(),
        *(line for each in changes for line in write_change(each, names, at).split("\n")),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


class _Writer:
    """Collects shifts, and each zone that they spell out once."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._zones: dict[str, str] = {}
        self._events: list[str] = []

    def take(self, shift: Shift) -> None:
        parts = list(components(unfold(shift.text), _KINDS))
        event = next((part for part in parts if part.name == "VEVENT"), None)
        if event is None or (shift.counsellor is None and "STATUS:CANCELLED" not in event.text.upper()):
            return
        text = "\n".join(self._renamed(event, shift.counsellor))
        for name, zone in spelled_zones(parts).items():
            text = self._with_zone(text, name, zone)
        self._events.append(text)

    def lines(self) -> Iterator[str]:
        for text in (*self._zones.values(), *self._events):
            yield from text.split("\n")

    def _renamed(self, event: Component, key: str | None) -> Iterator[str]:
        name = self._names.get(key or "", "")
        for line in event.lines:
            yield f"SUMMARY:{escaped(name)}" if name and _is_summary(line) else line.text

    def _with_zone(self, text: str, name: str, zone: Component) -> str:
        """Two calendars may mean different zones by one name; the second gets a name of its own."""
        own, number = name, 1
        while self._zones.get(own, _called(zone, own)) != _called(zone, own):
            number += 1
            own = f"{name} {number}"
        self._zones[own] = _called(zone, own)
        return text if own == name else text.replace(f"TZID={name}", f"TZID={own}")


def _is_summary(line: Line) -> bool:
    return line.text.upper().startswith(("SUMMARY:", "SUMMARY;"))


def _called(zone: Component, name: str) -> str:
    return "\n".join(f"TZID:{name}" if line.text[:5] == "TZID:" else line.text for line in zone.lines)
