"""Queues at the network: noted as soon as their id is known, forgotten once they are deleted there."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables_reaching import old_queues

UNATTENDED = timedelta(hours=6)
"""A queue whose call never told of its end: a wait and the longest conversation are over by then."""


def note_queue(connection: Connection, sid: str, call: str, at: datetime) -> None:
    """Have this queue deleted when its call is over, or long after, whatever happens."""
    if not sid or connection.scalar(select(old_queues.c.sid).where(old_queues.c.sid == sid)):
        return
    try:
        with connection.begin_nested():
            values = {"sid": sid, "call": call, "tries": 0, "next_at": at + UNATTENDED}
            connection.execute(insert(old_queues).values(**values))
    except IntegrityError:
        # Another process has noted it in the same moment.
        return


def queues_are_over(connection: Connection, call: str, at: datetime) -> None:
    """The queues of this call can be deleted from now on."""
    theirs = (old_queues.c.call == call, old_queues.c.tries == 0)
    connection.execute(update(old_queues).where(*theirs).values(next_at=at))


def due_queues(connection: Connection, at: datetime, limit: int = 20) -> tuple[tuple[str, int], ...]:
    """The ids of queues to delete now, and how often that was tried."""
    query = select(old_queues.c.sid, old_queues.c.tries).where(old_queues.c.next_at <= at)
    rows = connection.execute(query.order_by(old_queues.c.next_at).limit(limit))
    return tuple((row.sid, row.tries) for row in rows)


def claim_queue(connection: Connection, sid: str, at: datetime, lease: timedelta) -> bool:
    """Whether it is ours to delete: until `at + lease` nobody else is told so."""
    free = (old_queues.c.sid == sid, old_queues.c.next_at <= at)
    values = {"tries": old_queues.c.tries + 1, "next_at": at + lease}
    return connection.execute(update(old_queues).where(*free).values(**values)).rowcount == 1


def queue_deleted(connection: Connection, sid: str) -> None:
    """The network has it no more."""
    connection.execute(delete(old_queues).where(old_queues.c.sid == sid))


def queue_stays(connection: Connection, sid: str, next_at: datetime) -> None:
    """Try again then."""
    connection.execute(update(old_queues).where(old_queues.c.sid == sid).values(next_at=next_at))
