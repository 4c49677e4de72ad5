"""What counsellors have asked for by phone and SMS: each once, however often a network says it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables_staff_line import line_deeds

REMEMBERED = timedelta(days=2)
"""No network repeats itself as late as that."""


def once(connection: Connection, id_: str, at: datetime, do: Callable[[], str]) -> str:
    """What came of `do`, or what came of it the first time that this id was told.

    A repeat at the same moment waits until the first is committed, or undone.
    """
    earlier = begin(connection, id_, at)
    if earlier is not None:
        return earlier
    outcome = do()
    finish(connection, id_, outcome)
    return outcome


def begin(connection: Connection, id_: str, at: datetime) -> str | None:
    """None for the first who tells this id; else what came of it then, "" as long as that is not known."""
    try:
        with connection.begin_nested():
            connection.execute(insert(line_deeds).values(id=id_, outcome="", at=at))
    except IntegrityError:
        return outcome_of(connection, id_)
    return None


def outcome_of(connection: Connection, id_: str) -> str:
    """What came of a deed that was begun, "" as long as that is not known."""
    return str(connection.scalars(select(line_deeds.c.outcome).where(line_deeds.c.id == id_)).one())


def finish(connection: Connection, id_: str, outcome: str) -> None:
    """Note what came of a deed that was begun."""
    connection.execute(update(line_deeds).where(line_deeds.c.id == id_).values(outcome=outcome))


def said_lately(connection: Connection, id_: str, at: datetime, within: timedelta) -> bool:
    """Whether the same was told with this id less than `within` ago; from now on it was, at `at`."""
    found = connection.scalar(select(line_deeds.c.at).where(line_deeds.c.id == id_).with_for_update())
    if found is None:
        connection.execute(insert(line_deeds).values(id=id_, outcome="", at=at))
        return False
    connection.execute(update(line_deeds).where(line_deeds.c.id == id_).values(at=at))
    return bool(at - found < within)
