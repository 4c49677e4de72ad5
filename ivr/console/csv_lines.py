"""Lines of a CSV that a spreadsheet opens without running anything in it."""

from collections.abc import Iterable
from csv import writer
from datetime import UTC, datetime
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_line(cells: Iterable[object]) -> str:
    """One line: None is nothing, moments are in UTC; what looks like a formula begins with an apostrophe."""
    line = StringIO()
    writer(line).writerow(_guarded(_text(each)) for each in cells)
    return line.getvalue()


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds")
    return "" if cell is None else str(cell)


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
