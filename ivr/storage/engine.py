"""The way to the database: SQLite in DATA_DIR, or PostgreSQL; one transaction is one `with`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from ivr.settings import Settings
from ivr.storage.errors import PATIENCE, NewerTablesError, StorageAwayError, StorageError
from ivr.storage.schema import head, present, upgrade
from ivr.storage.sqlite import sqlite_engine
from ivr.storage.stepping import upgrade_in_steps


def engine_for(database_url: str, data_dir: Path | None = None, *, looking: bool = False) -> Engine:
    """An engine that has not connected yet; a StorageError if the URL names no database of ours.

    A SQLite file that is not there is made, unless callers have been served from `data_dir`: it is lost then.
    With one that is only for `looking`, the database refuses to change anything, and nothing is made.
    """
    url = _url(database_url)
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(url, data_dir, looking=looking)
    return create_engine(
        url,
        hide_parameters=True,  # what is stored may be somebody's number, and errors are logged
        pool_pre_ping=True,
        pool_timeout=PATIENCE,
        connect_args=_postgres_limits(looking=looking),
    )


def open_storage(settings: Settings) -> Engine:
    """The engine on a database whose tables are this version's.

    A new SQLite database gets them on the way; otherwise nothing is changed, as processes of the version
    before may be using it. A StorageAwayError if it does not answer, a StorageError if its tables are
    another version's: `migrate` brings up older ones.
    """
    engine = engine_for(settings.database_url, settings.data_dir)
    try:
        prepare(engine)
    except StorageError:
        engine.dispose()
        raise
    return engine


def prepare(engine: Engine) -> None:
    """Make sure of this version's tables, as `open_storage` does; an engine for looking only looks."""
    try:
        if _is_to_be_made(engine):
            with writing(engine) as connection:
                upgrade(connection)
    except DBAPIError as error:
        raise StorageAwayError(_away(engine, error)) from error
    check_schema(engine)


def _is_to_be_made(engine: Engine) -> bool:
    if engine.dialect.name != "sqlite" or engine.get_execution_options().get("looking"):
        return False
    with reading(engine) as connection:
        return not present(connection)


def check_schema(engine: Engine) -> None:
    """Raise a StorageError unless the database answers and has this version's tables; change nothing."""
    try:
        with reading(engine) as connection:
            found = present(connection)
    except DBAPIError as error:
        raise StorageAwayError(_away(engine, error)) from error
    _refuse_newer(found)
    if found < head():
        told = (
            f"The tables are of step {found}, this version's of {head()}" if found else "There are no tables"
        )
        raise StorageError(f"DATABASE_URL: {told}; run: ivr migrate")


def migrate(engine: Engine) -> tuple[str, str]:
    """Bring the tables to this version's; the versions before and after, "" for an empty database.

    Safe when several do it at once: the first does it, the others wait for it. A StorageError if somebody
    keeps others from the tables for too long; a StorageAwayError if the database does not answer; a
    NewerTablesError if the tables are a newer version's.
    """
    try:
        before, after = _brought_up(engine)
    except DBAPIError as error:
        raise StorageAwayError(_away(engine, error)) from error
    _refuse_newer(after)
    return before, after


def _brought_up(engine: Engine) -> tuple[str, str]:
    if engine.dialect.name != "sqlite":
        return upgrade_in_steps(engine)
    with writing(engine) as connection:
        return upgrade(connection)


def _away(engine: Engine, error: DBAPIError) -> str:
    told = f"DATABASE_URL: the database does not answer: {error.orig}"
    if engine.dialect.name != "sqlite":
        return told
    return (
        f"{told}; see that {engine.url.database} and its folder can be written, and that the disk is not full"
    )


def _refuse_newer(found: str) -> None:
    if found > head():
        raise NewerTablesError(f"The database has the tables of a newer version ({found}); run that version")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database and changes nothing."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is committed at the end, or not at all; one writer at a time on SQLite."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


def _url(database_url: str) -> URL:
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise StorageError("DATABASE_URL: not a URL; write sqlite:///PATH or postgresql://…") from None
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite" or not url.database or url.database == ":memory:":
        raise StorageError(
            f"DATABASE_URL: {url.drivername!r} is not known; write sqlite:///PATH or postgresql://…"
        )
    return url


def _postgres_limits(*, looking: bool) -> dict[str, Any]:
    milliseconds = PATIENCE * 1000
    limits = {"statement_timeout": milliseconds, "lock_timeout": milliseconds, "timezone": "UTC"}
    only = {"default_transaction_read_only": "on"} if looking else {}
    return {
        "connect_timeout": 2,
        "tcp_user_timeout": milliseconds,
        "options": " ".join(f"-c {name}={value}" for name, value in {**limits, **only}.items()),
    }
