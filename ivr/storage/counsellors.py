"""The people who take calls, as they are stored."""

from collections.abc import Collection
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from ivr.duty.names import same_name
from ivr.duty.people import Person, ReadPeople
from ivr.flow.roster import Counsellor
from ivr.storage.revision import bump
from ivr.storage.tables import counsellors


@dataclass(frozen=True, slots=True)
class Imported:
    """How many an import has added, changed and removed; those left out of all three were as they are."""

    added: int
    changed: int
    removed: int


def list_counsellors(connection: Connection) -> tuple[Counsellor, ...]:
    """Everybody, by tier, priority and name."""
    order = (counsellors.c.tier, counsellors.c.priority, counsellors.c.name)
    rows = connection.execute(select(counsellors).order_by(*order))
    return tuple(map(counsellor_of, rows))


def counsellor_of(row: Row[Any]) -> Counsellor:
    """The counsellor in a row of the table."""
    return Counsellor(row.key, row.name, row.phone, tuple(row.languages.split(";")), row.priority, row.tier)


def keep_counsellors(connection: Connection, read: ReadPeople, *, replace: bool) -> Imported:
    """Add or change the people of a file, matched by phone; with `replace`, remove who is not in it.

    Whoever stands in a row that could not be read is in the file, and stays as they are.
    """
    stored = {each.phone: each for each in list_counsellors(connection)}
    added = [person for person in read.people if person.phone not in stored]
    changed = [person for person in read.people if _differs(person, stored)]
    removed = _absent(stored.values(), read) if replace else []
    _write(connection, added, changed, removed)
    if added or changed or removed:
        bump(connection)
    return Imported(len(added), len(changed), len(removed))


def _differs(person: Person, stored: dict[str, Counsellor]) -> bool:
    known = stored.get(person.phone)
    told = (person.name, person.languages, person.priority, person.tier)
    return known is not None and (known.name, known.languages, known.priority, known.tier) != told


def _absent(stored: Collection[Counsellor], read: ReadPeople) -> list[str]:
    if not read.whole:
        return []
    phones = {person.phone for person in read.people} | read.spoiled_phones
    gone = (each for each in stored if each.phone not in phones)
    return [each.phone for each in gone if same_name(each.name) not in read.spoiled_names]


def _write(
    connection: Connection, added: list[Person], changed: list[Person], removed: Collection[str]
) -> None:
    for phone in removed:
        connection.execute(delete(counsellors).where(counsellors.c.phone == phone))
    for person in changed:
        connection.execute(
            update(counsellors).where(counsellors.c.phone == person.phone).values(**columns_of(person))
        )
    for person in added:
        connection.execute(insert(counsellors).values(key=token_hex(4), **columns_of(person)))


def columns_of(person: Person) -> dict[str, str | int]:
    """What the table keeps of a person."""
    return {
        "name": person.name,
        "phone": person.phone,
        "languages": ";".join(person.languages),
        "priority": person.priority,
        "tier": person.tier,
    }
