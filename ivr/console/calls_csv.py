"""Calls and counts as CSV, line by line; no cell is taken for a formula by a spreadsheet."""

from collections.abc import Iterable, Iterator

from ivr.console.csv_lines import csv_line
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


def call_lines(calls: Iterable[Summary]) -> Iterator[str]:
    """One line for each call; moments in UTC."""
    yield csv_line(CALLS)
    for each in calls:
        known = (each.call, each.started, each.ended, each.language, each.outcome)
        asked = (each.asked, each.reached, each.waited)
        yield csv_line((*known, *asked, int(each.overdose), each.place))


def count_lines(found: Statistics) -> Iterator[str]:
    """One line for each day, each hour of the day and each language, then one for all."""
    yield csv_line(("by", "which", *MEASURES))
    rows = [("day", day.isoformat(), counts) for day, counts in found.days.items()]
    rows += [("hour", f"{hour:02}:00", counts) for hour, counts in found.hours.items()]
    rows += [("language", language, counts) for language, counts in found.languages.items()]
    for by, which, counts in (*rows, ("all", "", found.total)):
        yield csv_line((by, which, *(getattr(counts, name) for name in MEASURES)))
