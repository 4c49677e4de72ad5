"""Shifts as staff edit them: one series at a time, and only the state of it that they have seen."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from ivr.duty.calendar import Shift
from ivr.duty.edits import Edited
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.revision import bump
from ivr.storage.tables import counsellors, shifts
from ivr.storage.tables_duty import subscribed


class KeptElsewhereError(Exception):
    """It comes from a calendar that is followed, where it has to be changed."""


def series_of(connection: Connection, uid: str) -> tuple[Shift, ...]:
    """The stored events of one UID; none if it is gone."""
    query = select(shifts.c.uid, shifts.c.recurrence, counsellors.c.key, shifts.c.text).outerjoin(counsellors)
    rows = connection.execute(query.where(shifts.c.uid == uid).order_by(shifts.c.recurrence))
    return tuple(Shift(row.uid, row.recurrence, row.key, row.text) for row in rows)


def version_of(series: Iterable[Shift]) -> str:
    """What differs as soon as anything of the series does."""
    told = sorted((each.recurrence, each.counsellor or "", each.text) for each in series)
    return sha256(repr(told).encode()).hexdigest()[:16]


def keep_edit(connection: Connection, edited: Edited, uid: str, version: str) -> None:
    """Keep what was made of the series `uid` as it was at `version`; a new one has "" for both.

    A ChangedMeanwhileError if it is another by now, or somebody of it is not there any more; a
    KeptElsewhereError if a subscription brings it.
    """
    if uid:
        _lock(connection, uid)
        if version_of(series_of(connection, uid)) != version:
            raise ChangedMeanwhileError(uid)
        if source_of(connection, uid) is not None:
            raise KeptElsewhereError(uid)
    ids = {row.key: row.id for row in connection.execute(select(counsellors.c.key, counsellors.c.id))}
    for each, events in edited.shifts.items():
        connection.execute(delete(shifts).where(shifts.c.uid == each))
        if any(event.counsellor and event.counsellor not in ids for event in events):
            raise ChangedMeanwhileError(each)
        if events:
            connection.execute(insert(shifts), [_row(event, ids) for event in events])
    bump(connection)


def wait_for_others(connection: Connection) -> None:
    """Have others who wait here begin only when this transaction has ended, so that they see what it did."""
    connection.execute(select(counsellors.c.id).order_by(counsellors.c.id).with_for_update())


def sources(connection: Connection) -> Mapping[str, int]:
    """Which subscription brings which UID."""
    rows = connection.execute(select(subscribed.c.uid, subscribed.c.subscription_id).distinct())
    return {row.uid: row.subscription_id for row in rows}


def source_of(connection: Connection, uid: str) -> int | None:
    """The subscription that brings it, if one does."""
    mine = select(subscribed.c.subscription_id).where(subscribed.c.uid == uid).limit(1)
    found: int | None = connection.scalar(mine)
    return found


def hand_over(connection: Connection, giver: str, taker: str) -> int:
    """Give every stored shift of one counsellor to another for good; how many events.

    Those that a subscription brings stay: it would take them back. A ChangedMeanwhileError if one of the two
    has gone.
    """
    other = _id(connection, taker)
    mine = _own(_id(connection, giver))
    count = connection.execute(update(shifts).where(*mine).values(counsellor_id=other)).rowcount
    bump(connection)
    return count


def remove_shifts_of(connection: Connection, key: str) -> int:
    """Remove the stored shifts of a counsellor who goes; how many events. Those of subscriptions stay."""
    count = connection.execute(delete(shifts).where(*_own(_id(connection, key)))).rowcount
    bump(connection)
    return count


def _id(connection: Connection, key: str) -> int:
    found: int | None = connection.scalar(select(counsellors.c.id).where(counsellors.c.key == key))
    if found is None:
        raise ChangedMeanwhileError(key)
    return found


def _own(person: int) -> tuple[ColumnElement[bool], ...]:
    """What a counsellor has that no subscription brings."""
    return shifts.c.counsellor_id == person, shifts.c.uid.not_in(select(subscribed.c.uid))


def _lock(connection: Connection, uid: str) -> None:
    # Two who change it at the same moment wait for each other; the second then sees what the first has done.
    connection.execute(select(shifts.c.uid).where(shifts.c.uid == uid).with_for_update())


def _row(event: Shift, ids: Mapping[str, int]) -> dict[str, object]:
    return {
        "uid": event.uid,
        "recurrence": event.recurrence,
        "counsellor_id": ids.get(event.counsellor or ""),
        "text": event.text,
    }
