"""The states of a promise: changed only from a state that it is in, and never without a trace."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, insert, select, update

from ivr.storage.tables import promises
from ivr.storage.tables_promises import promise_changes

OPEN, IN_WORK, KEPT, GIVEN_UP = STATES = ("open", "in-work", "kept", "given-up")
PENDING = (OPEN, IN_WORK)


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the life of a promise; `person` is the key of the counsellor who did it.

    `staff` is the name of who did it on the staff's pages; both are "" for the helpline.
    """

    state: str
    reason: str
    person: str
    at: datetime
    staff: str = ""


def keep(
    connection: Connection,
    promise: int,
    at: datetime,
    reason: str = "",
    person: str = "",
    also: Mapping[str, object] = MappingProxyType({}),
) -> bool:
    """Whether the promise was pending, and as `also` says, and is kept now; its number is gone with that."""
    return _end(connection, promise, Change(KEPT, reason, person, at), also)


def give_up(connection: Connection, promise: int, at: datetime, reason: str, person: str = "") -> bool:
    """Whether the promise was pending and is given up now, for that reason; a ValueError without one."""
    if not reason.strip():
        raise ValueError("a promise is given up for a reason; say which")
    return _end(connection, promise, Change(GIVEN_UP, reason, person, at))


def take(connection: Connection, promise: int, at: datetime, until: datetime, person: str) -> bool:
    """Whether the promise was open and is that person's work now, `until` then at most."""
    values = {"state": IN_WORK, "person": person, "next_at": until, "claim": ""}
    return change(connection, promise, Change(IN_WORK, "", person, at), values, among=(OPEN,))


def put_back(connection: Connection, promise: int, at: datetime, reason: str = "") -> bool:
    """Whether the promise was in work and is open for staff and counsellors again."""
    values = {"state": OPEN, "person": "", "next_at": None, "holder": None}
    return change(connection, promise, Change(OPEN, reason, "", at), values, among=(IN_WORK,))


def change(
    connection: Connection,
    promise: int,
    step: Change,
    values: Mapping[str, object],
    *,
    among: Collection[str] = PENDING,
    also: Mapping[str, object] = MappingProxyType({}),
) -> bool:
    """Whether the promise was in one of the states `among`, and has the `values` now; the step is noted.

    `also` are further values that it must have had: whoever comes second changes nothing.
    """
    conditions = [promises.c[name] == value for name, value in also.items()]
    changed = connection.execute(
        update(promises)
        .where(promises.c.id == promise, promises.c.state.in_(among), *conditions)
        .values(reason=step.reason, changed=step.at, **values)
    )
    if changed.rowcount != 1:
        return False
    note_change(connection, promise, step)
    return True


def note_change(connection: Connection, promise: int, step: Change) -> None:
    """Add a step to the promise's history."""
    connection.execute(
        insert(promise_changes).values(
            promise_id=promise,
            at=step.at,
            state=step.state,
            reason=step.reason,
            person=step.person,
            staff=step.staff,
        )
    )


def changes_of(connection: Connection, promise: int) -> tuple[Change, ...]:
    """What has happened to the promise, oldest first."""
    columns = [promise_changes.c[name] for name in ("state", "reason", "person", "at", "staff")]
    query = select(*columns).where(promise_changes.c.promise_id == promise).order_by(promise_changes.c.id)
    return tuple(Change(**row) for row in connection.execute(query).mappings())


def _end(
    connection: Connection, promise: int, step: Change, also: Mapping[str, object] = MappingProxyType({})
) -> bool:
    values = {"state": step.state, "person": step.person, "next_at": None, "number": None, "digits": ""}
    return change(connection, promise, step, values, also=also)
