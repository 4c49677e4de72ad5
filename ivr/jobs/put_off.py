"""Once a clock that was ahead is put right, nothing waits for the time that it showed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from ivr.flow.windows import LONGEST_PAUSE as UNTIL_THE_NEXT_TRY
from ivr.jobs import fetching, line_answers, notices_telling, ring_purge
from ivr.jobs.callbacks import CALLING
from ivr.jobs.line_deeds import TAKEN_FOR
from ivr.jobs.queue import Task
from ivr.jobs.ring_legs import JUDGING, LONGEST_CONVERSATION
from ivr.storage.accounts_attempts import LOCKS
from ivr.storage.engine import reading
from ivr.storage.put_off import Longest, clock_of, pauses
from ivr.storage.reaching import arranging

_LOG = logging.getLogger(__name__)
TASK, EVERY = "put-off", 60.0  # seconds
_AGREES = timedelta(minutes=1)
_LONGEST_WRAP_UP = timedelta(seconds=900)
LONGEST = Longest(
    fetching=fetching.LONGEST_PAUSE,
    telling=notices_telling.LONGEST_PAUSE,
    answering=line_answers.FIRST_PAUSE * (1 << line_answers.MOST_TRIES),
    queue=ring_purge.LONGEST_PAUSE,
    try_=UNTIL_THE_NEXT_TRY + timedelta(hours=25),  # to that time of day, on a day of 25 hours
    calling=CALLING,
    taken=TAKEN_FOR,
    conversation=LONGEST_CONVERSATION,
    wrap_up=JUDGING + _LONGEST_WRAP_UP,
    lock=LOCKS[-1],
)


@dataclass(frozen=True, slots=True)
class PutOff:
    """Looks for what waits too long; of several machines only those agree that share `clock`'s time."""

    engine: Engine
    now: Callable[[], datetime]
    clock: Callable[[Connection], datetime | None] = clock_of

    def task(self) -> Task:
        """What is to run."""
        return Task(TASK, self.look, EVERY, threads=1)

    def look(self) -> timedelta | None:
        """Bring back what a clock that was ahead has put off."""
        at, kinds = self.now(), pauses(LONGEST)
        with reading(self.engine) as connection:
            shared = self.clock(connection)
            late = [each for each in kinds if each.is_there(connection, at)]
        if not late:
            return None
        if shared is not None and abs(shared - at) > _AGREES:
            _LOG.error("This machine's clock differs from the database's: what is put off stays as it is")
            return None
        with arranging(self.engine) as connection:
            number = sum(each.end(connection, at) for each in late)
        _LOG.warning("A clock was ahead: %d things that were put off for too long are done now", number)
        return None
