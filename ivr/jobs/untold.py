"""What webhooks have told about call-backs and storage has not taken yet: noted in order, never twice."""

import logging
from collections import deque
from collections.abc import Callable
from threading import Lock

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.storage.errors import StorageError
from ivr.storage.reaching import arranging

_LOG = logging.getLogger(__name__)
AWAY = (SQLAlchemyError, StorageError)
IN_TIME = 0.7  # seconds; a webhook answers within one

Job = Callable[[Connection], None]


class Untold:
    """Runs jobs, each in a transaction: at once if storage is in time, else when `tell` is called next.

    What a killed process had not told is found by the promise's own time.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._in_time = InTime()
        self._jobs: deque[Job] = deque()
        self._one = Lock()

    def soon(self, job: Job) -> None:
        """Return within IN_TIME, whatever storage does; the job may be done twice, but not half."""
        self._jobs.append(job)
        try:
            self._in_time.ask(self.tell, IN_TIME)
        except (NotInTimeError, *AWAY) as error:
            _LOG.warning("What became of a call-back is noted later: %s", type(error).__name__)

    def tell(self) -> None:
        """Do what waits, in order; the first failure of storage ends it, and everything left waits on."""
        with self._one:
            while self._jobs:
                self._do(self._jobs[0])
                self._jobs.popleft()

    def _do(self, job: Job) -> None:
        try:
            with arranging(self._engine) as connection:
                job(connection)
        except AWAY:
            raise
        except Exception:  # noqa: BLE001 (whatever it is, it must not hold up what waits behind it)
            _LOG.exception("What became of a call-back could not be noted; its own time decides")
