"""Wake-ups between processes and machines, carried by Huey: "look for what is due of this kind"."""

import json
import logging
import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

from huey import Huey, PostgresHuey, SqliteHuey  # type: ignore[import-untyped]
from huey.registry import Message  # type: ignore[import-untyped]
from sqlalchemy.engine import make_url

from ivr.storage.engine import engine_for

_LOG = logging.getLogger(__name__)
FILE = "jobs.db"
TASK = "look"
POLL = 0.5  # seconds between two looks into SQLite, which cannot tell by itself; PostgreSQL tells at once
LONGEST_PAUSE = 30.0
MOST = 100  # wake-ups that may wait; with nobody to take them, more would say nothing new

Heard = Callable[[str], None]


class Wakes:
    """Sends wake-ups that no thread of this process serves, and hears those of other processes.

    A wake-up is lost at worst, with the process that had just taken it out: nothing but its haste is lost.
    """

    def __init__(self, database_url: str, folder: Path) -> None:
        self._database_url, self._folder = database_url, folder
        self._waiting: deque[str] = deque(maxlen=MOST)
        self._wake, self._stopping = Event(), False
        self._thread: Thread | None = None
        self._queue: tuple[Huey, Heard] | None = None
        self._heard: Heard | None = None
        self._pause = 0.0

    def send(self, name: str) -> None:
        """Wake that task wherever it is worked for; returns at once, and a thread does it."""
        if name not in self._waiting:
            self._waiting.append(name)
        self._wake.set()

    def start(self, heard: Heard | None) -> None:
        """Send on a thread from now on; with `heard`, hand it the names of tasks that others have woken."""
        self._heard, self._stopping = heard, False
        self._thread = Thread(target=self._run, name="wakes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self._wake.set()

    def join(self, until: float) -> None:
        """Wait for the thread to end, at most until that moment of the monotonic clock."""
        if self._thread:
            self._thread.join(max(0.0, until - monotonic()))

    def pass_on(self) -> None:
        """Send what waits and hear what has come; raises whatever the queue's storage raises."""
        if self._queue is None:
            self._queue = open_queue(self._database_url, self._folder, self._hear)
        queue, wake = self._queue
        while self._waiting and not self._stopping:
            if queue.storage.queue_size() < MOST:
                wake(self._waiting[0])
            self._waiting.popleft()
        while self._heard and not self._stopping and (task := queue.dequeue()):
            queue.execute(task)

    def close(self) -> None:
        """Let go of the queue's storage, from the thread that used it."""
        queue, self._queue = self._queue, None
        if queue:
            with suppress(Exception):  # whatever it was, it is let go
                queue[0].storage.close()

    def _hear(self, name: str) -> None:
        if self._heard:
            self._heard(name)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            self._passed_on()
            # PostgreSQL has waited for its notification inside already, and for nothing else we need sleep.
            self._wake.wait(self._pause or (POLL if self._heard else None))
        self.close()

    def _passed_on(self) -> None:
        try:
            self.pass_on()
        except Exception as error:  # noqa: BLE001 (drivers have types of their own, and timers go on without)
            if not self._pause:
                _LOG.warning("Other processes cannot be woken or heard: %s", type(error).__name__)
            self.close()
            self._pause = min(max(self._pause * 2, 1.0), LONGEST_PAUSE)
        else:
            self._pause = 0.0


def open_queue(database_url: str, folder: Path, heard: Heard) -> tuple[Huey, Heard]:
    """The queue, and what wakes a task through it: a file beside SQLite, or tables `ivr_jobs_…`.

    Raises what the storage raises while it is away.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        queue = SqliteHuey("ivr", filename=_private(folder / FILE), **_plainly())
    else:
        engine = engine_for(database_url)
        _, parameters = engine.dialect.create_connect_args(engine.url)
        limits = {"connect_timeout": 2, "blocking": True, "read_timeout": 1}
        queue = PostgresHuey("ivr", table_prefix="ivr_jobs", **{**parameters, **limits}, **_plainly())

    @queue.task(name=TASK)  # type: ignore[untyped-decorator]
    def look(name: str) -> None:
        heard(name)

    return queue, look


class _Plain:
    """Messages as JSON: Huey's own pickles would let whoever can write into the queue run what they like."""

    def serialize(self, data: object) -> bytes:
        return json.dumps(data).encode()

    def deserialize(self, data: bytes) -> object:
        return Message(*json.loads(data))


def _plainly() -> dict[str, Any]:
    return {"results": False, "serializer": _Plain()}


def _private(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    return str(path)
