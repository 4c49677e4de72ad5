"""The one transaction in which anything about ringing changes: never two at the same moment, anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from ivr.storage.engine import writing

_LOCK = 7_483_202  # any number, the same in every process, and not that of the migrations


@contextmanager
def arranging(engine: Engine) -> Iterator[Connection]:
    """A transaction that waits for every other one of its kind; SQLite has one writer at a time anyway."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        yield connection
