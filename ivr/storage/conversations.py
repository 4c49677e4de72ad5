"""Who talked with whom and how it ended; callers stand there by a keyed hash, or not at all."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables_reaching import conversations
from ivr.storage.waits import Wait

HELPED, AGAIN, URGENT = OUTCOMES = ("helped", "again", "urgent")
CUT_OFF_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation without its caller; `ended` is None while it lasts."""

    id: int
    started: datetime
    ended: datetime | None
    person: str
    language: str
    outcome: str
    answer: str


def begin(connection: Connection, wait: Wait, leg: int, person: str, at: datetime) -> None:
    """A counsellor has taken the caller; once for each leg."""
    values = {"call": wait.call, "leg_id": leg, "caller": wait.caller, "person": person}
    rest = {"language": wait.language, "started": at, "dropped": False, "outcome": "", "answer": ""}
    try:
        with connection.begin_nested():
            connection.execute(insert(conversations).values(**values, **rest))
    except IntegrityError:
        # It has begun already: this is the same key told again.
        return


def begun_after(connection: Connection, leg: int, since: datetime) -> bool:
    """Whether it lasts, and began later than that."""
    young = (conversations.c.leg_id == leg, conversations.c.ended.is_(None), conversations.c.started > since)
    return connection.scalar(select(conversations.c.id).where(*young)) is not None


def end_conversation(connection: Connection, leg: int, at: datetime) -> bool:
    """Whether it lasted until now."""
    return _end(connection, at, conversations.c.leg_id == leg)


def was_dropped(connection: Connection, leg: int) -> None:
    """The caller's line ended, and the caller was not there after the conversation."""
    connection.execute(update(conversations).where(conversations.c.leg_id == leg).values(dropped=True))


def end_caller(connection: Connection, call: str, at: datetime) -> tuple[int, ...]:
    """The legs of this call's conversations that lasted until now."""
    lasting = (conversations.c.call == call, conversations.c.ended.is_(None))
    found = tuple(connection.scalars(select(conversations.c.leg_id).where(*lasting)))
    _end(connection, at, conversations.c.call == call)
    return found


def never_was(connection: Connection, leg: int) -> None:
    """The two were never connected."""
    connection.execute(delete(conversations).where(conversations.c.leg_id == leg))


def note_outcome(connection: Connection, leg: int, outcome: str) -> Conversation | None:
    """The conversation with the counsellor's word on it, if there was one; a ValueError for no such word."""
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome of a conversation; use {', '.join(OUTCOMES)}")
    mine = conversations.c.leg_id == leg
    connection.execute(update(conversations).where(mine).values(outcome=outcome))
    row = connection.execute(select(*_columns()).where(mine)).mappings().one_or_none()
    return Conversation(**row) if row else None


def note_answer(connection: Connection, call: str, answer: str) -> None:
    """Note what the caller answered to the question after the newest conversation of their call."""
    newest = select(conversations.c.id).where(conversations.c.call == call)
    newest = newest.order_by(conversations.c.id.desc()).limit(1)
    connection.execute(
        update(conversations).where(conversations.c.id == newest.scalar_subquery()).values(answer=answer)
    )


def list_conversations(connection: Connection, since: datetime) -> tuple[Conversation, ...]:
    """Those that began since then, oldest first."""
    query = select(*_columns()).where(conversations.c.started >= since).order_by(conversations.c.id)
    return tuple(Conversation(**row) for row in connection.execute(query).mappings())


def cut_off_from(connection: Connection, caller: str, at: datetime) -> str:
    """The counsellor this caller talked to when their line was lost minutes ago; "" if that is not so."""
    if not caller:
        return ""
    query = select(conversations).where(conversations.c.caller == caller)
    last = connection.execute(query.order_by(conversations.c.id.desc()).limit(1)).mappings().one_or_none()
    if last is None or not last["dropped"] or last["outcome"] == HELPED:
        return ""
    return str(last["person"]) if last["ended"] > at - CUT_OFF_WITHIN else ""


def _columns() -> list[Column[Any]]:
    return [conversations.c[each.name] for each in fields(Conversation)]


def _end(connection: Connection, at: datetime, which: ColumnElement[bool]) -> bool:
    lasting = update(conversations).where(which, conversations.c.ended.is_(None))
    return connection.execute(lasting.values(ended=at)).rowcount >= 1
