"""Ringing a caller as promised: who may do it now, claimed before any phone rings, and how it ended."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, and_, cast, exists, or_, select, update

from ivr.storage.legs import ENDED
from ivr.storage.promise_states import IN_WORK, OPEN, PENDING, Change, change, keep
from ivr.storage.tables import promises
from ivr.storage.tables_reaching import legs


@dataclass(frozen=True, slots=True)
class Work:
    """A promise to ring a caller, as it stands; `number` is sealed, `claim` has it until `next_at`."""

    id: int
    kind: str
    state: str
    language: str
    window: str
    created: datetime
    due: datetime | None
    next_at: datetime | None
    tries: int
    rounds: int
    claim: str
    person: str
    number: str | None
    answered_at: datetime | None
    call: str = ""


def due_work(connection: Connection, kind: str, at: datetime, limit: int = 50) -> tuple[Work, ...]:
    """What is to be looked at now: due, or not wanted by whom it was offered to; the longest due first."""
    ready = or_(promises.c.next_at <= at, and_(promises.c.next_at.is_not(None), _leg_has_ended()))
    query = _query().where(promises.c.kind == kind, promises.c.state.in_(PENDING), ready)
    rows = connection.execute(query.order_by(promises.c.next_at, promises.c.id).limit(limit))
    return tuple(Work(**row) for row in rows.mappings())


def find_work(connection: Connection, promise: int) -> Work | None:
    """The promise of that id."""
    row = connection.execute(_query().where(promises.c.id == promise)).mappings().one_or_none()
    return Work(**row) if row else None


def rung_in_round(connection: Connection, promise: int, number: int) -> frozenset[str]:
    """Whose phones were rung for the promise in that round, whatever came of it."""
    query = select(legs.c.person).where(legs.c.promise_id == promise, legs.c.nth == number)
    return frozenset(connection.scalars(query))


def postpone(connection: Connection, seen: Work, next_at: datetime, due: datetime | None = None) -> bool:
    """Whether nobody was faster: look at it again at `next_at`; `due` is when it ought to be tried."""
    values = {"next_at": next_at, "claim": "", "due": due or seen.due}
    return connection.execute(update(promises).where(*_still(seen)).values(**values)).rowcount == 1


def offer(connection: Connection, seen: Work, leg: int, until: datetime, due: datetime) -> bool:
    """Whether nobody was faster: it is offered to the person of this leg, `until` then at most."""
    values = {"next_at": until, "claim": str(leg), "due": due}
    return connection.execute(update(promises).where(*_still(seen)).values(**values)).rowcount == 1


def nobody_took(
    connection: Connection, seen: Work, at: datetime, again: datetime | None, reason: str
) -> bool:
    """Whether nobody was faster: this round is over, the next begins at `again`; None leaves it to staff."""
    step = Change(OPEN, reason, "", at)
    return change(connection, seen.id, step, _next_round(seen, again), among=(OPEN,), also=_seen(seen))


def claim_try(
    connection: Connection, promise: int, claim: str, person: str, at: datetime, until: datetime
) -> bool:
    """Whether this claim (a leg, a call) is the first: it may ring the caller, and that counts as a try."""
    values = {
        "state": IN_WORK,
        "person": person,
        "claim": claim,
        "next_at": until,
        "answered_at": None,
        "tries": promises.c.tries + 1,
        "rounds": promises.c.rounds + 1,
    }
    return change(connection, promise, Change(IN_WORK, "", person, at), values, among=(OPEN,))


def has_claim(connection: Connection, promise: int, claim: str) -> bool:
    """Whether the promise is in work with this claim."""
    mine = (promises.c.id == promise, promises.c.claim == claim, promises.c.state == IN_WORK)
    return connection.scalar(select(promises.c.id).where(*mine)) is not None


def note_answered(connection: Connection, promise: int, claim: str, at: datetime, until: datetime) -> bool:
    """Whether this claim still has it; the caller has picked up and pressed the key, and they may talk."""
    mine = (promises.c.id == promise, promises.c.claim == claim, promises.c.state == IN_WORK)
    values = {"answered_at": at, "next_at": until}
    return connection.execute(update(promises).where(*mine).values(**values)).rowcount == 1


def keep_by(connection: Connection, work: Work, at: datetime) -> bool:
    """Whether this claim still has the promise, which is kept now; its number is gone.

    Also when staff have taken it from the phone and nobody else has begun: the caller need not be rung twice.
    """
    return keep(connection, work.id, at, "", work.person, also={"claim": work.claim})


def release(connection: Connection, work: Work, at: datetime, again: datetime | None, reason: str) -> bool:
    """Whether this claim still has the promise; it is tried again at `again`, None leaves it to staff."""
    values = {"state": OPEN, "person": "", "claim": "", "next_at": again}
    step = Change(OPEN, reason, work.person, at)
    return change(connection, work.id, step, values, among=(IN_WORK,), also={"claim": work.claim})


def leave_to_staff(connection: Connection, seen: Work, at: datetime, reason: str) -> bool:
    """Whether nobody was faster: the helpline tries no more, staff have it."""
    values = {"state": OPEN, "person": "", "claim": "", "next_at": None}
    return change(connection, seen.id, Change(OPEN, reason, "", at), values, also=_seen(seen))


def _next_round(seen: Work, again: datetime | None) -> dict[str, object]:
    return {"tries": seen.tries + 1, "rounds": seen.rounds + 1, "claim": "", "next_at": again}


def _query() -> Select[Any]:
    return select(*(promises.c[each.name] for each in fields(Work)))


def _leg_has_ended() -> ColumnElement[bool]:
    mine = and_(cast(legs.c.id, String) == promises.c.claim, legs.c.promise_id == promises.c.id)
    return and_(promises.c.state == OPEN, exists().where(mine, legs.c.state == ENDED))


def _seen(seen: Work) -> dict[str, object]:
    return {name: getattr(seen, name) for name in ("state", "next_at", "claim", "rounds")}


def _still(seen: Work) -> tuple[ColumnElement[bool], ...]:
    return (promises.c.id == seen.id, *(promises.c[name] == value for name, value in _seen(seen).items()))


def try_again(connection: Connection, promise: int, at: datetime) -> bool:
    """Whether the helpline tries anew to reach the caller, now; the promise is open and has a number."""
    fresh = {"tries": 0, "rounds": promises.c.rounds + 1, "claim": "", "window": ""}
    values = {**fresh, "next_at": at, "due": at}
    reachable = and_(promises.c.id == promise, promises.c.number.is_not(None))
    if connection.scalar(select(promises.c.id).where(reachable)) is None:
        return False
    return change(connection, promise, Change(OPEN, "", "", at), values, among=(OPEN,))
