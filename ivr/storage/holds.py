"""Who is not to be rung now: at most one hold for each person, whoever asks."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from ivr.storage.tables_reaching import holds


def held(connection: Connection, at: datetime) -> frozenset[str]:
    """The keys of those who are rung, talk, or are in wrap-up."""
    return frozenset(connection.scalars(select(holds.c.person).where(holds.c.until > at)))


def hold(connection: Connection, person: str, leg: int, until: datetime) -> None:
    """Hold a person for a leg; an IntegrityError if somebody else does."""
    connection.execute(insert(holds).values(person=person, leg_id=leg, until=until))


def extend(connection: Connection, person: str, leg: int, until: datetime) -> None:
    """Hold a person for this leg until then, whatever they were held for."""
    values = {"leg_id": leg, "until": until}
    if not connection.execute(update(holds).where(holds.c.person == person).values(**values)).rowcount:
        hold(connection, person, leg, until)


def expire(connection: Connection, person: str, at: datetime) -> None:
    """Forget a hold that is over."""
    connection.execute(delete(holds).where(holds.c.person == person, holds.c.until <= at))


def free(connection: Connection, leg: int) -> None:
    """End the hold of this leg, if it has one."""
    connection.execute(delete(holds).where(holds.c.leg_id == leg))


def shorten(connection: Connection, leg: int, until: datetime) -> None:
    """Let the hold of this leg, if it still has one, end at `until`."""
    connection.execute(update(holds).where(holds.c.leg_id == leg).values(until=until))


def while_calling_back(promise: int) -> int:
    """What stands for a leg while somebody rings back from a call of their own; no leg has such a number."""
    return -promise
