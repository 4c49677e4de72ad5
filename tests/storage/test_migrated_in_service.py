"""PostgreSQL is brought to new tables while others read and write them: slowly if need be, never halfway."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread
from time import monotonic
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

from ivr.storage.engine import engine_for, migrate, reading, writing
from ivr.storage.errors import StorageError
from ivr.storage.schema import head, present, upgrade_to
from ivr.storage.stepping import Waits, upgrade_in_steps

OLDER = "0017"
LONGEST = 1.0  # seconds that a worker may stand behind a migration
QUICK = Waits(lock=0.1, pause=0.1, longest=20)
SLOW = """CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql
AS $$ BEGIN PERFORM pg_sleep(1.5); END $$"""
TRIGGER = """CREATE EVENT TRIGGER slow ON ddl_command_start
WHEN TAG IN ('DROP INDEX') EXECUTE FUNCTION slow()"""


@pytest.fixture
def engine(postgresql: str) -> Iterator[Engine]:
    """A database with the tables of an older version."""
    name = f"m{uuid4().hex}"
    server = engine_for(postgresql)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    found = engine_for(make_url(postgresql).set(database=name).render_as_string(hide_password=False))
    with writing(found) as connection:
        upgrade_to(connection, OLDER)
    yield found
    found.dispose()


@contextmanager
def read_by_a_backup(engine: Engine) -> Iterator[Connection]:
    """Somebody who has read a table in a transaction that is not over, as pg_dump does."""
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT count(*) FROM legs"))
        yield connection


@contextmanager
def a_worker_at_work(engine: Engine) -> Iterator[list[float]]:
    """Somebody of the version before, who writes legs and reads them; how long each time took."""
    took: list[float] = []
    over = Event()

    def work() -> None:
        while not over.wait(0.02):
            since = monotonic()
            with writing(engine) as connection:
                connection.execute(text("UPDATE legs SET person = person"))
                connection.execute(text("SELECT count(*) FROM legs"))
            took.append(monotonic() - since)

    going = Thread(target=work)
    going.start()
    yield took
    over.set()
    going.join()


def version(engine: Engine) -> str:
    with reading(engine) as connection:
        return present(connection)


def test_a_backup_that_reads_the_tables_is_waited_for(engine: Engine) -> None:
    seen: list[object] = []
    with read_by_a_backup(engine):
        going = Thread(target=lambda: seen.append(upgrade_in_steps(engine, QUICK)))
        going.start()
        going.join(0.6)
        waiting = going.is_alive()
    going.join(20)

    assert waiting
    assert [(OLDER, head())] == seen


def test_whoever_keeps_the_tables_is_named_and_what_was_done_stays(engine: Engine) -> None:
    with read_by_a_backup(engine), pytest.raises(StorageError, match=r"a backup.* run again: ivr migrate"):
        upgrade_in_steps(engine, replace(QUICK, longest=0.1))

    assert "0020" == version(engine)
    assert ("0020", head()) == migrate(engine)


def test_a_step_may_take_longer_than_a_statement_may(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(engine) as connection:
        connection.execute(text(SLOW))
        connection.execute(text(TRIGGER))
    monkeypatch.setattr("ivr.storage.engine.PATIENCE", 1)
    hasty = engine_for(engine.url.render_as_string(hide_password=False))
    before = migrate(hasty)
    with reading(hasty) as connection:
        limits = [connection.scalar(text(f"SHOW {name}")) for name in ("statement_timeout", "lock_timeout")]
    hasty.dispose()

    assert (OLDER, head()) == before
    assert ["1s", "1s"] == limits


def test_the_version_before_goes_on_reading_and_writing_meanwhile(engine: Engine) -> None:
    with a_worker_at_work(engine) as took:
        with read_by_a_backup(engine):
            going = Thread(target=lambda: migrate(engine))
            going.start()
            going.join(2.5)
        going.join(20)

    assert head() == version(engine)
    assert len(took) > 10
    assert max(took) < LONGEST


def test_two_who_do_it_at_once_do_it_once(engine: Engine) -> None:
    seen: list[tuple[str, str]] = []
    both = [Thread(target=lambda: seen.append(migrate(engine))) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(20)

    assert [(OLDER, head()), (head(), head())] == sorted(seen)


def test_what_a_step_had_at_first_is_no_hindrance(engine: Engine) -> None:
    with writing(engine) as connection:
        upgrade_to(connection, "0021")
        connection.execute(text("CREATE INDEX conversations_started_index ON conversations (started)"))
    migrate(engine)
    with reading(engine) as connection:
        names = set(connection.scalars(text("SELECT indexname FROM pg_indexes")))

    assert {"conversations_started_index", "conversations_known_index", "legs_person_at_index"} <= names
    assert "legs_person_index" not in names
