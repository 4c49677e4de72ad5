"""Every table with rows that are hard to carry: quotes, line ends, scripts, microseconds."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Float,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)

from ivr.storage.dump import tables_in
from ivr.storage.engine import reading, writing
from ivr.storage.tables import METADATA

ROWS = 7
LONG_AGO = datetime(2024, 10, 27, 0, 30, 15, 123456, UTC)  # a night on which clocks change
HARD = 'İ\'m "fine";\n\ttwo -- lines \\ ™ 你好 🚑'
ONE_ROW = "revision"


def fill(engine: Engine) -> None:
    """Rows in every table; what may be empty is in every second of them."""
    with writing(engine) as connection:
        names = {each.name for each in tables_in(connection)}
    for table in METADATA.sorted_tables:
        assert table.name in names
        if table.name != ONE_ROW:
            with writing(engine) as connection:
                connection.execute(insert(table), [row_of(table, n) for n in range(1, ROWS + 1)])


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All of every table as values that both kinds of database give alike, but the number of the snapshot."""
    with reading(engine) as connection:
        return {each.name: _rows(connection, each) for each in METADATA.sorted_tables if each.name != ONE_ROW}


def counts(connection: Connection, *tables: Table) -> list[int]:
    return [connection.scalar(select(func.count()).select_from(each)) or 0 for each in tables]


def _rows(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    query = select(table).order_by(*table.primary_key.columns)
    return [tuple(map(_in_utc, row)) for row in connection.execute(query)]


def _in_utc(value: Any) -> Any:
    """SQLite forgets the offset of the one column that is no Moment; it is UTC."""
    naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if naive else value


def row_of(table: Table, n: int) -> dict[str, Any]:
    """The n-th row; what may be empty is in every second."""
    return {
        each.name: None if each.nullable and n % 2 and not each.primary_key else _value(each, n)
        for each in table.columns
    }


def _value(column: Column[Any], n: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, n)
    if column.table.name == "takes" and column.name in _OF_TAKES:
        return _OF_TAKES[column.name].format(n)
    makes = (make for kind, make in _MAKES.items() if isinstance(column.type, kind))
    text = next(makes, _moment)(n)
    return text[: column.type.length] if isinstance(column.type, String) and text else text


def _moment(n: int) -> datetime:
    return LONG_AGO + timedelta(minutes=17 * n, microseconds=n)


#: What a backup looks for in the store.
_OF_TAKES = {"language": "en", "file": "{:064x}.wav", "original": "{:064x}.wav"}
#: The first that a type is one of.
_MAKES: dict[type, Callable[[int], Any]] = {
    Boolean: lambda n: bool(n % 2),
    Integer: lambda n: n,
    Float: lambda n: n / 3,
    Date: lambda n: date(2024, 2, 29) + timedelta(days=n),
    JSON: lambda n: {"n": n, "hard": HARD, "none": None, "list": [1.5, True]},
    Text: lambda n: f"{HARD} {n}",
    String: lambda n: f"{n}é{HARD}",
}
