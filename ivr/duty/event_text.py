"""The text of a stored event with other lines in it; what is not understood of it stays as it was."""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from ivr.duty.events import Event
from ivr.duty.lines import Component, Property, components, unfold
from ivr.duty.problems import BadEventError
from ivr.duty.zones import UTC_ZONE

_NAME = re.compile(r"[A-Z0-9-]+", re.IGNORECASE)
_TIER = re.compile(r"tier[- ]?\d+", re.IGNORECASE)
_QUOTED = re.compile(r"[:;,]")
STAMP = "%Y%m%dT%H%M%SZ"


def with_lines(text: str, names: Collection[str], lines: Iterable[str]) -> str:
    """The text whose event has `lines` instead of its own lines of those names; alarms in it stay."""
    before, event = _parts(text)
    kept = [line for line, own in _own(event) if not (own and _name(line) in names)]
    return "\n".join((*before, *kept[:-1], *lines, kept[-1]))


def lines_of(text: str, name: str) -> list[str]:
    """The event's own lines of that name."""
    return [line for line, own in _own(_parts(text)[1]) if own and _name(line) == name]


def property_of(text: str, name: str) -> Property | None:
    """The event's first property of that name."""
    event = _parts(text)[1]
    return next((each for each in event.properties() if each.name == name), None)


def categories(text: str, tier: int | None) -> list[str]:
    """The event's categories as lines, with that tier and no other."""
    found = []
    for line in lines_of(text, "CATEGORIES"):
        name, _, value = line.partition(":")
        rest = [word for word in value.split(",") if not _TIER.fullmatch(word.strip())]
        found += [f"{name}:{','.join(rest)}"] if rest else []
    return [*found, f"CATEGORIES:tier-{tier}"] if tier else found


def naming(series: Event, text: str, name: str, stamp: str) -> str:
    """The line that names one occurrence of a series, by its stamp, in the way its DTSTART is written."""
    if "T" not in stamp:
        return f"{name};VALUE=DATE:{stamp}"
    moment = moment_of(stamp)
    if series.start.zone == UTC_ZONE:
        return f"{name}:{moment:{STAMP}}"
    start = property_of(text, "DTSTART")
    zone = start.parameters.get("TZID", "") if start else ""
    written = f'"{zone}"' if _QUOTED.search(zone) else zone
    wall = series.start.zone.to_wall(moment)
    return f"{name}{written and f';TZID={written}'}:{wall:%Y%m%dT%H%M%S}"


def moment_of(stamp: str) -> datetime:
    """The moment of a stamp that has a time; a BadEventError if it is none."""
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise BadEventError(f"{stamp[:40]!r} names no occurrence") from None


def _parts(text: str) -> tuple[list[str], Component]:
    """The lines before the event, which spell out its zone, and the event."""
    lines = unfold(text)
    event = next(components(lines, frozenset({"VEVENT"})), None)
    if event is None or not event.closed:
        raise BadEventError("its stored text holds no event")
    return [line.text for line in lines if line.number < event.number], event


def _own(event: Component) -> Iterable[tuple[str, bool]]:
    """Each line, and whether it is the event's own, not of an alarm in it."""
    depth = 0
    for line in event.lines:
        word = line.text.strip().upper()
        begins, ends = word.startswith("BEGIN:"), word.startswith("END:")
        yield line.text, depth == 1 and not begins and not ends
        depth += begins - ends


def _name(line: str) -> str:
    match = _NAME.match(line)
    return match[0].upper() if match else ""
