"""Promises as files on this machine's disk: those that wait for the database, and those that it refuses."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from ivr.journal.entries import Entry, read_entry

_LOG = logging.getLogger(__name__)
_WAITING, _REFUSED = ".json", ".refused"


class UnreadableError(Exception):
    """What is in a file is no promise, or this user may not see it."""


def waiting_files(folder: Path) -> list[Path]:
    """What is to be brought into the database, in the same order for everybody."""
    return sorted(folder.glob(f"*{_WAITING}"))


def refused_files(folder: Path) -> list[Path]:
    """What was put aside: the database refuses it, or nobody can read it."""
    return sorted(folder.glob(f"*{_REFUSED}"))


def read_file(path: Path) -> Entry | None:
    """The promise; None if another process has just dealt with it. An UnreadableError, or an OSError."""
    try:
        return read_entry(path.read_bytes())
    except FileNotFoundError:
        return None
    except (PermissionError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableError(f"{path} cannot be read ({type(error).__name__})") from error


def refuse(path: Path) -> None:
    """Put it aside for somebody to look at; it holds up nothing behind it."""
    with suppress(FileNotFoundError):  # another process has just done so
        path.replace(path.with_suffix(_REFUSED))


def try_again(folder: Path) -> None:
    """Let what was put aside be tried once more: somebody may have mended it, or a new version reads it."""
    for path in refused_files(folder):
        try:
            path.replace(path.with_suffix(_WAITING))
        except FileNotFoundError:
            continue  # another process has just done so
        except OSError as error:
            _LOG.warning("%s cannot be tried again: %s", path, error.strerror)


def waiting_in(folder: Path) -> tuple[Entry, ...]:
    """What waits on disk in `folder`, oldest first, later attempts last."""
    return _sorted(waiting_files(folder))


def refused_in(folder: Path) -> tuple[Entry, ...]:
    """What was put aside and can be read, in the same order."""
    return _sorted(refused_files(folder))


def remove_waiting(folder: Path, which: Callable[[Entry], bool]) -> int:
    """Remove what lies on disk in `folder`, refused or not, as far as `which` says so; how many."""
    paths = [*waiting_files(folder), *refused_files(folder)]
    found = [path for path in paths if (entry := _readable(path)) and which(entry)]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def refused_before(folder: Path, moment: datetime) -> list[Path]:
    """What was put aside and was promised before then."""
    return [path for path in refused_files(folder) if _written(path) < moment.timestamp()]


def _sorted(paths: list[Path]) -> tuple[Entry, ...]:
    found = [entry for path in paths if (entry := _readable(path))]
    return tuple(sorted(found, key=lambda entry: (entry.at, getattr(entry, "attempt", 1))))


def _readable(path: Path) -> Entry | None:
    try:
        return read_file(path)
    except UnreadableError as error:
        _LOG.warning("%s; correct or remove it", error)
        return None


def _written(path: Path) -> float:
    """When it was promised: renaming leaves that time as it is."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
