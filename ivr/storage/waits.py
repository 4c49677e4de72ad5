"""Callers in queues: a stay that has been left, taken or has ended otherwise is never rung for again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.flow.waiting_call import Waiting
from ivr.storage.tables_reaching import waits

WAITING, TAKEN, LEFT, GONE, EXHAUSTED, OVER = ("waiting", "taken", "left", "gone", "exhausted", "over")
_OPEN = (WAITING, TAKEN)
_NO_QUEUE = 0  # the entry of a call that ended before it was known to wait


@dataclass(frozen=True, slots=True)
class Wait:
    """One stay of one call in a queue, as far as its newest wait document told."""

    id: int
    call: str
    entry: int
    queue: str
    queue_sid: str
    language: str
    topic: str
    overdose: bool
    caller: str
    since: datetime
    seen: datetime
    waited: int
    tick: int
    listening: bool
    state: str
    told: str
    leg_id: int | None
    ended: datetime | None


def note_tick(connection: Connection, waiting: Waiting, caller: str, at: datetime) -> bool:
    """Whether this tells anything new: the first tick of a stay, or a later one while it lasts.

    `caller` is what stands for the number. Earlier stays of the call are over by now.
    """
    same = (waits.c.call == waiting.call, waits.c.entry == waiting.entry)
    newer = (*same, waits.c.tick < waiting.tick, waits.c.state.in_(_OPEN))
    if connection.execute(update(waits).where(*newer).values(**_told(waiting, at))).rowcount == 1:
        return True
    if connection.scalar(select(waits.c.id).where(waits.c.call == waiting.call, _closes(waiting)).limit(1)):
        return False
    _leave_earlier(connection, waiting, at)
    return _insert(connection, waiting, caller, at, WAITING)


def leave(connection: Connection, call: str, entry: int, language: str, told: str, at: datetime) -> None:
    """The caller has left this stay and goes on at the state `told`, even if its ticks are still to come."""
    same = (waits.c.call == call, waits.c.entry == entry)
    values = {"state": LEFT, "ended": at, "language": language, "told": told}
    if connection.execute(update(waits).where(*same, waits.c.ended.is_(None)).values(**values)).rowcount:
        return
    if connection.scalar(select(waits.c.id).where(*same)) is None:
        unknown = Waiting(call, entry, "", "", language, "", False, "", 0, 0, False, told)
        _insert(connection, unknown, "", at, LEFT)


def departed(connection: Connection, call: str, entry: int) -> tuple[str, str] | None:
    """The language and the state that a caller who has left went on with."""
    query = select(waits.c.language, waits.c.told)
    query = query.where(waits.c.call == call, waits.c.entry == entry, waits.c.state == LEFT)
    row = connection.execute(query).one_or_none()
    return (row.language, row.told) if row else None


def end_call(connection: Connection, call: str, at: datetime) -> tuple[int, ...]:
    """The call has ended, and nothing that is still to be told of it rings a phone; its stays' ids."""
    lasting = (waits.c.call == call, waits.c.ended.is_(None))
    connection.execute(update(waits).where(*lasting).values(state=GONE, ended=at))
    found = tuple(connection.scalars(select(waits.c.id).where(waits.c.call == call)))
    if not found:
        ended = Waiting(call, _NO_QUEUE, "", "", "", "", False, "", 0, 0, False, "")
        _insert(connection, ended, "", at, GONE)
    return found


def end_wait(connection: Connection, wait: int, state: str, at: datetime) -> bool:
    """Whether this stay lasted until now, waiting or taken; it ends in `state`."""
    lasting = (waits.c.id == wait, waits.c.ended.is_(None))
    return connection.execute(update(waits).where(*lasting).values(state=state, ended=at)).rowcount == 1


def take(connection: Connection, wait: int, leg: int) -> bool:
    """Whether this leg is the first to take the caller; a leg that has taken them is told so again."""
    free = update(waits).where(waits.c.id == wait, waits.c.state == WAITING)
    if connection.execute(free.values(state=TAKEN, leg_id=leg)).rowcount == 1:
        return True
    mine = (waits.c.id == wait, waits.c.leg_id == leg, waits.c.state == TAKEN)
    return connection.scalar(select(waits.c.id).where(*mine)) is not None


def give_back(connection: Connection, wait: int, leg: int) -> bool:
    """Whether a caller whom this leg took without ever talking to them waits again."""
    mine = (waits.c.id == wait, waits.c.leg_id == leg, waits.c.state == TAKEN)
    return connection.execute(update(waits).where(*mine).values(state=WAITING, leg_id=None)).rowcount == 1


def legs_that_took(connection: Connection, call: str) -> tuple[int, ...]:
    """The leg that has this caller, as far as the caller's own line has told."""
    query = select(waits.c.leg_id).where(waits.c.call == call, waits.c.state == TAKEN)
    return tuple(each for each in connection.scalars(query) if each is not None)


def find_wait(connection: Connection, wait: int) -> Wait | None:
    """The stay of that id."""
    row = connection.execute(select(waits).where(waits.c.id == wait)).mappings().one_or_none()
    return Wait(**row) if row else None


def find_stay(connection: Connection, call: str, entry: int) -> Wait | None:
    """The stay of a call in a queue, by how often it has entered."""
    query = select(waits).where(waits.c.call == call, waits.c.entry == entry)
    row = connection.execute(query).mappings().one_or_none()
    return Wait(**row) if row else None


def waiting_callers(connection: Connection) -> tuple[Wait, ...]:
    """Who waits for a person, longest first."""
    query = select(waits).where(waits.c.state == WAITING).order_by(waits.c.since, waits.c.id)
    return tuple(Wait(**row) for row in connection.execute(query).mappings())


def _closes(waiting: Waiting) -> ColumnElement[bool]:
    """The call has ended, this stay is known, or a later one is."""
    return (waits.c.state == GONE) | (waits.c.entry >= waiting.entry)


def _leave_earlier(connection: Connection, waiting: Waiting, at: datetime) -> None:
    earlier = (waits.c.call == waiting.call, waits.c.entry < waiting.entry, waits.c.ended.is_(None))
    connection.execute(update(waits).where(*earlier).values(state=LEFT, ended=at))


def _told(waiting: Waiting, at: datetime) -> dict[str, object]:
    values: dict[str, object] = {
        "seen": at,
        "topic": waiting.topic,
        "overdose": waiting.overdose,
        "waited": waiting.waited,
        "tick": waiting.tick,
        "listening": waiting.listening,
        "told": waiting.state,
        "language": waiting.language,
    }
    return values | ({"queue_sid": waiting.queue_sid} if waiting.queue_sid else {})


def _insert(connection: Connection, waiting: Waiting, caller: str, at: datetime, state: str) -> bool:
    values = {
        **_told(waiting, at),
        "call": waiting.call,
        "entry": waiting.entry,
        "queue": waiting.queue,
        "queue_sid": waiting.queue_sid,
        "caller": caller,
        "since": at - timedelta(seconds=waiting.waited),
        "state": state,
        "ended": None if state == WAITING else at,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(waits).values(**values))
    except IntegrityError:
        return False  # another process was first
    return True
