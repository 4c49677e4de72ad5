"""Fetches callers' recordings from the network, then deletes them there; nothing is given up silently."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from sqlalchemy import Engine

from ivr.jobs.messages import Messages
from ivr.jobs.queue import Task
from ivr.logs import about
from ivr.sound.store import StoreAwayError
from ivr.storage import promises
from ivr.storage.engine import reading, writing

_LOG = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=1)
WHILE_CALLER_WAITS = 16  # tries, a second apart; the caller waits fifteen seconds
LONGEST_PAUSE = timedelta(hours=1)
LOOK_EVERY = 5.0  # seconds
AT_ONCE = 4  # recordings; a slow one holds up no other
RECORDINGS, DROPPED = "recordings", "dropped-recordings"


class Network(Protocol):
    """The provider's recordings; both raise `NetworkError` types of the adapter when it does not answer."""

    def fetch(self, recording: str) -> bytes:
        """The recording as WAV."""

    def delete(self, recording: str) -> None:
        """Remove it at the provider; not there is as good."""


class Fetching:
    """Fetches what is due and deletes what is fetched, as `tasks` that run; `wake` makes one run at once.

    What is due stands in the database, so a restart loses nothing, and a lease keeps two threads or processes
    apart. `failures` are the errors of the network that mean "again later".
    """

    def __init__(
        self,
        engine: Engine,
        network: Network,
        messages: Messages,
        now: Callable[[], datetime],
        failures: tuple[type[Exception], ...],
        wake: Callable[[str], None] | None = None,
    ) -> None:
        self._engine, self._network, self._messages, self._now = engine, network, messages, now
        self._failures: tuple[type[Exception], ...] = (*failures, OSError, StoreAwayError)
        self._wake = wake
        self._dropped: deque[str] = deque()
        self._noting = Lock()

    def tasks(self) -> tuple[Task, ...]:
        """What fetches and deletes, and what notes the recordings that this process is to have dropped."""
        return (
            Task(RECORDINGS, self._look, LOOK_EVERY, threads=AT_ONCE),
            Task(DROPPED, self._note_dropped, LOOK_EVERY, threads=1, memory=True),
        )

    def soon(self, recording: str) -> None:
        """Something may be there to fetch; returns at once."""
        del recording
        self._rouse(RECORDINGS)

    def drop(self, recording: str) -> None:
        """Have a recording that is no message deleted at the provider; returns at once."""
        self._dropped.append(recording)
        self._rouse(DROPPED)

    def work(self) -> timedelta | None:
        """Fetch and delete what is due now; how soon to look again because something was not there yet."""
        self._note_dropped()
        at = self._now()
        with reading(self._engine) as connection:
            due = promises.due_fetches(connection, at)
            gone = promises.recordings_to_delete(connection, at)
        if len(due) > 1:
            self._rouse(RECORDINGS)  # another thread shall begin with those that this one has not claimed yet
        waits = []
        for each in due:
            with about(each.call):
                waits.append(self._fetch(each, at))
        for each in gone:
            with about(each.call):
                self._delete(each, at)
        return min((wait for wait in waits if wait), default=None)

    def _rouse(self, task: str) -> None:
        if self._wake:
            self._wake(task)

    def _look(self) -> timedelta | None:
        self._messages.forget_answers()
        return self.work()

    def _note_dropped(self) -> None:
        with self._noting:
            noted = len(self._dropped)
            while self._dropped:
                with writing(self._engine) as connection:
                    promises.drop_recording(connection, self._dropped[0], self._now())
                self._dropped.popleft()
        if noted:
            self._rouse(RECORDINGS)

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
