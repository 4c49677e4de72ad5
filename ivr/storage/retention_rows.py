"""Rows of one table that are to go: how many they are, and some of them removed at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, func, select, tuple_

from ivr.storage.engine import writing

TRACES = timedelta(days=30)
"""How long what was recorded by phone, and what was deleted at the provider, is still known by its id."""


@dataclass(frozen=True, slots=True)
class Old:
    """What of one kind is to go: how many rows, and removing some of them, in a transaction of its kind."""

    kind: str
    count: Callable[[Connection], int]
    remove: Callable[[Connection, int], int]
    transaction: Callable[[Engine], AbstractContextManager[Connection]] = writing


def rows_of(kind: str, table: Table, which: ColumnElement[bool], *age: ColumnElement[datetime]) -> Old:
    """Those of a table that are to go; see `first_of`."""

    def remove(connection: Connection, most: int) -> int:
        return connection.execute(delete(table).where(first_of(table, which, most, *age))).rowcount

    return Old(kind, lambda connection: count_rows(connection, table, which), remove)


def first_of(
    table: Table, which: ColumnElement[bool], most: int, *age: ColumnElement[datetime]
) -> ColumnElement[bool]:
    """The first so many of those, always in the same order: two who remove at once wait for one another.

    By `age`, where there is an index on it: else the last of them would be looked for in all that is kept.
    """
    key = list(table.primary_key.columns)
    first = select(*key).where(which).order_by(*age, *key).limit(most)
    return key[0].in_(first) if len(key) == 1 else tuple_(*key).in_(first)


def count_rows(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    """How many those are."""
    return connection.scalar(select(func.count()).select_from(table).where(which)) or 0


def ago(at: datetime, days: int) -> datetime:
    """So many days before."""
    return at - timedelta(days=days)
