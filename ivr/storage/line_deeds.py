"""What counsellors have asked for by phone and SMS: each once, however often a network says it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables_staff_line import line_deeds

REMEMBERED = timedelta(days=2)
"""No network repeats itself as late as that."""


def once(connection: Connection, id_: str, at: datetime, do: Callable[[], str]) -> str:
    """What came of `do`, or what came of it the first time that this id was told.

    A repeat at the same moment waits until the first is committed, or undone.
    """
    try:
        with connection.begin_nested():
            connection.execute(insert(line_deeds).values(id=id_, outcome="", at=at))
    except IntegrityError:
        earlier = select(line_deeds.c.outcome).where(line_deeds.c.id == id_)
        return str(connection.scalars(earlier).one())
    outcome = do()
    connection.execute(update(line_deeds).where(line_deeds.c.id == id_).values(outcome=outcome))
    return outcome


def forget_deeds(connection: Connection, at: datetime) -> int:
    """Remove what is older than REMEMBERED; how many."""
    return connection.execute(delete(line_deeds).where(line_deeds.c.at < at - REMEMBERED)).rowcount
