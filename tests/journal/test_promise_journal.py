"""A promise is in the database, or on disk until it is, or not confirmed."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, select

from ivr.journal.promise_files import refused_files, waiting_in
from ivr.journal.promises import NotKeptError, PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.storage.engine import engine_for, prepare, reading
from ivr.storage.promises import Message, Promise, list_promises
from ivr.storage.tables import promises

SEALING = Sealing(b"a secret of the test")
AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(found)
    yield found
    found.dispose()


@pytest.fixture
def journal(engine: Engine, tmp_path: Path) -> PromiseJournal:
    return PromiseJournal(engine, tmp_path / "journal", SEALING, longest_wait=0.2)


@contextmanager
def locked(tmp_path: Path) -> Iterator[None]:
    """The database answers nobody who wants to write."""
    other = sqlite3.connect(tmp_path / "helpline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def keep(journal: PromiseJournal, call: str = "CA1", recording: str = "RE1", attempt: int = 1) -> None:
    journal.keep_message(call, recording, 12, "zu", attempt, AT)


def stored(engine: Engine) -> tuple[Promise, ...]:
    with reading(engine) as connection:
        return list_promises(connection)


def away(tmp_path: Path) -> Engine:
    return engine_for("postgresql://ivr@127.0.0.1:1/ivr")


def test_a_message_is_in_the_database_when_it_is_confirmed(engine: Engine, journal: PromiseJournal) -> None:
    keep(journal)

    assert [("CA1", "RE1", AT)] == [(each.call, each.recording, each.created) for each in stored(engine)]


def test_without_database_a_message_is_on_disk_once_and_comes_from_there(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "journal"
    broken = PromiseJournal(away(tmp_path), folder, SEALING)
    for _ in range(3):
        keep(broken)
    keep(broken, recording="RE2", attempt=2)

    assert ["RE1", "RE2"] == [message.recording for message in waiting_in(folder)]
    assert 2 == broken.drain()
    assert 0 == PromiseJournal(engine, folder, SEALING).drain()
    assert ["RE2"] == [promise.recording for promise in stored(engine)]
    assert () == waiting_in(folder)


def test_a_slow_database_holds_a_caller_less_than_a_second_and_counts_once(
    engine: Engine, journal: PromiseJournal, tmp_path: Path
) -> None:
    with locked(tmp_path):
        before = monotonic()
        for number in range(8):
            keep(journal, call=f"CA{number}")
        took = monotonic() - before

    assert 8 == len(waiting_in(tmp_path / "journal"))
    assert took < 8 * 0.3
    assert 0 == journal.drain()
    assert 8 == len(stored(engine))


def test_with_neither_database_nor_disk_nothing_is_confirmed(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    with pytest.raises(NotKeptError):
        keep(PromiseJournal(away(tmp_path), tmp_path / "journal", SEALING))


def test_what_waits_on_disk_is_brought_in_by_the_thread(
    engine: Engine, journal: PromiseJournal, tmp_path: Path
) -> None:
    keep(PromiseJournal(away(tmp_path), tmp_path / "journal", SEALING))
    journal.start()
    deadline = monotonic() + 10
    while not stored(engine) and monotonic() < deadline:
        sleep(0.05)
    journal.stop()

    assert ["CA1"] == [promise.call for promise in stored(engine)]
    assert "promises" not in {thread.name for thread in threading.enumerate()}


def test_a_file_that_cannot_be_read_does_not_hold_up_the_others_and_is_put_aside(
    engine: Engine, journal: PromiseJournal, tmp_path: Path
) -> None:
    keep(PromiseJournal(away(tmp_path), tmp_path / "journal", SEALING))
    broken = tmp_path / "journal" / "0.json"
    broken.write_text("{")

    assert 0 == journal.drain()
    assert ["CA1"] == [promise.call for promise in stored(engine)]
    assert [tmp_path / "journal" / "0.refused"] == refused_files(tmp_path / "journal")


NUMBER = "+27105550123"


def ask(journal: PromiseJournal, attempt: int = 1, number: str = NUMBER) -> None:
    journal.keep_callback("CA1", number, "zu", "evening", attempt, AT)


def sealed(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [SEALING.open(each) for each in connection.scalars(select(promises.c.number))]


def test_a_call_back_is_in_the_database_when_it_is_confirmed(engine: Engine, journal: PromiseJournal) -> None:
    ask(journal)

    assert [("callback", "open", "zu", "evening", "123")] == [
        (each.kind, each.state, each.language, each.window, each.digits) for each in stored(engine)
    ]
    assert [NUMBER] == sealed(engine)


def test_without_database_a_call_back_waits_on_disk_with_its_number_sealed(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "journal"
    broken = PromiseJournal(away(tmp_path), folder, SEALING)
    for attempt in (1, 2, 1):
        ask(broken, attempt, f"+2710555010{attempt}")
    on_disk = b"".join(path.read_bytes() for path in folder.glob("*.json"))

    assert 2 == len(waiting_in(folder))
    assert b"2710555" not in on_disk
    assert 0 == PromiseJournal(engine, folder, SEALING).drain()
    assert ["+27105550102"] == sealed(engine)


def test_nobody_is_promised_a_call_that_is_safe_nowhere(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    with pytest.raises(NotKeptError):
        ask(PromiseJournal(away(tmp_path), tmp_path / "journal", SEALING))


def test_a_missed_call_waits_on_disk_like_every_promise(engine: Engine, tmp_path: Path) -> None:
    broken = PromiseJournal(away(tmp_path), tmp_path / "journal", SEALING)
    for _ in range(2):
        broken.keep_missed_call("CA7", NUMBER, "en", "a hash", AT, per_day=1, per_hour=1)

    assert 0 == PromiseJournal(engine, tmp_path / "journal", SEALING).drain()
    assert [("missed-call", "open")] == [(each.kind, each.state) for each in stored(engine)]
    assert [NUMBER] == sealed(engine)


def test_a_message_written_before_there_were_kinds_is_read(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text(
        '{"call": "CA1", "recording": "RE1", "seconds": 3, "language": "en", "attempt": 1,'
        ' "at": "2026-11-22T13:00:00+00:00"}'
    )

    assert (Message("CA1", "RE1", 3, "en", 1, AT),) == waiting_in(tmp_path)
