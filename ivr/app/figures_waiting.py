"""How long what lies on this disk has waited for storage."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ivr.journal.call_notes import read_note


def oldest_promise(journal: Path) -> datetime | None:
    """Since when the first promise lies there; None if none does."""
    return min(filter(None, map(_written, journal.glob("*.json"))), default=None)


def oldest_note(journal: Path) -> datetime | None:
    """Of when the first note of a call is that lies there; None if none does."""
    return min(_firsts(journal / "calls"), default=None)


def _written(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None  # brought in just now


def _firsts(folder: Path) -> Iterator[datetime]:
    for path in folder.glob("*.notes"):
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                yield read_note(file.readline().rstrip("\n")).at
        except (FileNotFoundError, ValueError):
            continue  # brought in just now; or empty, or cut off: whoever brings it in says so
