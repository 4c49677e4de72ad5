"""Rings missed in a row, counted so that two at the same moment are two."""

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables_staff_line import misses


def count_miss(connection: Connection, person: str) -> int:
    """Count one more for a counsellor's key; how many there are in a row now."""
    if not _one_more(connection, person):
        try:
            with connection.begin_nested():
                connection.execute(insert(misses).values(person=person, count=1))
        except IntegrityError:
            # Another process has counted their first in the same moment, or the key is nobody's.
            _one_more(connection, person)
    return connection.scalar(select(misses.c.count).where(misses.c.person == person)) or 0


def clear_misses(connection: Connection, person: str) -> None:
    """The row is broken: the next miss is the first."""
    connection.execute(delete(misses).where(misses.c.person == person))


def _one_more(connection: Connection, person: str) -> bool:
    row = update(misses).where(misses.c.person == person).values(count=misses.c.count + 1)
    return connection.execute(row).rowcount == 1
