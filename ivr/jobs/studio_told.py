"""What came of a deed on the recording line as a line of text, which a repeat gets again."""

from collections.abc import Callable
from datetime import datetime

from ivr.flow import studio_line_state as on
from ivr.flow.events import Event
from ivr.storage.takes import Take

NOTHING, WAITING = "none", "waiting"


def found_text(item: on.Item | None) -> str:
    """The prompt that was found."""
    if item is None:
        return NOTHING
    flags = f"{'s' if item.spoken else '-'}{'l' if item.live else '-'}"
    return f"found {item.number} {item.code} {item.longest} {flags} {item.draft}"


def drafted(take: Take | None, findings: tuple[str, ...]) -> str:
    """The draft and what was found in it; "" without one."""
    return f"drafted {take.id} {take.file.removesuffix('.wav')} {','.join(findings)}" if take else ""


def event_of(told: str, at: datetime) -> Event:
    """What the text says, as an event."""
    what, _, rest = told.partition(" ")
    return READ[what](at, rest)


def _found(at: datetime, rest: str) -> Event:
    number, code, longest, flags, draft = rest.split(" ")
    spoken, live = "s" in flags, "l" in flags
    return on.Found(at, on.Item(int(number), code, int(longest), spoken, live, int(draft)))


def _drafted(at: datetime, rest: str) -> Event:
    take, sound, findings = rest.split(" ")
    return on.Drafted(at, int(take), sound, _names(findings))


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


READ: dict[str, Callable[[datetime, str], Event]] = {
    NOTHING: lambda at, _: on.Found(at, None),
    WAITING: lambda at, _: on.NotHere(at),
    "found": _found,
    "drafted": _drafted,
    "refused": lambda at, rest: on.Refused(at, _names(rest)),
    "heard": on.Heard,
    "accepted": lambda at, _: on.Accepted(at),
}
