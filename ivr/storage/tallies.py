"""How often something happened in a period; counted only up to a limit, by one write that decides."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables_promises import tallies


def count(connection: Connection, subject: str, period: str, until: datetime, limit: int) -> bool:
    """Whether there were fewer than `limit` of `subject` in `period`; then it is one more.

    `until` is how long the count has to be known.
    """
    if limit < 1:
        return False
    if _first(connection, subject, period, until):
        return True
    row = (tallies.c.subject == subject, tallies.c.period == period, tallies.c.number < limit)
    return connection.execute(update(tallies).where(*row).values(number=tallies.c.number + 1)).rowcount == 1


def tally(connection: Connection, subject: str, period: str, until: datetime) -> None:
    """One more of `subject` in `period`, whatever the number."""
    if _first(connection, subject, period, until):
        return
    row = (tallies.c.subject == subject, tallies.c.period == period)
    connection.execute(update(tallies).where(*row).values(number=tallies.c.number + 1))


def take_off(connection: Connection, subject: str, period: str) -> None:
    """One less of `subject` in `period`: it was counted before it was known."""
    row = (tallies.c.subject == subject, tallies.c.period == period, tallies.c.number > 0)
    connection.execute(update(tallies).where(*row).values(number=tallies.c.number - 1))


def counted(connection: Connection, subject: str, period: str) -> int:
    """How often it was counted."""
    row = (tallies.c.subject == subject, tallies.c.period == period)
    return connection.scalar(select(tallies.c.number).where(*row)) or 0


def _first(connection: Connection, subject: str, period: str, until: datetime) -> bool:
    row = (tallies.c.subject == subject, tallies.c.period == period)
    if connection.scalar(select(tallies.c.number).where(*row)) is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(insert(tallies).values(subject=subject, period=period, number=1, until=until))
    except IntegrityError:
        # Another process was first; its row is counted up.
        return False
    return True
