"""Fetches callers' recordings from the network, then deletes them there; nothing is given up silently."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.jobs.messages import Messages
from ivr.storage import promises
from ivr.storage.engine import reading, writing
from ivr.storage.errors import StorageError

_LOG = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=1)
WHILE_CALLER_WAITS = 16  # tries, a second apart; the caller waits fifteen seconds
LONGEST_PAUSE = timedelta(hours=1)
LOOK_EVERY = 5.0  # seconds


class Network(Protocol):
    """The provider's recordings; both raise `NetworkError` types of the adapter when it does not answer."""

    def fetch(self, recording: str) -> bytes:
        """The recording as WAV."""

    def delete(self, recording: str) -> None:
        """Remove it at the provider; not there is as good."""


class Fetching:
    """One thread that fetches what is due, deletes what is fetched, and looks again when woken.

    What is due stands in the database, so a restart loses nothing, and a lease keeps two processes apart.
    `failures` are the errors of the network that mean "again later".
    """

    def __init__(
        self,
        engine: Engine,
        network: Network,
        messages: Messages,
        now: Callable[[], datetime],
        failures: tuple[type[Exception], ...],
    ) -> None:
        self._engine, self._network, self._messages, self._now = engine, network, messages, now
        self._failures: tuple[type[Exception], ...] = (*failures, OSError)
        self._wake, self._stopping = Event(), False
        self._thread: Thread | None = None
        self._dropped: deque[str] = deque()

    def soon(self, recording: str) -> None:
        """Something may be there to fetch; returns at once."""
        del recording
        self._wake.set()

    def drop(self, recording: str) -> None:
        """Have a recording that is no message deleted at the provider; returns at once."""
        self._dropped.append(recording)
        self._wake.set()

    def start(self) -> None:
        """Work on a thread until `stop`."""
        self._stopping = False
        self._thread = Thread(target=self._run, name="fetching", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is doing."""
        self._stopping = True
        self._wake.set()
        if self._thread:
            self._thread.join()

    def work(self) -> timedelta | None:
        """Fetch and delete what is due now; how soon to look again because something was not there yet."""
        at = self._now()
        self._note_dropped(at)
        with reading(self._engine) as connection:
            due = promises.due_fetches(connection, at)
            gone = promises.recordings_to_delete(connection, at)
        waits = [self._fetch(each, at) for each in due]
        for each in gone:
            self._delete(each, at)
        return min((wait for wait in waits if wait), default=None)

    def _note_dropped(self, at: datetime) -> None:
        while self._dropped:
            with writing(self._engine) as connection:
                promises.drop_recording(connection, self._dropped[0], at)
            self._dropped.popleft()

    def _run(self) -> None:
        again = self._now()
        while not self._stopping:
            pause = self._looked()
            at = self._now()
            # Woken before its time, a look finds nothing due, and must not put off what is due in a moment.
            again = at + pause if pause else max(again, at)
            wait = (again - at).total_seconds() or LOOK_EVERY
            self._wake.wait(wait)
            self._wake.clear()

    def _looked(self) -> timedelta | None:
        try:
            self._messages.forget_answers()
            return self.work()
        except (SQLAlchemyError, StorageError) as error:
            _LOG.warning("Recordings wait: storage is away (%s)", type(error).__name__)
        except Exception:  # noqa: BLE001 (whatever it is, the next look may do)
            _LOG.exception("Recordings wait")
        return None

    def _fetch(self, recording: promises.Recording, at: datetime) -> timedelta | None:
        with writing(self._engine) as connection:
            if not promises.claim_fetch(connection, recording.id, at, LEASE):
                return None
        try:
            file = self._messages.keep(recording.id, self._network.fetch(recording.id))
        except self._failures as error:
            return self._later(recording, error)
        with writing(self._engine) as connection:
            promises.fetched(connection, recording.id, file, self._now())
        self._delete(recording, self._now())
        return None

    def _later(self, recording: promises.Recording, error: Exception) -> timedelta:
        pause = _pause(max(0, recording.tries + 1 - WHILE_CALLER_WAITS))
        _LOG.info("A recording is not here yet (%s); again in %s", type(error).__name__, pause)
        with writing(self._engine) as connection:
            promises.fetch_failed(connection, recording.id, self._now() + pause)
        return pause

    def _delete(self, recording: promises.Recording, at: datetime) -> None:
        with writing(self._engine) as connection:
            if not promises.claim_deletion(connection, recording.id, at, LEASE):
                return
            wanted = promises.is_wanted(connection, recording.id)
        try:
            self._network.delete(recording.id)
            if not wanted:
                self._messages.remove(recording.id)
        except self._failures as error:
            self._not_deleted(recording, error)
            return
        with writing(self._engine) as connection:
            promises.deleted(connection, recording.id, self._now())

    def _not_deleted(self, recording: promises.Recording, error: Exception) -> None:
        pause = _pause(recording.tries)
        _LOG.warning("The provider still has a recording (%s); again in %s", type(error).__name__, pause)
        with writing(self._engine) as connection:
            promises.deletion_failed(connection, recording.id, self._now() + pause)


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(tries, 12)), LONGEST_PAUSE)
