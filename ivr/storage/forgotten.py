"""Who was forgotten lately: what other machines still hold of them on disk is not to come back with it."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from ivr.storage.tables_promises import tallies
from ivr.storage.tallies import tally

KNOWN = timedelta(days=2)
"""So long a machine may be without its database; after one that was away longer, forget once more."""
_SUBJECT = "forgotten:"


def note_forgotten(connection: Connection, callers: Collection[str], at: datetime) -> None:
    """Whatever was promised to these keyed hashes until now is to be dropped wherever it turns up."""
    for each in sorted(callers):
        tally(connection, f"{_SUBJECT}{each}", _second(at), at + KNOWN)


def is_forgotten(connection: Connection, callers: Collection[str], at: datetime) -> bool:
    """Whether what was promised at `at` to one of these is to be dropped."""
    theirs = tallies.c.subject.in_([f"{_SUBJECT}{each}" for each in callers])
    last: str | None = connection.scalar(select(func.max(tallies.c.period)).where(theirs))
    return last is not None and _second(at) <= last


def is_note() -> ColumnElement[bool]:
    """Which tallies are such notes, and count nothing."""
    return tallies.c.subject.startswith(_SUBJECT)


def _second(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
