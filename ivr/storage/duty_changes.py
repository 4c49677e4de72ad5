"""What has been changed about the roster, as it is stored; what is said twice has no second effect."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select, update

from ivr.duty.changes import Change, Kind
from ivr.storage.revision import bump
from ivr.storage.tables import counsellors
from ivr.storage.tables_duty import duty_changes

REPEATED_WITHIN = timedelta(minutes=1)
"""A network that repeats a webhook does it within seconds; who says the same again later means it."""
STALE_AFTER = timedelta(days=2)
"""An `on` without an end is closed by the next word of the same person, if that comes so much later."""
_WORDS = (Kind.ON, Kind.OFF, Kind.PAUSE)


class UnknownCounsellorError(LookupError):
    """Nobody has that key (any more)."""


def set_duty(
    connection: Connection,
    key: str,
    kind: Kind | str,
    start: datetime,
    end: datetime | None,
    note: str,
    at: datetime,
) -> bool:
    """Keep that somebody is `on`, `off` or `pause` from `start` on; False if they have just said so.

    From `at` on it counts instead of an off or pause of theirs without an end. An UnknownCounsellorError if
    nobody has the key.
    """
    person = _id(connection, key)
    change = _new(Kind(kind), start, end, key, None, note)
    if _is_repeated(connection, person, change):
        return False
    if start <= at:
        _end_open(connection, person, change.start)
    _insert(connection, change, person, None, at)
    return True


def swap(
    connection: Connection, giver: str, taker: str, start: datetime, end: datetime, note: str, at: datetime
) -> bool:
    """Keep that `taker` takes over what the calendar gives `giver`; False if that is so already."""
    person, other = _id(connection, giver), _id(connection, taker)
    change = _new(Kind.SWAP, start, end, giver, taker, note)
    same = and_(duty_changes.c.other_id == other, _same(change, person))
    if connection.scalar(select(duty_changes.c.id).where(same)):
        return False
    _insert(connection, change, person, other, at)
    return True


def close(connection: Connection, start: datetime, end: datetime | None, note: str, at: datetime) -> bool:
    """Keep that the whole helpline is closed; False if a closure of exactly that time is there already."""
    change = _new(Kind.CLOSURE, start, end, None, None, note)
    if connection.scalar(select(duty_changes.c.id).where(_same(change, None))):
        return False
    _insert(connection, change, None, None, at)
    return True


def reopen(connection: Connection, at: datetime) -> int:
    """End the closures that last at `at`; how many."""
    closed = and_(duty_changes.c.kind == Kind.CLOSURE, _covers(at))
    found = connection.execute(update(duty_changes).where(closed).values(ends=_second(at)))
    return _changed(connection, found.rowcount)


def take_back(connection: Connection, uid: str) -> int:
    """Remove the change of that id, as if it had never been said; how many there were."""
    found = connection.execute(duty_changes.delete().where(duty_changes.c.uid == uid))
    return _changed(connection, found.rowcount)


def keep_changes(connection: Connection, changes: Iterable[Change], at: datetime) -> int:
    """Add or alter the changes of a file, matched by their ids; how many were not so already."""
    stored = {each.uid: each for each in list_changes(connection)}
    ids = {row.key: row.id for row in connection.execute(select(counsellors.c.key, counsellors.c.id))}
    new = [each for each in changes if stored.get(each.uid) != each]
    for each in new:
        connection.execute(duty_changes.delete().where(duty_changes.c.uid == each.uid))
        _insert(connection, each, ids.get(each.person or ""), ids.get(each.other or ""), at)
    return len(new)


def list_changes(connection: Connection, since: datetime | None = None) -> tuple[Change, ...]:
    """Every change in the order in which they were made; without those that cannot matter from `since` on."""
    query = _query().order_by(duty_changes.c.id)
    if since is not None:
        ends, first = duty_changes.c.ends, _first_open(connection)
        # What is open may depend on a swap that has ended since.
        swaps = and_(duty_changes.c.kind == Kind.SWAP, ends > min(since, first or since))
        query = query.where(or_(ends.is_(None), ends > since, swaps))
    return tuple(_change(row) for row in connection.execute(query))


def _first_open(connection: Connection) -> datetime | None:
    opened = and_(duty_changes.c.ends.is_(None), duty_changes.c.kind != Kind.CLOSURE)
    first: datetime | None = connection.scalar(select(func.min(duty_changes.c.starts)).where(opened))
    return first


def _new(
    kind: Kind, start: datetime, end: datetime | None, person: str | None, other: str | None, note: str
) -> Change:
    return Change(token_hex(6), kind, _second(start), end and _second(end), person, other, note)


def _second(moment: datetime) -> datetime:
    # A calendar knows no parts of a second; with them, what is exported would not be read back as it was.
    return moment.replace(microsecond=0)


def _id(connection: Connection, key: str) -> int:
    # The lock makes those who say the same at the same moment wait for each other.
    found = connection.scalar(select(counsellors.c.id).where(counsellors.c.key == key).with_for_update())
    if found is None:
        raise UnknownCounsellorError(key)
    return int(found)


def _is_repeated(connection: Connection, person: int, change: Change) -> bool:
    mine = select(duty_changes).where(duty_changes.c.counsellor_id == person, duty_changes.c.kind.in_(_WORDS))
    last = connection.execute(mine.order_by(duty_changes.c.id.desc()).limit(1)).first()
    if last is None or (last.kind, last.ends) != (change.kind, change.end):
        return False
    return bool(abs(change.start - last.starts) <= REPEATED_WITHIN)


def _end_open(connection: Connection, person: int, start: datetime) -> None:
    away = duty_changes.c.kind.in_((Kind.OFF, Kind.PAUSE))
    # Or every `on` ever said within a shift would be looked at for every snapshot.
    stale = and_(duty_changes.c.kind == Kind.ON, duty_changes.c.starts <= start - STALE_AFTER)
    mine = and_(duty_changes.c.counsellor_id == person, or_(away, stale), duty_changes.c.ends.is_(None))
    connection.execute(update(duty_changes).where(mine, duty_changes.c.starts <= start).values(ends=start))


def _insert(
    connection: Connection, change: Change, person: int | None, other: int | None, at: datetime
) -> None:
    row = {"uid": change.uid, "kind": change.kind.value, "starts": change.start, "ends": change.end}
    whose = {"counsellor_id": person, "other_id": other, "note": change.note, "made": at}
    connection.execute(insert(duty_changes).values(row | whose))
    bump(connection)


def _changed(connection: Connection, count: int) -> int:
    if count:
        bump(connection)
    return count


def _same(change: Change, person: int | None) -> ColumnElement[bool]:
    return and_(
        duty_changes.c.kind == change.kind.value,
        duty_changes.c.counsellor_id.is_not_distinct_from(person),
        duty_changes.c.starts == change.start,
        duty_changes.c.ends.is_not_distinct_from(change.end),
    )


def _covers(at: datetime) -> ColumnElement[bool]:
    ends = duty_changes.c.ends
    return and_(duty_changes.c.starts <= at, or_(ends.is_(None), ends > at))


def _query() -> Select[tuple[object, ...]]:
    other = counsellors.alias("others")
    columns = (counsellors.c.key, other.c.key.label("other"))
    joined = duty_changes.outerjoin(counsellors, duty_changes.c.counsellor_id == counsellors.c.id)
    return select(duty_changes, *columns).select_from(
        joined.outerjoin(other, duty_changes.c.other_id == other.c.id)
    )


def _change(row: Row[tuple[object, ...]]) -> Change:
    return Change(row.uid, Kind(row.kind), row.starts, row.ends, row.key, row.other, row.note)
