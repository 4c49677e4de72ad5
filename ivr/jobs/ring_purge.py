"""What is left of waiting at the network once it is over: queues that nobody is in any more."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine

from ivr.storage import old_queues
from ivr.storage.engine import reading, writing

_LOG = logging.getLogger(__name__)
LEASE = timedelta(minutes=1)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=6)


class Queues(Protocol):
    """The network's queues; raises errors of its own when it does not answer."""

    def delete_queue(self, sid: str) -> bool:
        """Delete an empty queue, or one that is not there; False if somebody is still in it."""


def purge_queues(
    engine: Engine, queues: Queues, now: Callable[[], datetime], failures: tuple[type[Exception], ...]
) -> None:
    """Delete the queues of calls that are over; what cannot go yet is tried again, ever more rarely."""
    with reading(engine) as connection:
        due = old_queues.due_queues(connection, now())
    for sid, tries in due:
        with writing(engine) as connection:
            claimed = old_queues.claim_queue(connection, sid, now(), LEASE)
        if claimed:
            _delete(engine, queues, now, failures, sid, tries)


def _delete(
    engine: Engine,
    queues: Queues,
    now: Callable[[], datetime],
    failures: tuple[type[Exception], ...],
    sid: str,
    tries: int,
) -> None:
    try:
        gone = queues.delete_queue(sid)
    except failures as error:
        _LOG.warning("A queue could not be deleted (%s)", type(error).__name__)
        gone = False
    with writing(engine) as connection:
        if gone:
            old_queues.queue_deleted(connection, sid)
        else:
            pause = min(FIRST_PAUSE * (1 << min(tries, 14)), LONGEST_PAUSE)
            old_queues.queue_stays(connection, sid, now() + pause)
