"""When what was too old was last removed: whether it is time again, or the clock is wrong."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.revision import bump
from ivr.storage.tables import promises
from ivr.storage.tables_accounts import audit
from ivr.storage.tables_calls import calls
from ivr.storage.tables_notices import notices
from ivr.storage.tables_promises import tallies
from ivr.storage.tables_reaching import conversations, waits
from ivr.storage.tallies import counted, tally

LONGEST = timedelta(days=31)
"""After so long without a purge it is as likely that the clock is wrong as that nothing ran."""
_REMEMBERED = timedelta(days=30)
LEASE = timedelta(hours=1)
"""So long nobody else begins after the last sign of life of whoever purges."""
_DONE, _BEGUN, _EVER = "purge", "purge begun", "in hand"
_HAPPENED = (
    calls.c.started,
    promises.c.changed,
    audit.c.at,
    notices.c.created,
    waits.c.seen,
    conversations.c.started,
)


def may_purge(connection: Connection, at: datetime) -> bool:
    """Whether nobody has done it today (UTC), nor has it in hand; then it is ours for an hour."""
    if counted(connection, _DONE, f"{at:%Y-%m-%d}"):
        return False
    # One that ends later than that is of a clock that was ahead.
    over = or_(tallies.c.until <= at, tallies.c.until > at + LEASE)
    return _hold(connection, at, over) or _first(connection, at)


def hold_purge(connection: Connection, at: datetime) -> None:
    """It is in hand, and goes on: nobody else begins within an hour from now."""
    if not _hold(connection, at, true()):
        _first(connection, at)


def note_purge(connection: Connection, at: datetime) -> None:
    """What was too old that day is removed; what a clock that was ahead has noted counts no more."""
    day = f"{at:%Y-%m-%d}"
    connection.execute(delete(tallies).where(tallies.c.subject == _DONE, tallies.c.period > day))
    connection.execute(delete(tallies).where(tallies.c.subject == _BEGUN))
    tally(connection, _DONE, day, at + _REMEMBERED)
    bump(connection)


def last_purge(connection: Connection) -> date | None:
    """The day on which what was too old was last removed; None if it never was."""
    found = connection.scalar(select(func.max(tallies.c.period)).where(tallies.c.subject == _DONE))
    return date.fromisoformat(found) if found else None


def last_purged(connection: Connection) -> datetime | None:
    """The moment of the first purge of the last such day; None if there was none."""
    until = connection.scalar(select(func.max(tallies.c.until)).where(tallies.c.subject == _DONE))
    return until - _REMEMBERED if until else None


def _hold(connection: Connection, at: datetime, which: ColumnElement[bool]) -> bool:
    held = update(tallies).where(tallies.c.subject == _BEGUN, tallies.c.period == _EVER, which)
    return connection.execute(held.values(until=at + LEASE)).rowcount == 1


def _first(connection: Connection, at: datetime) -> bool:
    try:
        with connection.begin_nested():
            row = {"subject": _BEGUN, "period": _EVER, "number": 1, "until": at + LEASE}
            connection.execute(insert(tallies).values(**row))
    except IntegrityError:
        return False  # somebody else was first
    return True


def last_known(connection: Connection) -> datetime | None:
    """The last purge, or before the first the newest thing that happened: a moment that has surely been."""
    if purged := last_purge(connection):
        return datetime.combine(purged, time(), UTC)
    newest = (connection.scalar(select(func.max(each))) for each in _HAPPENED)
    return max((each for each in newest if each), default=None)


def is_doubtful(last: datetime | None, at: datetime) -> bool:
    """Whether `at` is so long after what is known that nothing may be removed unless somebody says so."""
    return last is not None and at - last > LONGEST


def purge_rows(connection: Connection) -> list[dict[str, Any]]:
    """What is known last, for the snapshot; no row if nothing is."""
    last = last_known(connection)
    return [{"last": last.isoformat()}] if last else []
