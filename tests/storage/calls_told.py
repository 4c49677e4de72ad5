"""Events of calls for tests: a moment in seconds after noon, a place, and what happened there."""

from datetime import UTC, datetime, timedelta

from ivr.storage.call_summary import CallEvent

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def told(
    seconds: float,
    place: str = "",
    event: str = "pressed",
    facts: str = "",
    *,
    call: str = "CA1",
    language: str = "en",
    queued: bool = False,
    lasted: int | None = None,
) -> CallEvent:
    key = f"{call} {seconds} {place} {event} {facts}"
    return CallEvent(key[:32], call, after(seconds), language, place, event, "", queued, facts, lasted)


def ended(seconds: float, call: str = "CA1") -> CallEvent:
    return CallEvent(f"{call} ended", call, after(seconds), "", "", "ended")


def reached_call(call: str = "CA1", waited: int = 15, begun: float = 0) -> list[CallEvent]:
    """Asks after 10 s, waits so long, talks for five minutes."""
    over = begun + 10 + waited + 300
    return [
        told(begun, "language", "answered", call=call),
        told(begun + 10, "wait", "pressed", "asked", call=call, queued=True),
        told(over, "after", "queue-ended", "reached", call=call, lasted=waited),
        told(over + 5, "goodbye", "silence", "over", call=call),
        ended(over + 7, call),
    ]


def left_waiting(call: str = "CA2", waited: int = 45, begun: float = 0) -> list[CallEvent]:
    return [
        told(begun, "language", "answered", call=call),
        told(begun + 10, "wait", "pressed", "asked", call=call, queued=True),
        told(begun + 10 + waited, "wait", "queue-ended", "gone over", call=call, lasted=waited),
        ended(begun + 11 + waited, call),
    ]


def heard_segment(call: str = "CA3", begun: float = 0) -> list[CallEvent]:
    return [
        told(begun, "language", "answered", call=call, language="af"),
        told(begun + 8, "menu main", call=call, language="af"),
        told(begun + 12, "segment overdose", "pressed", "overdose", call=call, language="af"),
        told(begun + 30, "segment overdose/2", "silence", "overdose", call=call, language="af"),
        told(begun + 50, "end overdose", "silence", "overdose", call=call, language="af"),
        ended(begun + 60, call),
    ]
