"""The threads of one task: they look for what is due, when woken at once, else now and then."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Condition, Thread
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from ivr.storage.errors import StorageError

_LOG = logging.getLogger(__name__)
FIRST_PAUSE = 1.0  # seconds after a first failure; it doubles
LONGEST_PAUSE = 300.0
WHILE_AWAY = 5.0  # the longest while storage is away: what is due has waited long enough when it is back

Look = Callable[[], timedelta | None]
"""Finds what is due, claims each piece by a conditional write, does it; how soon to look again, if sooner."""


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of later work: `look` at least `every` so many seconds, by at most so many `threads` at once.

    Whatever hangs in one of the threads holds up no other task, and not its own kind while a thread is free.
    `memory` is for work that lies in the memory of the process that met it: every process looks for that.
    """

    name: str
    look: Look
    every: float
    threads: int = 2
    memory: bool = False


class Looks:
    """Looks on threads from `start` to `stop`; what fails is logged and tried again after growing pauses."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._changed = Condition()
        self._planned: list[float] = []
        self._regular = self._failures = 0.0
        self._stopping = False
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Look now, and go on."""
        self._stopping, self._regular = False, monotonic()
        names = [f"{self._task.name}-{number}" for number in range(self._task.threads)]
        self._threads = [Thread(target=self._run, name=each, daemon=True) for each in names]
        for each in self._threads:
            each.start()

    def soon(self) -> None:
        """Look at once, even if others are looking; returns at once."""
        self._plan(0.0)

    def stop(self) -> None:
        """Begin no more looks."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, until: float) -> bool:
        """Whether all looks had ended by the moment `until` of the monotonic clock."""
        for each in self._threads:
            each.join(max(0.0, until - monotonic()))
        return not any(each.is_alive() for each in self._threads)

    def _run(self) -> None:
        while self._wait():
            self._look()

    def _wait(self) -> bool:
        """Whether it is time to look; False: no more."""
        with self._changed:
            while not self._stopping:
                at = monotonic()
                left = min((self._regular, *self._planned)) - at
                if left <= 0:
                    # A look planned for later stays: one that was woken early finds what is due then not yet.
                    self._planned = [each for each in self._planned if each > at]
                    self._regular = at + self._task.every
                    return True
                self._changed.wait(left)
        return False

    def _look(self) -> None:
        try:
            pause = self._task.look()
        except (SQLAlchemyError, StorageError) as error:
            if not self._failures:  # once is enough until it is back
                _LOG.warning("%s wait: storage is away (%s)", self._task.name, type(error).__name__)
            self._failed(WHILE_AWAY)
        except Exception:  # noqa: BLE001 (whatever it is, a later look may do, and the thread must live)
            _LOG.exception("%s wait", self._task.name)
            self._failed(LONGEST_PAUSE)
        else:
            self._failures = 0
            if pause is not None:
                self._plan(pause.total_seconds())

    def _failed(self, longest: float) -> None:
        with self._changed:
            pause = min(FIRST_PAUSE * 2 ** min(self._failures, 16), longest)
            self._failures += 1
            self._regular = monotonic() + pause

    def _plan(self, after: float) -> None:
        with self._changed:
            self._planned.append(monotonic() + after)
            self._changed.notify()
