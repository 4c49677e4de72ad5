"""Promises are kept in the database, or on local disk until it is back, or not confirmed at all."""

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore, Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NoResultFound,
    SQLAlchemyError,
    StatementError,
)

from ivr.journal.disk import write_safely
from ivr.journal.entries import Entry, file_name, store_entry, write_entry
from ivr.journal.promise_files import UnreadableError, read_file, refuse, try_again, waiting_files
from ivr.journal.sealing import Sealing
from ivr.logs import about
from ivr.storage.callbacks import CallBack, MissedCall
from ivr.storage.engine import writing
from ivr.storage.errors import StorageError
from ivr.storage.promises import Message

_LOG = logging.getLogger(__name__)
_AWAY = (SQLAlchemyError, StorageError)
_REFUSALS = (
    DataError,
    IntegrityError,
    NoResultFound,  # of a row that was refused, and is not another process's either
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_LONGEST_WAIT = 0.7  # seconds that a caller may be held; a webhook answers within one
_AT_ONCE = 4
_PAUSE = 1.0  # seconds between two looks for what waits on disk
_SHOWN_DIGITS = 3  # of a number, for staff to tell call-backs apart


class NotKeptError(Exception):
    """Neither the database nor the disk has taken a promise: it must not be confirmed."""


class PromiseJournal:
    """Keeps promises; `start` brings those on disk into the database as soon as it is back.

    Several processes may share one folder: what two of them bring in is one promise all the same. Numbers
    lie in both under `sealing`.
    """

    def __init__(
        self, engine: Engine, folder: Path, sealing: Sealing, longest_wait: float = _LONGEST_WAIT
    ) -> None:
        self._folder, self._sealing, self._longest_wait = folder, sealing, longest_wait
        self._engine = engine
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="promises")
        self._free = BoundedSemaphore(_AT_ONCE)
        self._stopping = Event()
        self._thread: Thread | None = None

    def keep_message(
        self,
        call: str,
        recording: str,
        seconds: int,
        language: str,
        attempt: int,
        at: datetime,
        *,
        caller: str = "",
    ) -> None:
        """Return once the message cannot be lost any more; a NotKeptError if that cannot be had in time.

        `caller` is the caller's number as a keyed hash.
        """
        self._keep(Message(call, recording, seconds, language, attempt, at, caller))

    def keep_callback(
        self,
        call: str,
        number: str,
        language: str,
        window: str,
        attempt: int,
        at: datetime,
        *,
        caller: str = "",
        rung: str = "",
        per_day: int = 0,
        per_hour: int = 0,
    ) -> None:
        """Return once the call-back to `number` (E.164) cannot be lost any more; else a NotKeptError.

        `rung` is that number as a keyed hash, `caller` the one that the caller rang from; beyond the limits
        staff decide whether it is rung.
        """
        sealed, digits = self._sealing.seal(number), number[-_SHOWN_DIGITS:]
        limits = (rung, per_day, per_hour)
        asked = CallBack(call, sealed, digits, language, window, attempt, at, *limits, caller)
        self._keep(asked)

    def keep_missed_call(
        self,
        call: str,
        number: str,
        language: str,
        caller: str,
        at: datetime,
        *,
        per_day: int,
        per_hour: int,
    ) -> None:
        """Return once the ringing back of `number` cannot be lost any more; else a NotKeptError.

        `caller` is the number as a keyed hash; beyond the limits nothing will be rung.
        """
        sealed, digits = self._sealing.seal(number), number[-_SHOWN_DIGITS:]
        self._keep(MissedCall(call, sealed, digits, language, caller, per_day, per_hour, at))

    def drain(self) -> int:
        """Bring what waits on disk into the database; how many still wait, because it is away."""
        paths = waiting_files(self._folder)
        for done, path in enumerate(paths):
            try:
                self._bring_in(path)
            except _AWAY as error:
                _LOG.warning("Promises wait on disk: %s", type(error).__name__)
                return len(paths) - done
        return 0

    def start(self) -> None:
        """Drain now and then, on a thread, until `stop`; what was put aside is tried once more."""
        try_again(self._folder)
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
            except Exception:  # noqa: BLE001 (whatever it is, it may pass, and the thread must live)
                _LOG.exception("What waits on disk cannot be brought in")

    def _keep(self, entry: Entry) -> None:
        if not self._stored_in_time(entry):
            self._write(entry)

    def _stored_in_time(self, entry: Entry) -> bool:
        if not self._free.acquire(blocking=False):
            return False  # as many as may wait for the database are waiting already
        future = self._workers.submit(_store, self._engine, entry)
        future.add_done_callback(lambda _: self._free.release())
        try:
            future.result(timeout=self._longest_wait)
        except (*_AWAY, TooSlowError) as error:
            _LOG.warning("A promise goes to disk: %s", type(error).__name__)
            return False
        return True

    def _bring_in(self, path: Path) -> None:
        try:
            entry = read_file(path)
        except UnreadableError as error:
            _LOG.error("%s; it is put aside, correct or remove it", error)
            refuse(path)
            return
        if entry is None:
            return
        with about(entry.call):
            self._store_or_refuse(path, entry)

    def _store_or_refuse(self, path: Path, entry: Entry) -> None:
        try:
            self._store_twice(entry)
        except Exception as error:
            if not _is_refusal(error):
                raise
            # What the database refuses for good must not hold up the promises behind it.
            _LOG.exception("%s is refused by the database; it is put aside", path)
            refuse(path)
        else:
            path.unlink(missing_ok=True)

    def _store_twice(self, entry: Entry) -> None:
        """Once more if it was refused: another process may have brought in the same at that moment."""
        try:
            _store(self._engine, entry)
        except Exception as error:
            if not _is_refusal(error):
                raise
            _store(self._engine, entry)

    def _write(self, entry: Entry) -> None:
        try:
            write_safely(self._folder / file_name(entry), write_entry(entry))
        except OSError as error:
            raise NotKeptError(f"neither database nor disk: {error.strerror}") from error


def _store(engine: Engine, entry: Entry) -> None:
    with writing(engine) as connection:
        store_entry(connection, entry)


def _is_refusal(error: Exception) -> bool:
    """Whether the database will never take it; everything else that is raised may pass."""
    unfit = isinstance(error, StatementError) and not isinstance(error, DBAPIError)
    return unfit or isinstance(error, _REFUSALS)
