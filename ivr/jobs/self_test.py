"""Once a day the helpline rings itself: if the call does not come in, staff hear of it before callers do."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.content.service import WatchTable
from ivr.jobs.check_calls import Phones
from ivr.jobs.notices import notify
from ivr.jobs.queue import Task
from ivr.storage import check_calls as stored
from ivr.storage.check_calls import CONFIRMED, FAILED, SELF, CheckCall
from ivr.storage.engine import reading, writing
from ivr.storage.notices import is_kept
from ivr.storage.tallies import count, counted

_LOG = logging.getLogger(__name__)
TASK, LOOK_EVERY = "self-test", 30.0  # seconds
RING_SECONDS = 20
COMES_IN_WITHIN = timedelta(minutes=3)
_SUBJECT, _BY = "self-test", "helpline"
_KNOWN_FOR = timedelta(days=2)
NOT_IN = "the network took the call, and it did not come in here"


def _one_thread() -> Executor:
    return ThreadPoolExecutor(1, thread_name_prefix="self-test")


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Rings the helpline's `number` once a day; `failures` is what `phones` raises.

    Any number of processes may look: one of them rings.
    """

    engine: Engine
    table: Callable[[], WatchTable]
    number: str
    language: Callable[[], str]
    phones: Phones
    failures: tuple[type[Exception], ...]
    zone: Callable[[], ZoneInfo]
    now: Callable[[], datetime]
    pool: Executor = field(default_factory=_one_thread)

    def task(self) -> Task:
        """What is to run."""
        return Task(TASK, self.work, LOOK_EVERY, threads=1)

    def work(self) -> None:
        """Have staff told if the last call did not come in; ring if today's has not been made."""
        at, table = self.now(), self.table()
        if not table.self_test_from:
            return
        self._tell(at)
        local = at.astimezone(self.zone())
        if local.time() >= table.self_test_time:
            check = self._claimed(f"{local:%Y-%m-%d}", at)
            if check:
                self._ring(check)

    def came_in(self) -> None:
        """The helpline was rung by itself; returns at once."""
        self.pool.submit(self._confirm)

    def _claimed(self, day: str, at: datetime) -> int | None:
        """The id of today's call, if it is ours to make."""
        with reading(self.engine) as connection:
            if counted(connection, _SUBJECT, day):
                return None
        with writing(self.engine) as connection:
            if not count(connection, _SUBJECT, day, at + _KNOWN_FOR, 1):
                return None
            return stored.add_check(connection, SELF, "", self.number[-2:], _BY, at)

    def _ring(self, check: int) -> None:
        try:
            self.phones.place(self.number, SELF, check, self.language(), RING_SECONDS)
        except self.failures as error:
            _LOG.error("The helpline could not ring itself: %s", error)
            with writing(self.engine) as connection:
                stored.note_check(connection, check, FAILED, self.now(), str(error))

    def _confirm(self) -> None:
        try:
            with writing(self.engine) as connection:
                last = stored.last_of(connection, SELF)
                if last:
                    stored.note_check(connection, last.id, CONFIRMED, self.now())
        except Exception:  # noqa: BLE001 (nobody would ever see it on a thread of the pool)
            _LOG.exception("That the helpline was reached could not be noted")

    def _tell(self, at: datetime) -> None:
        with reading(self.engine) as connection:
            last = stored.last_of(connection, SELF)
            if last is None or not _failed(last, at) or is_kept(connection, "self-test-failed", str(last.id)):
                return
        with writing(self.engine) as connection:
            notify(connection, "self-test-failed", str(last.id), reason=last.reason or NOT_IN)


def _failed(check: CheckCall, at: datetime) -> bool:
    late = at - check.created >= COMES_IN_WITHIN
    return check.state != CONFIRMED and (late or bool(check.reason))
