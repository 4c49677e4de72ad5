"""A promise that can never be brought in is put aside, told once, and tried again at the next start."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine

from ivr.journal.promise_files import (
    refused_before,
    refused_files,
    refused_in,
    remove_waiting,
    waiting_in,
)
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.logs import call_now
from ivr.storage.engine import engine_for, prepare, reading, writing
from ivr.storage.promises import list_promises
from tests.journal.test_promise_journal import AT, away

SEALING = Sealing(b"a secret of the test")
NEVER = """CREATE TRIGGER never BEFORE INSERT ON promises WHEN NEW.call = 'CAbad'
BEGIN SELECT RAISE(ABORT, 'not this one'); END"""


def written(**values: object) -> bytes:
    """A message as it lies on disk, but for these values."""
    told = {"call": "CAx", "recording": "RE1", "seconds": 1, "language": "zu", "attempt": 1}
    return json.dumps({**told, "at": "2026-11-22T13:00:00+00:00", **values}).encode()


class Calls(logging.Handler):
    """Which call each error was about."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.calls: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        del record
        self.calls.append(call_now())


@pytest.fixture
def told() -> Iterator[list[str]]:
    calls = Calls()
    logger = logging.getLogger("ivr.journal.promises")
    logger.addHandler(calls)
    yield calls.calls
    logger.removeHandler(calls)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database that refuses one call's promise for good."""
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(found)
    with writing(found) as connection:
        connection.exec_driver_sql(NEVER)
    yield found
    found.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which two promises wait, the one that is refused and one that is not."""
    journal = PromiseJournal(away(tmp_path), tmp_path / "journal", SEALING)
    for call in ("CAbad", "CAgood"):
        journal.keep_message(call, f"RE{call}", 12, "zu", 1, AT, caller=f"hash of {call}")
    return tmp_path / "journal"


@pytest.fixture
def journal(engine: Engine, folder: Path) -> PromiseJournal:
    return PromiseJournal(engine, folder, SEALING)


def stored(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [each.call for each in list_promises(connection)]


def test_it_is_put_aside_and_told_once_with_its_call(
    engine: Engine, journal: PromiseJournal, folder: Path, told: list[str]
) -> None:
    left = [journal.drain() for _ in range(3)]

    assert ([0, 0, 0], ["CAbad"]) == (left, told)
    assert ["CAgood"] == stored(engine)
    assert ["CAbad"] == [each.call for each in refused_in(folder)]
    assert () == waiting_in(folder)


@pytest.mark.parametrize(
    "content",
    [
        written(recording=["RE1"]),
        written(seconds={}),
        written(seconds=1e99),
        written(seconds=10**30),
        written(attempt=None),
        written(at="2026-11-22T13:00:00"),
        written(kind="letter"),
        written(colour="red"),
        b"[1]",
        b"",
    ],
)
def test_whatever_stands_in_a_file_holds_nothing_up(
    engine: Engine, journal: PromiseJournal, folder: Path, content: bytes
) -> None:
    (folder / "0.json").write_bytes(content)
    journal.drain()

    assert ["CAgood"] == stored(engine)
    assert {"0.refused"} < {each.name for each in refused_files(folder)}


def test_a_file_that_this_user_may_not_read_holds_nothing_up(
    engine: Engine, journal: PromiseJournal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, read = folder / "0.json", Path.read_bytes
    closed.write_bytes(b"")

    def refuses(path: Path) -> bytes:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuses)
    journal.drain()

    assert ["CAgood"] == stored(engine)
    assert closed.with_suffix(".refused") in refused_files(folder)


def test_once_the_cause_is_mended_the_next_start_brings_it_in(
    engine: Engine, journal: PromiseJournal, folder: Path
) -> None:
    journal.drain()
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER never")
    journal.start()
    deadline = monotonic() + 10
    while len(stored(engine)) < 2 and monotonic() < deadline:
        sleep(0.05)
    journal.stop()

    assert {"CAbad", "CAgood"} == set(stored(engine))
    assert [] == refused_files(folder)


def test_whoever_forgets_a_caller_finds_it(journal: PromiseJournal, folder: Path) -> None:
    journal.drain()
    found = remove_waiting(folder, lambda entry: entry.caller == "hash of CAbad")

    assert (1, []) == (found, refused_files(folder))


def test_it_is_as_old_as_its_promise(journal: PromiseJournal, folder: Path) -> None:
    journal.drain()
    written = refused_files(folder)[0].stat().st_mtime
    moment = AT.fromtimestamp(written, AT.tzinfo)

    assert 0 == len(refused_before(folder, moment - timedelta(seconds=1)))
    assert 1 == len(refused_before(folder, moment + timedelta(seconds=1)))


def test_a_database_that_is_away_refuses_nothing(tmp_path: Path, folder: Path) -> None:
    left = PromiseJournal(away(tmp_path), folder, SEALING).drain()

    assert (2, []) == (left, refused_files(folder))
