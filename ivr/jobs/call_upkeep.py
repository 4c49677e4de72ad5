"""What is done for calls later: those whose end was never told are ended."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.flow.call_note import LOST
from ivr.jobs.queue import Task
from ivr.journal.call_notes import key_of
from ivr.storage.call_summary import CallEvent
from ivr.storage.calls import counting, note_events, unended

SILENT_FOR = timedelta(hours=5)
"""A conversation may last four hours (the network's own limit) without a word to us."""
AT_ONCE = 500
EVERY = 600.0  # seconds


def upkeep(engine: Engine, now: Callable[[], datetime], zone: ZoneInfo) -> Task:
    """The task that ends calls."""
    return Task("calls", lambda: look(engine, now(), zone), EVERY, threads=1)


def look(engine: Engine, at: datetime, zone: ZoneInfo) -> timedelta | None:
    """End some; soon again if there may be more."""
    with counting(engine) as connection:
        silent = unended(connection, at - SILENT_FOR, AT_ONCE)
        ended = [CallEvent(key_of(call, LOST), call, seen, "", "", LOST) for call, seen in silent]
        note_events(connection, ended, zone)
    return timedelta(seconds=1) if len(ended) == AT_ONCE else None
