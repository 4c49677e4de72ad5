"""Calls and counts as CSV, line by line; no cell is taken for a formula by a spreadsheet."""

from collections.abc import Iterable, Iterator
from csv import writer
from datetime import UTC, datetime
from io import StringIO

from ivr.storage.call_statistics import Statistics
from ivr.storage.call_summary import Summary
from ivr.storage.tables_calls import MEASURES

CALLS = (
    "call",
    "started",
    "ended",
    "language",
    "outcome",
    "asked",
    "reached",
    "waited_seconds",
    "overdose",
    "place",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def call_lines(calls: Iterable[Summary]) -> Iterator[str]:
    """One line for each call; moments in UTC."""
    yield _line(CALLS)
    for each in calls:
        moments = (_moment(each.started), _moment(each.ended))
        asked = (_moment(each.asked), _moment(each.reached), each.waited)
        yield _line(
            (each.call, *moments, each.language, each.outcome, *asked, int(each.overdose), each.place)
        )


def count_lines(found: Statistics) -> Iterator[str]:
    """One line for each day, each hour of the day and each language, then one for all."""
    yield _line(("by", "which", *MEASURES))
    rows = [("day", day.isoformat(), counts) for day, counts in found.days.items()]
    rows += [("hour", f"{hour:02}:00", counts) for hour, counts in found.hours.items()]
    rows += [("language", language, counts) for language, counts in found.languages.items()]
    for by, which, counts in (*rows, ("all", "", found.total)):
        yield _line((by, which, *(getattr(counts, name) for name in MEASURES)))


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def _line(cells: Iterable[object]) -> str:
    line = StringIO()
    texts = ("" if each is None else str(each) for each in cells)
    writer(line).writerow(f"'{each}" if each.startswith(_FORMULA) else each for each in texts)
    return line.getvalue()
