"""Promises as staff deal with them: each is the work of one person at a time, who alone ends it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from ivr.storage.promise_states import (
    GIVEN_UP,
    IN_WORK,
    KEPT,
    OPEN,
    PENDING,
    Change,
    change,
    note_change,
)
from ivr.storage.tables import counsellors, promises, recordings
from ivr.storage.tables_accounts import accounts

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Staff:
    """Who deals with it: an account's id and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which promises: "" and None leave a question open; `newest` first, else the oldest."""

    states: tuple[str, ...] = PENDING
    kind: str = ""
    language: str = ""
    holder: int | None = None
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A promise on the staff's pages; `since` is when its time began, `has_it` the name of whose work it is.

    `holder` is that member of staff's account; a counsellor who has it by phone has none: then it is theirs
    until `next_at` at most, for one call, its `claim`, which the caller answered at `answered_at`. `file` is
    the message's name in DATA_DIR/messages once it was fetched; `has_number`: there is a number to ring.
    """

    id: int
    kind: str
    state: str
    language: str
    created: datetime
    due: datetime | None
    next_at: datetime | None
    seconds: int
    digits: str
    window: str
    tries: int
    reason: str
    changed: datetime | None
    holder: int | None
    person: str
    claim: str
    answered_at: datetime | None
    has_it: str
    has_number: bool
    recording: str | None
    file: str | None

    @property
    def since(self) -> datetime:
        """When its time began."""
        return self.due or self.created

    @property
    def pending(self) -> bool:
        """Whether it is neither kept nor given up."""
        return self.state in PENDING

    @property
    def on_a_phone(self) -> bool:
        """Whether a counsellor has it by phone."""
        return self.state == IN_WORK and self.holder is None


def sought_promises(
    connection: Connection, sought: Sought, *, beyond: int | None = None, limit: int = 50
) -> tuple[Listed, ...]:
    """The first `limit` of those sought beyond the promise numbered `beyond`, in order of their numbers."""
    conditions = _conditions(sought)
    if beyond is not None:
        conditions.append(promises.c.id < beyond if sought.newest else promises.c.id > beyond)
    order = promises.c.id.desc() if sought.newest else promises.c.id
    rows = connection.execute(_query().where(*conditions).order_by(order).limit(limit))
    return tuple(Listed(**row) for row in rows.mappings())


def every_promise(connection: Connection, sought: Sought) -> Iterator[Listed]:
    """All of those sought, a few hundred at a time."""
    beyond: int | None = None
    while found := sought_promises(connection, sought, beyond=beyond, limit=_AT_ONCE):
        yield from found
        beyond = found[-1].id


def find_promise(connection: Connection, promise: int) -> Listed | None:
    """The promise of that number."""
    row = connection.execute(_query().where(promises.c.id == promise)).mappings().one_or_none()
    return Listed(**row) if row else None


def count_pending(connection: Connection) -> dict[str, int]:
    """How many are open and in work."""
    query = select(promises.c.state, func.count()).where(promises.c.state.in_(PENDING))
    found = {row[0]: row[1] for row in connection.execute(query.group_by(promises.c.state))}
    return {state: found.get(state, 0) for state in PENDING}


def oldest_pending(connection: Connection) -> datetime | None:
    """When the time began of that which waits for longest, as `Listed.since`; None if nothing waits."""
    since = func.min(func.coalesce(promises.c.due, promises.c.created, type_=promises.c.created.type))
    found: datetime | None = connection.scalar(select(since).where(promises.c.state.in_(PENDING)))
    return found


def claim(connection: Connection, promise: int, staff: Staff, at: datetime) -> bool:
    """Whether it was nobody's, and is theirs now; the helpline rings nobody for it by itself any more."""
    values = {"state": IN_WORK, "holder": staff.id, "person": "", "claim": "", "next_at": None}
    step = Change(IN_WORK, "", "", at, staff.name)
    return change(connection, promise, step, values, among=(OPEN,))


def give_back(
    connection: Connection, promise: int, staff: Staff, at: datetime, holder: int | None = None
) -> bool:
    """Whether it was theirs, or the `holder`'s for whom they do it, and is nobody's now."""
    values = {"state": OPEN, "holder": None, "person": "", "next_at": None}
    step = Change(OPEN, "given back", "", at, staff.name)
    also = {"holder": holder or staff.id}
    return change(connection, promise, step, values, among=(IN_WORK,), also=also)


def take_from_phone(connection: Connection, seen: Listed, staff: Staff, at: datetime) -> bool:
    """Whether a counsellor had it by phone just as it was `seen`, and it is nobody's now.

    Its claim stays on it: if the two turn out to have talked, it is kept, as long as nobody else has begun.
    """
    values = {"state": OPEN, "person": "", "next_at": None}
    step = Change(OPEN, "taken from a phone", "", at, staff.name)
    also = {"holder": None, "person": seen.person, "claim": seen.claim, "changed": seen.changed}
    return change(connection, seen.id, step, values, among=(IN_WORK,), also=also)


def keep_held(connection: Connection, promise: int, staff: Staff, at: datetime, reason: str = "") -> bool:
    """Whether it was theirs, and is kept now; its number is gone with that."""
    return _end(connection, promise, staff, Change(KEPT, reason, "", at, staff.name))


def give_up_held(connection: Connection, promise: int, staff: Staff, at: datetime, reason: str) -> bool:
    """Whether it was theirs, and is given up now for that reason; a ValueError without one."""
    if not reason.strip():
        raise ValueError("a promise is given up for a reason; say which")
    return _end(connection, promise, staff, Change(GIVEN_UP, reason, "", at, staff.name))


def add_note(connection: Connection, promise: Listed, staff: Staff, at: datetime, text: str) -> None:
    """Keep a note in the promise's history; nothing else changes."""
    note_change(connection, promise.id, Change(promise.state, text, "", at, staff.name))


def sealed_number(connection: Connection, promise: int, staff: Staff) -> str | None:
    """The sealed number to ring, if the promise is theirs."""
    mine = (promises.c.id == promise, promises.c.holder == staff.id, promises.c.state == IN_WORK)
    found: str | None = connection.scalar(select(promises.c.number).where(*mine))
    return found


def _end(connection: Connection, promise: int, staff: Staff, step: Change) -> bool:
    values = {"state": step.state, "next_at": None, "number": None, "digits": ""}
    return change(connection, promise, step, values, among=(IN_WORK,), also={"holder": staff.id})


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.states:
        found.append(promises.c.state.in_(sought.states))
    if sought.kind:
        found.append(promises.c.kind == sought.kind)
    if sought.language:
        found.append(promises.c.language == sought.language)
    if sought.holder is not None:
        found.append(promises.c.holder == sought.holder)
    return found


def _query() -> Select[Any]:
    wanted = and_(recordings.c.promise_id == promises.c.id, recordings.c.wanted)
    known = [promises.c[each.name] for each in fields(Listed) if each.name in promises.c]
    has_it = func.coalesce(accounts.c.name, counsellors.c.name, "").label("has_it")
    number = promises.c.number.is_not(None).label("has_number")
    recording = recordings.c.id.label("recording"), recordings.c.file
    joined = promises.outerjoin(recordings, wanted).outerjoin(accounts, accounts.c.id == promises.c.holder)
    joined = joined.outerjoin(counsellors, counsellors.c.key == promises.c.person)
    return select(*known, has_it, number, *recording).select_from(joined)
