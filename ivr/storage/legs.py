"""Phones that ring: each leg is claimed, with a hold on its person, before any phone rings, and ends once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, Connection, Select, and_, case, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage import holds
from ivr.storage.tables_reaching import legs, waits

CLAIMED, PLACED, ANSWERED, ACCEPTED, ENDED = ("claimed", "placed", "answered", "accepted", "ended")
RINGING = (CLAIMED, PLACED, ANSWERED)
DECLINED, MISSED, BUSY, FAILED, BAD_NUMBER, STOPPED, TOO_LATE, GONE, TALKED, LOST = (
    "declined",
    "missed",
    "busy",
    "failed",
    "bad-number",
    "stopped",
    "taken",
    "gone",
    "talked",
    "lost",
)
UNCERTAIN = (LOST, FAILED)
PLACED_WITHIN = timedelta(seconds=10)
LETTING_GO = timedelta(seconds=12)
"""A phone may still ring, or its owner hear why there is nobody, so long after its leg has ended for us."""
_LET_GO = {DECLINED, STOPPED, TOO_LATE, GONE}


@dataclass(frozen=True, slots=True)
class NewLeg:
    """A leg to claim: for a stay in a queue or for a promise, the `nth` of this person there."""

    wait_id: int | None
    promise_id: int | None
    person: str
    nth: int
    round: int
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Leg(NewLeg):
    """A leg that is stored; `sid` is the network's id of its call."""

    id: int
    sid: str | None
    state: str
    outcome: str
    answered_at: datetime | None
    ended_at: datetime | None


def claim(connection: Connection, new: NewLeg) -> int | None:
    """The id of the leg, which is ours alone to place; None if it exists, or its person is not free."""
    holds.expire(connection, new.person, new.at)
    values = {name: getattr(new, name) for name in NewLeg.__slots__} | {"state": CLAIMED, "outcome": ""}
    try:
        with connection.begin_nested():
            leg: int = connection.scalars(insert(legs).values(**values).returning(legs.c.id)).one()
            holds.hold(connection, new.person, leg, new.until)
    except IntegrityError:
        return None
    return leg


def place(connection: Connection, leg: int, sid: str) -> None:
    """Note that the network has made the call, under this id; one that another leg has is none."""
    if connection.scalar(select(legs.c.id).where(legs.c.sid == sid)) is None:
        connection.execute(update(legs).where(legs.c.id == leg, legs.c.sid.is_(None)).values(sid=sid))
    connection.execute(update(legs).where(legs.c.id == leg, legs.c.state == CLAIMED).values(state=PLACED))


def revive(connection: Connection, leg: int) -> bool:
    """Whether a leg that was given up rings all the same: its call was made though nobody told us."""
    lost = (legs.c.id == leg, legs.c.state == ENDED, legs.c.outcome.in_(UNCERTAIN))
    values = {"state": PLACED, "outcome": "", "ended_at": None}
    return connection.execute(update(legs).where(*lost).values(**values)).rowcount == 1


def answer(connection: Connection, leg: int, at: datetime, until: datetime) -> bool:
    """Note that the phone was picked up, and hold its person that long; False: known, or too late."""
    ringing = (legs.c.id == leg, legs.c.state.in_((CLAIMED, PLACED)))
    longer = case((legs.c.until < until, until), else_=legs.c.until)
    values = {"state": ANSWERED, "answered_at": at, "until": longer}
    if connection.execute(update(legs).where(*ringing).values(**values)).rowcount != 1:
        return False
    holds.prolong(connection, leg, until)
    return True


def accept(connection: Connection, leg: int, at: datetime, until: datetime) -> None:
    """Note that its person takes the call, and hold them until it must be over; call it for who was first."""
    values = {"state": ACCEPTED, "outcome": "", "until": until, "ended_at": None}
    connection.execute(update(legs).where(legs.c.id == leg, legs.c.state != ACCEPTED).values(**values))
    connection.execute(
        update(legs).where(legs.c.id == leg, legs.c.answered_at.is_(None)).values(answered_at=at)
    )
    found = find_leg(connection, leg)
    if found:
        holds.extend(connection, found.person, leg, until)


def end(connection: Connection, leg: int, outcome: str, at: datetime) -> bool:
    """Whether the leg lasted until now; its person is free again, unless they talked or are still let go."""
    lasting = (legs.c.id == leg, legs.c.state != ENDED)
    values = {"state": ENDED, "outcome": outcome, "ended_at": at}
    ended = connection.execute(update(legs).where(*lasting).values(**values)).rowcount == 1
    if ended and outcome in _LET_GO:
        holds.shorten(connection, leg, at + LETTING_GO)
    elif ended and outcome != TALKED:
        holds.free(connection, leg)
    return ended


def judge(connection: Connection, leg: int, outcome: str) -> None:
    """Note what is known better now of a leg that took its caller: whether the two have talked."""
    connection.execute(update(legs).where(legs.c.id == leg).values(outcome=outcome))


def find_leg(connection: Connection, leg: int) -> Leg | None:
    """The leg of that id."""
    row = connection.execute(select(legs).where(legs.c.id == leg)).mappings().one_or_none()
    return Leg(**row) if row else None


def ringing_legs(connection: Connection, stays: Sequence[int]) -> tuple[Leg, ...]:
    """The legs of these stays whose phones ring, or are being screened."""
    query = select(legs).where(legs.c.wait_id.in_(stays), legs.c.state.in_(RINGING)).order_by(legs.c.id)
    return _legs(connection, query)


def overdue_legs(connection: Connection, at: datetime) -> tuple[Leg, ...]:
    """Legs of which nothing more was told in time, and claims that nobody has placed."""
    unplaced = and_(legs.c.state == CLAIMED, legs.c.at <= at - PLACED_WITHIN)
    late = and_(legs.c.state.in_((*RINGING, ACCEPTED)), legs.c.until <= at)
    return _legs(connection, select(legs).where(or_(unplaced, late)).order_by(legs.c.id))


def legs_of_calls(connection: Connection, calls: Sequence[str]) -> tuple[tuple[str, Leg], ...]:
    """Every leg of these callers' calls, in whichever stay, with its call; in the order they were rung."""
    query = select(legs, waits.c.call).join(waits, waits.c.id == legs.c.wait_id)
    rows = connection.execute(query.where(waits.c.call.in_(calls)).order_by(legs.c.id)).mappings()
    return tuple((row["call"], Leg(**{name: row[name] for name in legs.c.keys()})) for row in rows)  # noqa: SIM118


def last_rung(connection: Connection, since: datetime) -> dict[str, datetime]:
    """When each person's phone last rang; nobody of before `since`."""
    people = _rung_people()
    mine = (legs.c.person == people.c.person, legs.c.at >= since)
    last = select(func.max(legs.c.at)).where(*mine).scalar_subquery()
    found = connection.execute(
        select(people.c.person, last.label("last")).where(people.c.person.is_not(None))
    )
    return {row.person: row.last for row in found if row.last}


def _rung_people() -> CTE:
    """Everybody there are legs of, each found by one look into the index.

    Neither database does so for DISTINCT or GROUP BY: both would read a week's legs, while callers wait.
    """
    first = select(func.min(legs.c.person).label("person")).cte("people", recursive=True)
    following = select(func.min(legs.c.person)).where(legs.c.person > first.c.person).scalar_subquery()
    return first.union_all(select(following).where(first.c.person.is_not(None)))


def _legs(connection: Connection, query: Select[Any]) -> tuple[Leg, ...]:
    return tuple(Leg(**row) for row in connection.execute(query).mappings())
