"""How pages tell moments: in the helpline's zone, readable, with the exact moment for machines."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from markupsafe import Markup

from ivr.console.desk import Desk

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


def filters(desk: Desk) -> Mapping[str, Callable[..., str]]:
    """Template filters: `moment` (day and time), `day`, `clock_time`, `ago` (how long since), `lasting`."""

    def told(at: datetime | None, form: str) -> str:
        if at is None:
            return "–"
        local = at.astimezone(desk.zone)
        return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), local.strftime(form))

    return {
        "moment": lambda at: told(at, "%a %d %b %Y, %H:%M"),
        "day": lambda at: told(at, "%a %d %b %Y"),
        "clock_time": lambda at: told(at, "%H:%M"),
        "ago": lambda at: lasting(desk.now() - at) if at else "–",
        "lasting": lasting,
    }


def lasting(length: timedelta | float) -> str:
    """A length of time in the two units that matter: "3 min 20 s", "2 h 5 min", "4 days"."""
    seconds = round(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < MINUTE:
        return f"{max(0, seconds)} s"
    if seconds < HOUR:
        return _two(seconds, MINUTE, "min", 1, "s")
    if seconds < 2 * DAY:
        return _two(seconds, HOUR, "h", MINUTE, "min")
    return f"{seconds // DAY} days"


def _two(seconds: int, large: int, large_name: str, small: int, small_name: str) -> str:
    rest = seconds % large // small
    return f"{seconds // large} {large_name}" + (f" {rest} {small_name}" if rest else "")
