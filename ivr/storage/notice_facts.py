"""What there is to tell about promises: which are new, which have waited too long."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    Subquery,
    Table,
    and_,
    cast,
    func,
    or_,
    select,
)

from ivr.storage.promise_states import PENDING
from ivr.storage.promises import MESSAGE
from ivr.storage.tables import promises
from ivr.storage.tables_notices import deliveries, notices
from ivr.storage.tables_reaching import conversations

_WITH_CALLS = (("promise", promises), ("conversation", conversations))
_BY_ITS_CALL = "nobody-reachable"
"""Its key is the call."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A promise as staff are told of it: no number; `since` is when its time began, `call` is for the log."""

    id: int
    kind: str
    language: str
    since: datetime
    call: str = ""


def promise_to_tell(connection: Connection, promise: int) -> Waiting | None:
    """The promise of that id, in whatever state it is."""
    row = connection.execute(_promises().where(promises.c.id == promise)).one_or_none()
    return _waiting(row) if row else None


def is_settled(connection: Connection, promise: object) -> bool:
    """Whether a notice is about a promise that is kept or given up, so that nobody need be told any more."""
    if promise is None:
        return False
    state = connection.scalar(select(promises.c.state).where(promises.c.id == int(str(promise))))
    return state is not None and state not in PENDING


def untold_promises(connection: Connection, notice: str, since: datetime) -> tuple[Waiting, ...]:
    """Pending promises, made since then, of which no notice of that kind tells yet."""
    told = _told(notice)
    query = _promises().outerjoin(told, told.c.key == cast(promises.c.id, String))
    query = query.where(promises.c.state.in_(PENDING), promises.c.created >= since, told.c.key.is_(None))
    return tuple(map(_waiting, connection.execute(query.order_by(promises.c.id))))


def overdue_promises(connection: Connection, before: datetime) -> tuple[Waiting, ...]:
    """Pending promises whose time began before then, and calls that were left to staff; oldest first."""
    left_to_staff = and_(promises.c.kind != MESSAGE, promises.c.next_at.is_(None), promises.c.reason != "")
    query = _promises().where(promises.c.state.in_(PENDING), or_(_since() < before, left_to_staff))
    return tuple(map(_waiting, connection.execute(query.order_by(promises.c.id))))


def call_of_notice(connection: Connection, notice: int) -> str:
    """The call that a notice is about, "" for none."""
    row = connection.execute(
        select(notices.c.kind, notices.c.key, notices.c.facts).where(notices.c.id == notice)
    ).first()
    if row is None:
        return ""
    if row.kind == _BY_ITS_CALL:
        return str(row.key)
    for fact, table in _WITH_CALLS:
        if (number := str(row.facts.get(fact, ""))).isdigit():
            return _call(connection, table, int(number))
    return ""


def call_of_delivery(connection: Connection, delivery: int) -> str:
    """The same of a message that tells it."""
    notice = connection.scalar(select(deliveries.c.notice_id).where(deliveries.c.id == delivery))
    return call_of_notice(connection, notice) if notice is not None else ""


def _call(connection: Connection, table: Table, id_: int) -> str:
    return connection.scalar(select(table.c.call).where(table.c.id == id_)) or ""


def _promises() -> Select[tuple[int, str, str, datetime, datetime | None, str]]:
    known = promises.c.id, promises.c.kind, promises.c.language, promises.c.created, promises.c.due
    return select(*known, promises.c.call)


def _since() -> ColumnElement[datetime]:
    return func.coalesce(promises.c.due, promises.c.created, type_=promises.c.created.type)


def _told(kind: str) -> Subquery:
    return select(notices.c.key).where(notices.c.kind == kind).subquery()


def _waiting(row: Row[tuple[int, str, str, datetime, datetime | None, str]]) -> Waiting:
    return Waiting(row.id, row.kind, row.language, row.due or row.created, row.call)
