"""Whoever fetches a message is killed at it: after the lease another does it, once, and nothing is lost."""

import os
import select
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import Engine

from ivr.jobs.fetching import LEASE, Fetching
from ivr.jobs.messages import Messages
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.promises import Message, list_promises, store_message

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
MESSAGE = "RE" + "1" * 32
SOUND = b"RIFF\x00\xff as it was said"


@dataclass
class Provider:
    """Has the recording until it is deleted; one that `hangs` while it sends or deletes says so first."""

    hangs: str = ""
    says: int = 0
    fetched: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def fetch(self, recording: str) -> bytes:
        self._wait("sending")
        self.fetched.append(recording)
        return SOUND

    def delete(self, recording: str) -> None:
        self._wait("deleting")
        self.deleted.append(recording)

    def _wait(self, what: str) -> None:
        if self.hangs == what:
            hang(self.says)


@dataclass(frozen=True, slots=True)
class Hanging(Messages):
    """Keeps a message, and comes to nothing then."""

    says: int = 0

    def keep(self, recording: str, sound: bytes) -> str:
        Messages.keep(self, recording, sound)
        hang(self.says)


def hang(says: int) -> NoReturn:
    """Say so, and wait for the end."""
    os.write(says, b".")
    while True:
        signal.pause()


@pytest.fixture
def engine(tmp_path: Path, database: Path) -> Iterator[Engine]:
    (tmp_path / "helpline.db").write_bytes(database.read_bytes())
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    with writing(found) as connection:
        store_message(connection, Message("CA" + "1" * 32, MESSAGE, 9, "af", 1, AT))
    found.dispose()  # a process that is forked must not share it
    yield found
    found.dispose()


def work(folder: Path, engine: Engine, at: datetime, provider: Provider, says: int = 0) -> None:
    """Look for messages once, as a web process does."""
    told = (folder / "messages", b"secret", lambda: at)
    kept = Hanging(*told, says=says) if provider.hangs == "keeping" else Messages(*told)
    Fetching(engine, provider, kept, lambda: at, (OSError,)).work()


def killed_at(folder: Path, engine: Engine, moment: str) -> None:
    """A process that is killed (SIGKILL) at that moment of its work."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            work(folder, engine, AT, Provider(moment, theirs), theirs)
        finally:
            os._exit(1)
    reached = select.select([ours], [], [], 20)[0]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ours)
    os.close(theirs)
    assert reached


@pytest.mark.parametrize(("moment", "fetches"), [("sending", 1), ("keeping", 1), ("deleting", 0)])
def test_another_fetches_it_once_the_lease_is_over_and_only_one_does(
    tmp_path: Path, engine: Engine, moment: str, fetches: int
) -> None:
    killed_at(tmp_path, engine, moment)
    provider, early = Provider(), Provider()
    work(tmp_path, engine, AT + LEASE - timedelta(seconds=1), early)
    later = AT + LEASE + timedelta(seconds=1)
    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(work, tmp_path, engine, later, provider) for _ in range(4)]:
            each.result()
    with reading(engine) as connection:
        (promise,) = list_promises(connection)
    files = [path.name for path in (tmp_path / "messages").rglob("*.wav")]

    assert ([], []) == (early.fetched, early.deleted)
    assert [MESSAGE] * fetches == provider.fetched
    assert ([MESSAGE], [f"{MESSAGE}.wav"]) == (provider.deleted, files)
    assert SOUND == (tmp_path / "messages" / (promise.file or "")).read_bytes()
