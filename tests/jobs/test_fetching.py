"""Recordings are fetched from the provider until they are here, then deleted there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Engine

from ivr.jobs.fetching import Fetching
from ivr.jobs.messages import Messages
from ivr.jobs.queue import Tasks
from ivr.jobs.queue_wakes import Wakes
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.promises import Message, list_promises, store_message

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
ONE, OTHER = "RE" + "1" * 32, "RE" + "2" * 32
SOUND = b"RIFF\x00\xff as it was said"


class NotThereError(Exception):
    """What the provider's adapter raises for 404."""


@dataclass
class Provider:
    """Keeps recordings like the provider: there a little later, and gone once deleted."""

    there: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuses_to_delete: bool = False
    refused: int = 0
    fetched: Event = field(default_factory=Event)

    def fetch(self, recording: str) -> bytes:
        self.asked.append(recording)
        if recording not in self.there:
            raise NotThereError
        self.fetched.set()
        return self.there[recording]

    def delete(self, recording: str) -> None:
        if self.refuses_to_delete:
            self.refused += 1
            raise NotThereError
        self.there.pop(recording, None)


@dataclass
class Clock:
    """The time, which passes when told to."""

    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path, database: Path) -> Iterator[Engine]:
    (tmp_path / "helpline.db").write_bytes(database.read_bytes())
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    yield found
    found.dispose()


@pytest.fixture
def messages(tmp_path: Path, clock: Clock) -> Messages:
    return Messages(tmp_path / "messages", b"secret", clock)


def job(engine: Engine, provider: Provider, messages: Messages, now: Callable[[], datetime]) -> Fetching:
    return Fetching(engine, provider, messages, now, (NotThereError,))


def leave(
    engine: Engine, recording: str, attempt: int = 1, at: datetime = AT, call: str = "CA" + "1" * 32
) -> None:
    with writing(engine) as connection:
        store_message(connection, Message(call, recording, 9, "af", attempt, at))


def file_of(engine: Engine) -> str | None:
    with reading(engine) as connection:
        [promise] = list_promises(connection)
        return promise.file


def test_a_recording_is_fetched_as_it_is_and_deleted_there(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider({ONE: SOUND})
    leave(engine, ONE)

    job(engine, provider, messages, clock).work()

    assert SOUND == (messages.folder / (file_of(engine) or "")).read_bytes()
    assert {} == provider.there


def test_a_recording_that_is_not_there_yet_is_asked_for_again_a_second_later(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider()
    leave(engine, ONE)
    fetching = job(engine, provider, messages, clock)

    assert timedelta(seconds=1) == fetching.work()
    provider.there[ONE] = SOUND
    assert fetching.work() is None
    assert file_of(engine) is None
    clock.passes(1)
    fetching.work()
    assert f"{ONE}.wav" == file_of(engine)


def test_while_its_caller_waits_a_recording_is_asked_for_every_second(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider()
    leave(engine, ONE)
    fetching = job(engine, provider, messages, clock)
    for _ in range(14):
        fetching.work()
        clock.passes(1)
    provider.there[ONE] = SOUND
    fetching.work()

    assert f"{ONE}.wav" == file_of(engine)


def test_the_pauses_grow_to_an_hour_and_nothing_is_ever_given_up(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider()
    leave(engine, ONE)
    pauses = []
    for _ in range(30):
        pause = job(engine, provider, messages, clock).work()
        assert pause is not None
        pauses.append(pause.total_seconds())
        clock.passes(pause.total_seconds())

    assert [2, 4, 8] == [each for each in pauses if each > 1][:3]
    assert [3600, 3600] == pauses[-2:]


def test_a_restart_in_between_loses_nothing(engine: Engine, messages: Messages, clock: Clock) -> None:
    provider = Provider()
    leave(engine, ONE)
    job(engine, provider, messages, clock).work()
    provider.there[ONE] = SOUND
    clock.passes(1)

    job(engine, provider, messages, clock).work()

    assert f"{ONE}.wav" == file_of(engine)


def test_a_recording_that_cannot_be_deleted_there_is_tried_again(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider({ONE: SOUND}, refuses_to_delete=True)
    leave(engine, ONE)
    job(engine, provider, messages, clock).work()
    provider.refuses_to_delete = False
    clock.passes(60)

    job(engine, provider, messages, clock).work()

    assert ({}, [ONE]) == (provider.there, provider.asked)


def test_nobody_waits_for_a_deletion_so_its_pauses_grow_at_once(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider({ONE: SOUND}, refuses_to_delete=True)
    leave(engine, ONE)
    fetching = job(engine, provider, messages, clock)
    tried = []
    for second in range(16):
        before = provider.refused
        fetching.work()
        tried += [second] * (provider.refused - before)
        clock.passes(1)

    assert [0, 1, 3, 7, 15] == tried


def test_a_recording_that_was_replaced_is_deleted_there_and_never_fetched(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider({ONE: SOUND, OTHER: SOUND})
    leave(engine, ONE)
    leave(engine, OTHER, attempt=2)

    job(engine, provider, messages, clock).work()

    assert ({}, [OTHER]) == (provider.there, provider.asked)
    assert [f"{OTHER}.wav"] == [path.name for path in messages.folder.iterdir()]


def test_a_recording_that_was_fetched_and_then_replaced_stays_nowhere(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider({ONE: SOUND, OTHER: SOUND})
    leave(engine, ONE)
    fetching = job(engine, provider, messages, clock)
    fetching.work()
    leave(engine, OTHER, attempt=2)

    fetching.work()

    assert {} == provider.there
    assert [f"{OTHER}.wav"] == [path.name for path in messages.folder.iterdir()]


def test_a_recording_that_is_no_message_is_deleted_there_and_never_fetched(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider({ONE: SOUND})
    fetching = job(engine, provider, messages, clock)
    fetching.drop(ONE)

    fetching.work()

    assert ({}, []) == (provider.there, provider.asked)


def test_dropping_what_is_a_message_after_all_loses_nothing(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    leave(engine, ONE)
    fetching = job(engine, Provider({ONE: SOUND}), messages, clock)
    fetching.drop(ONE)

    fetching.work()

    assert f"{ONE}.wav" == file_of(engine)


def test_a_full_disk_is_no_reason_to_delete_anything_there(
    engine: Engine, messages: Messages, clock: Clock
) -> None:
    provider = Provider({ONE: SOUND})
    leave(engine, ONE)
    messages.folder.write_text("a file where a folder should be")

    job(engine, provider, messages, clock).work()

    assert (None, {ONE: SOUND}) == (file_of(engine), provider.there)


@contextmanager
def at_work(engine: Engine, provider: Any, messages: Messages, folder: Path) -> Iterator[Fetching]:
    """A job whose threads run by the real clock."""
    tasks = Tasks(Wakes(f"sqlite:///{folder}/helpline.db", folder))
    now = lambda: datetime.now(UTC)  # noqa: E731, TID251 (a thread at work)
    fetching = Fetching(engine, provider, messages, now, (NotThereError,), tasks.soon)
    for each in fetching.tasks():
        tasks.add(each)
    tasks.start()
    try:
        yield fetching
    finally:
        tasks.stop()


def test_a_job_that_is_woken_fetches_at_once(engine: Engine, messages: Messages, tmp_path: Path) -> None:
    provider = Provider()
    with at_work(engine, provider, messages, tmp_path) as fetching:
        sleep(0.2)
        provider.there[ONE] = SOUND
        leave(engine, ONE)
        fetching.soon(ONE)

        assert provider.fetched.wait(1)


def test_being_woken_too_early_does_not_put_off_what_is_due_in_a_second(
    engine: Engine, messages: Messages, tmp_path: Path
) -> None:
    provider = Provider()
    leave(engine, ONE)
    began = monotonic()
    with at_work(engine, provider, messages, tmp_path) as fetching:
        while not provider.asked:
            assert monotonic() - began < 2
        provider.there[ONE] = SOUND
        fetching.soon(ONE)

        assert provider.fetched.wait(2)


@dataclass
class SlowFor:
    """A provider that takes its time over one recording."""

    slow: str
    let_go: Event = field(default_factory=Event)
    fetched: Event = field(default_factory=Event)

    def fetch(self, recording: str) -> bytes:
        if recording == self.slow:
            self.let_go.wait(20)
        else:
            self.fetched.set()
        return SOUND

    def delete(self, recording: str) -> None:
        pass


@pytest.mark.parametrize("slow", [ONE, OTHER])
def test_a_slow_recording_does_not_hold_up_another(
    engine: Engine, messages: Messages, tmp_path: Path, slow: str
) -> None:
    provider = SlowFor(slow)
    leave(engine, ONE)
    leave(engine, OTHER, call="CA" + "2" * 32)
    with at_work(engine, provider, messages, tmp_path):
        try:
            assert provider.fetched.wait(2)
        finally:
            provider.let_go.set()


def test_a_recording_that_is_dropped_by_a_process_without_a_worker_is_noted_by_it(
    engine: Engine, messages: Messages, tmp_path: Path
) -> None:
    web, worker = job(engine, Provider(), messages, lambda: AT), Provider({ONE: SOUND})
    web.drop(ONE)
    [memory] = [each for each in web.tasks() if each.memory]
    memory.look()

    job(engine, worker, messages, lambda: AT).work()

    assert {} == worker.there
