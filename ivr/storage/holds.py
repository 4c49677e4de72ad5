"""Who is not to be rung now: at most one hold for each person, whoever asks."""

from datetime import datetime
from zlib import crc32

from sqlalchemy import Connection, delete, insert, or_, select, update

from ivr.storage.tables_reaching import holds, legs, waits

_DIALLED = 2**30


def held(connection: Connection, at: datetime) -> frozenset[str]:
    """The keys of those who are rung, talk, or are in wrap-up."""
    return frozenset(connection.scalars(select(holds.c.person).where(holds.c.until > at)))


def held_by_others(connection: Connection, call: str, at: datetime) -> frozenset[str]:
    """As `held`, without those who are held for this call alone."""
    query = select(holds.c.person).outerjoin(legs, legs.c.id == holds.c.leg_id)
    query = query.outerjoin(waits, waits.c.id == legs.c.wait_id).where(holds.c.until > at)
    others = holds.c.leg_id != while_dialled(call), or_(waits.c.call.is_(None), waits.c.call != call)
    return frozenset(connection.scalars(query.where(*others)))


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


def prolong(connection: Connection, leg: int, until: datetime) -> None:
    """Let the hold of this leg, if it still has one, not end before `until`."""
    shorter = (holds.c.leg_id == leg, holds.c.until < until)
    connection.execute(update(holds).where(*shorter).values(until=until))


def while_calling_back(promise: int) -> int:
    """What stands for a leg while somebody rings back from a call of their own; no leg has such a number."""
    return -promise


def while_dialled(call: str) -> int:
    """What stands for a leg while Dial rings somebody for this call; smaller than any promise's number."""
    return -_DIALLED - crc32(call.encode()) % _DIALLED
