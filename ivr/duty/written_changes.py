"""A change of the roster as an event of its own: other programs show it, and we can read it back."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ivr.duty.changes import Change, Kind
from ivr.duty.events import Calendar, read_span
from ivr.duty.lines import Component, escaped, plain
from ivr.duty.names import key_of
from ivr.duty.problems import BadEventError

_MARK = "X-IVR-CHANGE"


def is_change(component: Component) -> bool:
    """Whether an event is a change that `write_change` has written."""
    return any(line.text.upper().startswith(_MARK) for line in component.lines)


def write_change(change: Change, names: Mapping[str, str], at: datetime) -> str:
    """The VEVENT, unfolded; `names` are those of counsellors by their keys."""
    person, other = names.get(change.person or "", ""), names.get(change.other or "", "")
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(change.uid)}",
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(change.start)}",
        f"DTEND:{_utc(change.end)}" if change.end else "",
        f"SUMMARY:{escaped(_title(change, person, other))}",
        "TRANSP:TRANSPARENT",
        f"{_MARK}:{change.kind.value}",
        f"X-IVR-PERSON:{escaped(person)}" if person else "",
        f"X-IVR-OTHER:{escaped(other)}" if other else "",
        f"X-IVR-NOTE:{escaped(change.note)}" if change.note else "",
        "END:VEVENT",
    ]
    return "\n".join(line for line in lines if line)


def read_change(component: Component, calendar: Calendar, names: Mapping[str, tuple[str, ...]]) -> Change:
    """The change; a BadEventError that says what about it is none."""
    start, end = read_span(component, calendar)
    words = {each.name: plain(each.value) for each in component.properties()}
    if not words.get("UID"):
        raise BadEventError("UID is missing")
    kind = _kind(words[_MARK])
    person = None if kind is Kind.CLOSURE else key_of(words.get("X-IVR-PERSON", ""), names)
    other = key_of(words.get("X-IVR-OTHER", ""), names) if kind is Kind.SWAP else None
    if end is None and kind is Kind.SWAP:
        raise BadEventError("a swap needs DTEND")
    return Change(words["UID"], kind, start, end, person, other, words.get("X-IVR-NOTE", ""))


def _title(change: Change, person: str, other: str) -> str:
    if change.kind is Kind.CLOSURE:
        return f"Closed: {change.note}" if change.note else "Closed"
    return f"{other} for {person}" if change.kind is Kind.SWAP else f"{person}: {change.kind.value}"


def _kind(written: str) -> Kind:
    try:
        return Kind(written.casefold())
    except ValueError:
        raise BadEventError(f"{_MARK} is {written!r}; write one of {', '.join(Kind)}") from None


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
