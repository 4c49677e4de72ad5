"""Reads a calendar that somebody else has written, where what never ends holds up no caller.

A few kilobytes can say what takes hours to follow; and in the process that answers calls, every second of it
is a second in which callers wait.
"""

import pickle
import re
import sys
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.duty.calendar import ReadCalendar, read_calendar
from ivr.duty.problems import UnreadableFileError
from ivr.duty.zones import NamedZone
from ivr.sound.apart import answer, run_apart
from ivr.sound.trouble import SoundError

PATIENCE = 60.0  # seconds; the largest calendar that is taken needs a quarter of it
_SMALL = 4096  # bytes
_HARD = re.compile(rb"\n[ \t]|BY(?!DAY)|RDATE|VTIMEZONE", re.IGNORECASE)
"""What may take long in a small file too, and lines that are folded, which may hide it."""


def read_safely(
    raw: bytes, zone: ZoneInfo, names: Mapping[str, tuple[str, ...]], at: datetime, patience: float = PATIENCE
) -> ReadCalendar:
    """As `read_calendar`; an UnreadableFileError also for a file that takes longer than `patience` seconds.

    Small and simple files are read here, all others in a process of their own.
    """
    if len(raw) <= _SMALL and not _HARD.search(raw):
        return read_calendar(raw, NamedZone(zone), names, at)
    asked = pickle.dumps((raw, zone.key, dict(names), at))
    try:
        said = run_apart(__name__, [], asked, patience)
    except SoundError as error:
        raise UnreadableFileError(str(error)) from None
    found: ReadCalendar = pickle.loads(said)  # noqa: S301 (from our own child)
    return found


def _read(asked: bytes) -> bytes:
    raw, zone, names, at = pickle.loads(asked)  # noqa: S301 (from our own parent)
    return pickle.dumps(read_calendar(raw, NamedZone(ZoneInfo(zone)), names, at))


if __name__ == "__main__":
    answer(_read, UnreadableFileError)
    sys.stdout.flush()
