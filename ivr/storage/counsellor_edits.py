"""Counsellors as staff edit them: one at a time, and only the state that they have seen."""

from hashlib import sha256
from secrets import token_hex

from sqlalchemy import Connection, delete, insert, select, update

from ivr.duty.people import Person
from ivr.flow.roster import Counsellor
from ivr.storage.counsellors import columns_of, counsellor_of
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.revision import bump
from ivr.storage.tables import counsellors


class TakenPhoneError(Exception):
    """Another counsellor has this phone; says who."""


def find_counsellor(connection: Connection, key: str) -> Counsellor | None:
    """The one of that key."""
    row = connection.execute(select(counsellors).where(counsellors.c.key == key)).first()
    return counsellor_of(row) if row else None


def person_version(person: Counsellor) -> str:
    """What differs as soon as anything about the counsellor does."""
    return sha256(repr(person).encode()).hexdigest()[:16]


def add_counsellor(connection: Connection, person: Person) -> str:
    """Keep a new counsellor; their key. A TakenPhoneError if the phone is somebody's."""
    _check_phone(connection, person.phone, "")
    key = token_hex(4)
    connection.execute(insert(counsellors).values(key=key, **columns_of(person)))
    bump(connection)
    return key


def change_counsellor(connection: Connection, key: str, person: Person, version: str) -> None:
    """Keep what is different about a counsellor; a ChangedMeanwhileError, or a TakenPhoneError."""
    locked = select(counsellors).where(counsellors.c.key == key).with_for_update()
    row = connection.execute(locked).first()
    if row is None or person_version(counsellor_of(row)) != version:
        raise ChangedMeanwhileError(key)
    _check_phone(connection, person.phone, key)
    connection.execute(update(counsellors).where(counsellors.c.key == key).values(**columns_of(person)))
    bump(connection)


def remove_counsellor(connection: Connection, key: str) -> bool:
    """Forget a counsellor; shifts that are still theirs are nobody's then. False if that is so already."""
    gone = connection.execute(delete(counsellors).where(counsellors.c.key == key)).rowcount == 1
    if gone:
        bump(connection)
    return gone


def _check_phone(connection: Connection, phone: str, key: str) -> None:
    others = select(counsellors.c.name).where(counsellors.c.phone == phone, counsellors.c.key != key)
    name = connection.scalar(others)
    if name is not None:
        raise TakenPhoneError(name)
