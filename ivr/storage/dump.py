"""Every row of every table as lines of text, the same from SQLite and PostgreSQL, and back into either."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    MetaData,
    Table,
    func,
    inspect,
    select,
    text,
)

from ivr.storage.errors import StorageError
from ivr.storage.schema import present, upgrade, upgrade_to
from ivr.storage.tables import METADATA

_AT_ONCE = 500  # rows
_SEEDED = "revision"  # the one table that has a row from the start
_VERSION = "alembic_version"


@contextmanager
def frozen(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of every table, however long it takes to read them."""
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection:
        _take_your_time(connection)
        yield connection


def tables_in(connection: Connection) -> tuple[Table, ...]:
    """Our tables as the database has them, those that others refer to first."""
    found = MetaData()
    there = set(inspect(connection).get_table_names())
    found.reflect(connection, only=sorted(there & _names()))
    return tuple(found.sorted_tables)


def dump_rows(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as a line of JSON: moments in ISO 8601, UTC."""
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}).mappings():
        yield json.dumps(dict(row), ensure_ascii=False, default=_written).encode() + b"\n"


def load_rows(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Insert the lines of `dump_rows`; how many there were. ValueError or KeyError if one is no row of it."""
    readers = {each.name: _reader(each) for each in table.columns}
    rows = ({name: readers[name](value) for name, value in json.loads(line).items()} for line in lines)
    number = 0
    while batch := list(islice(rows, _AT_ONCE)):
        connection.execute(table.insert(), batch)
        number += len(batch)
    return number


def make_empty(connection: Connection, version: str) -> dict[str, Table]:
    """Tables of that version without a row, by name; a StorageError if there is anything in the database."""
    _take_your_time(connection)
    _refuse_rows(connection)
    if present(connection) not in {"", version}:
        for table in reversed(tables_in(connection)):
            table.drop(connection)
        connection.execute(text(f"DROP TABLE {_VERSION}"))
    upgrade_to(connection, version)
    tables = {table.name: table for table in tables_in(connection)}
    connection.execute(tables[_SEEDED].delete())
    return tables


def finish(connection: Connection, tables: Mapping[str, Table]) -> None:
    """After the last row: go on numbering behind the rows, and bring the tables to this version's."""
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            _number_on(connection, table)
    upgrade(connection)


@cache
def _names() -> frozenset[str]:
    """What our tables are called; whatever else is in the database is somebody else's."""
    for file in files("ivr.storage").iterdir():
        if file.name.startswith("tables") and file.name.endswith(".py"):
            import_module(f"ivr.storage.{file.name.removesuffix('.py')}")
    return frozenset(METADATA.tables)


def _take_your_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def _refuse_rows(connection: Connection) -> None:
    for table in tables_in(connection):
        rows = connection.scalar(select(func.count()).select_from(table))
        if rows and table.name != _SEEDED:
            raise StorageError(
                f"DATABASE_URL: the database is in use, {rows} rows lie in {table.name}; name an empty one"
            )


def _number_on(connection: Connection, table: Table) -> None:
    for column in table.primary_key.columns:
        asked = {"table": f'"{table.name}"', "column": column.name}
        found = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), asked)
        if found:
            last = connection.scalar(select(func.max(column))) or 0
            connection.execute(
                text("SELECT setval(CAST(:found AS regclass), :next, false)"),
                {"found": found, "next": last + 1},
            )


def _written(value: Any) -> str:
    if not isinstance(value, datetime):
        if isinstance(value, date):
            return value.isoformat()
        raise TypeError(f"a {type(value).__name__} cannot be written")
    # SQLite stores no offset; every moment in it is in UTC.
    return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """What makes of a value in a line what the column takes."""
    if isinstance(column.type, DateTime):
        return lambda value: value and datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(column.type, Date):
        return lambda value: value and date.fromisoformat(value)
    return lambda value: value
