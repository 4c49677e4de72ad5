"""Counsellors' PINs: only what scrypt makes of them is stored, and after some wrong ones none counts."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, insert, literal, null, or_, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from ivr.storage.revision import bump
from ivr.storage.tables import Moment
from ivr.storage.tables_staff_line import pins

MOST_WRONG = 5
LOCKED_FOR = timedelta(minutes=15)


def set_pin(connection: Connection, person: str, pin: str) -> None:
    """Let the counsellor of that key sign in with `pin`; wrong attempts and a lock are forgotten."""
    values = {"hash": generate_password_hash(pin, "scrypt"), "wrong": 0, "locked_until": None}
    if not connection.execute(update(pins).where(pins.c.person == person).values(**values)).rowcount:
        connection.execute(insert(pins).values(person=person, **values))
    bump(connection)


def remove_pin(connection: Connection, person: str) -> bool:
    """Whether there was one to remove."""
    gone = connection.execute(delete(pins).where(pins.c.person == person)).rowcount == 1
    if gone:
        bump(connection)
    return gone


def people_with_pins(connection: Connection) -> tuple[str, ...]:
    """The keys of the counsellors who may sign in."""
    return tuple(connection.scalars(select(pins.c.person).order_by(pins.c.person)))


def begin_try(connection: Connection, person: str, at: datetime) -> str | None:
    """What the PIN must match, if there is an attempt left; it counts as wrong until it was found right.

    MOST_WRONG in a row lock for LOCKED_FOR, however many phones and processes try at the same moment. Commit
    it before looking at the PIN (`matches`): that takes long, and what is cut off must not be for nothing.
    """
    if not _count(connection, person, at):
        return None
    return str(connection.scalars(select(pins.c.hash).where(pins.c.person == person)).one())


def matches(stored: str, pin: str) -> bool:
    """Whether that is the PIN; takes a tenth of a second, so not within a transaction."""
    return check_password_hash(stored, pin)


def was_right(connection: Connection, person: str) -> None:
    """Forget the wrong attempts and a lock."""
    connection.execute(update(pins).where(pins.c.person == person).values(wrong=0, locked_until=None))


def is_locked(connection: Connection, person: str, at: datetime) -> bool:
    """Whether not even the right PIN counts at `at`."""
    locked = (pins.c.person == person, pins.c.locked_until > at)
    return connection.scalar(select(pins.c.person).where(*locked)) is not None


def _count(connection: Connection, person: str, at: datetime) -> bool:
    """Whether there was an attempt left; the first after a lock begins a new row."""
    over = pins.c.locked_until.is_not(None)
    wrong = case((over, 1), else_=pins.c.wrong + 1)
    until = case((wrong >= MOST_WRONG, literal(at + LOCKED_FOR, Moment)), else_=null())
    free = or_(pins.c.locked_until.is_(None), pins.c.locked_until <= at)
    row = update(pins).where(pins.c.person == person, free).values(wrong=wrong, locked_until=until)
    return connection.execute(row).rowcount == 1
