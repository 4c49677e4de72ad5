"""What an address asks of calls: which days, which language; what makes no sense asks for nothing."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.storage.call_history import Wanted
from ivr.storage.call_statistics import Span
from ivr.storage.call_summary import OUTCOMES

DAYS, MOST_DAYS = 28, 366


def span_of(asked: Mapping[str, str], at: datetime, zone: ZoneInfo) -> Span:
    """The days of `from` and `to`, at most a year; without them the last four weeks."""
    today = at.astimezone(zone).date()
    last = day_of(asked.get("to", "")) or today
    first = day_of(asked.get("from", "")) or last - timedelta(days=DAYS - 1)
    first, last = min(first, last), max(first, last)
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    return Span(first, last, asked.get("language", "")[:16])


def calls_wanted(asked: Mapping[str, str], zone: ZoneInfo) -> Wanted:
    """The calls of `from` and `to`, `language` and `outcome`, before the call of `before`."""
    first, last = day_of(asked.get("from", "")), day_of(asked.get("to", ""))
    outcome = asked.get("outcome", "")
    return Wanted(
        since=_begins(first, zone),
        until=_begins(last and last + timedelta(days=1), zone),
        language=asked.get("language", "")[:16],
        outcome=outcome if outcome in OUTCOMES else "",
        before=_before(asked.get("before", "")),
    )


def place_in_list(started: datetime, call: str) -> str:
    """What `before` says of a call."""
    return f"{started.timestamp()!r}~{call}"


def day_of(text: str) -> date | None:
    """The day that is written so; years that no calendar page shows are none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else None


def _begins(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None


def _before(text: str) -> tuple[datetime, str] | None:
    stamp, _, call = text.partition("~")
    try:
        return (datetime.fromtimestamp(float(stamp), ZoneInfo("UTC")), call[:64]) if call else None
    except (ValueError, OverflowError, OSError):
        return None
