"""Promises are kept in the database, or on local disk until it is back, or not confirmed at all."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore, Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from ivr.journal.disk import write_safely
from ivr.storage.engine import writing
from ivr.storage.errors import StorageError
from ivr.storage.promises import Message, store_message

_LOG = logging.getLogger(__name__)
_AWAY = (SQLAlchemyError, StorageError)
_LONGEST_WAIT = 0.7  # seconds that a caller may be held; a webhook answers within one
_AT_ONCE = 4
_PAUSE = 1.0  # seconds between two looks for what waits on disk


class NotKeptError(Exception):
    """Neither the database nor the disk has taken a promise: it must not be confirmed."""


class PromiseJournal:
    """Keeps promises; `start` brings those on disk into the database as soon as it is back.

    Several processes may share one folder: what two of them bring in is one promise all the same.
    """

    def __init__(self, engine: Engine, folder: Path, longest_wait: float = _LONGEST_WAIT) -> None:
        self._folder, self._longest_wait = folder, longest_wait
        self._engine = engine
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="promises")
        self._free = BoundedSemaphore(_AT_ONCE)
        self._stopping = Event()
        self._thread: Thread | None = None

    def keep_message(
        self, call: str, recording: str, seconds: int, language: str, attempt: int, at: datetime
    ) -> None:
        """Return once the message cannot be lost any more; a NotKeptError if that cannot be had in time."""
        message = Message(call, recording, seconds, language, attempt, at)
        if not self._stored_in_time(message):
            self._write(message)

    def drain(self) -> int:
        """Bring what waits on disk into the database; how many still wait, because it is away."""
        paths = _paths(self._folder)
        for done, path in enumerate(paths):
            try:
                self._bring_in(path)
            except _AWAY as error:
                _LOG.warning("Promises wait on disk: %s", type(error).__name__)
                return len(paths) - done
        return 0

    def start(self) -> None:
        """Drain now and then, on a thread, until `stop`."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, name="promises", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what still waits on disk stays there for the next start."""
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        pause = _PAUSE
        while not self._stopping.wait(pause):
            try:
                pause = min(pause * 2, 30 * _PAUSE) if self.drain() else _PAUSE
            except OSError:
                _LOG.exception("The journal's folder cannot be read")

    def _stored_in_time(self, message: Message) -> bool:
        if not self._free.acquire(blocking=False):
            return False  # as many as may wait for the database are waiting already
        future = self._workers.submit(_store, self._engine, message)
        future.add_done_callback(lambda _: self._free.release())
        try:
            future.result(timeout=self._longest_wait)
        except (*_AWAY, TooSlowError) as error:
            _LOG.warning("A promise goes to disk: %s", type(error).__name__)
            return False
        return True

    def _bring_in(self, path: Path) -> None:
        message = _read(path)
        if message is None:
            return
        try:
            _store(self._engine, message)
        except (DataError, IntegrityError):
            # What the database refuses for good must not hold up the promises behind it.
            _LOG.exception("%s is refused by the database; it is kept as it is", path)
        else:
            path.unlink(missing_ok=True)

    def _write(self, message: Message) -> None:
        name = sha256(f"{message.call}\0{message.recording}".encode()).hexdigest()[:32]
        content = json.dumps({**asdict(message), "at": message.at.isoformat()}).encode()
        try:
            write_safely(self._folder / f"{name}.json", content)
        except OSError as error:
            raise NotKeptError(f"neither database nor disk: {error.strerror}") from error


def waiting_in(folder: Path) -> tuple[Message, ...]:
    """The messages that wait on disk in `folder`, oldest first, later attempts last."""
    found = [message for path in _paths(folder) if (message := _read(path))]
    return tuple(sorted(found, key=lambda message: (message.at, message.attempt)))


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _store(engine: Engine, message: Message) -> None:
    with writing(engine) as connection:
        store_message(connection, message)


def _read(path: Path) -> Message | None:
    try:
        values = json.loads(path.read_bytes())
        return Message(**{**values, "at": datetime.fromisoformat(values["at"])})
    except FileNotFoundError:
        return None  # another process has just brought it in
    except (ValueError, TypeError, KeyError):
        _LOG.exception("%s cannot be read; it is kept as it is, correct or remove it", path)
        return None
