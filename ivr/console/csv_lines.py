"""Lines of a CSV that a spreadsheet opens without running anything in it."""

from collections.abc import Iterable
from csv import writer
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Iterable[object]) -> str:
    """One line, None as nothing; what would be taken for a formula begins with an apostrophe."""
    line = StringIO()
    writer(line).writerow(_guarded("" if each is None else str(each)) for each in cells)
    return line.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
