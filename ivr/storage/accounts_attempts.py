"""Wrong passwords, PINs and codes: after some in a row none counts for a while, each time for longer."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, case, delete, insert, literal, null, or_, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables import Moment
from ivr.storage.tables_accounts import attempts

LOCKS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""The first, second, third lock in a row; every further one is as long as the last."""
FORGOTTEN_AFTER = timedelta(days=1)


def begin_attempt(connection: Connection, subject: str, at: datetime, most: int) -> datetime | None:
    """None if there is an attempt left; else until when none counts.

    It counts as wrong until it was found right, and the last of `most` in a row locks, however many processes
    try at the same moment. Commit it before looking whether it is right: what is cut off must not be for
    nothing.
    """
    connection.execute(delete(attempts).where(attempts.c.at <= at - FORGOTTEN_AFTER))
    _make_row(connection, subject, at)
    if _counted(connection, subject, at, most):
        return None
    return locked_until(connection, subject, at)


def was_right(connection: Connection, subject: str) -> None:
    """Forget the wrong attempts and every lock."""
    connection.execute(delete(attempts).where(attempts.c.subject == subject))


def take_back(connection: Connection, subject: str) -> None:
    """Forget one attempt: it was right, but says nothing about the others of that subject.

    A lock that was the last one's goes too: without this one there was none to be.
    """
    row = update(attempts).where(attempts.c.subject == subject, attempts.c.wrong > 0)
    locks = attempts.c.locks - case((attempts.c.locked_until.is_not(None), literal(1, Integer)), else_=0)
    connection.execute(row.values(wrong=attempts.c.wrong - 1, locks=locks, locked_until=null()))


def locked_until(connection: Connection, subject: str, at: datetime) -> datetime | None:
    """Until when nothing counts for the subject, if there is a lock at `at`."""
    lock = (attempts.c.subject == subject, attempts.c.locked_until > at)
    return connection.scalar(select(attempts.c.locked_until).where(*lock))


def _counted(connection: Connection, subject: str, at: datetime, most: int) -> bool:
    """Whether there was an attempt left; the first after a lock begins a new row of them."""
    over = attempts.c.locked_until.is_not(None)
    wrong = case((over, 1), else_=attempts.c.wrong + 1)
    last = wrong >= most
    lengths = [(attempts.c.locks == nth, literal(at + length, Moment)) for nth, length in enumerate(LOCKS)]
    until = case((last, case(*lengths, else_=literal(at + LOCKS[-1], Moment))), else_=null())
    locks = attempts.c.locks + case((last, literal(1, Integer)), else_=0)
    free = or_(attempts.c.locked_until.is_(None), attempts.c.locked_until <= at)
    row = update(attempts).where(attempts.c.subject == subject, free)
    return connection.execute(row.values(wrong=wrong, locks=locks, locked_until=until, at=at)).rowcount == 1


def _make_row(connection: Connection, subject: str, at: datetime) -> None:
    if connection.scalar(select(attempts.c.wrong).where(attempts.c.subject == subject)) is not None:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(attempts).values(subject=subject, wrong=0, locks=0, at=at))
    except IntegrityError:
        return  # another process was first; its row is counted up
