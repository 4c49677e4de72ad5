"""Shifts, as they are stored: the event's own iCalendar text, and whose it is."""

from sqlalchemy import Connection, delete, insert, select

from ivr.duty.calendar import ReadCalendar, Shift, Spoiled
from ivr.duty.names import same_name
from ivr.storage.counsellors import Imported
from ivr.storage.revision import bump
from ivr.storage.tables import counsellors, shifts
from ivr.storage.tables_duty import subscribed

_Keys = list[tuple[str, str]]
_Shifts = dict[tuple[str, str], Shift]
_ORIGIN = (
    shifts,
    subscribed,
    (shifts.c.uid == subscribed.c.uid) & (shifts.c.recurrence == subscribed.c.recurrence),
)


def list_shifts(connection: Connection) -> tuple[Shift, ...]:
    """Every stored event."""
    query = select(shifts.c.uid, shifts.c.recurrence, counsellors.c.key, shifts.c.text).outerjoin(counsellors)
    rows = connection.execute(query.order_by(shifts.c.uid, shifts.c.recurrence))
    return tuple(Shift(row.uid, row.recurrence, row.key, row.text) for row in rows)


def keep_shifts(
    connection: Connection, read: ReadCalendar, *, replace: bool, source: int | None = None
) -> Imported:
    """Add or change the events of a file, matched by UID; with `replace`, remove those that are not in it.

    A stored event stays as it is where the file's own was bad, and nothing is removed if the file is cut off.
    `source` is the subscription that the file is of: what came from elsewhere is left alone, see `foreign`.
    """
    elsewhere = foreign(connection, source)
    stored = {
        (each.uid, each.recurrence): each for each in list_shifts(connection) if each.uid not in elsewhere
    }
    told = {(each.uid, each.recurrence): each for each in read.shifts if each.uid not in elsewhere}
    gone = [key for key in stored if key not in told and _is_gone(stored[key], told, read, replace)]
    changed = [key for key in told if key in stored and stored[key] != told[key]]
    added = [key for key in told if key not in stored]
    _write(connection, [*gone, *changed], [told[key] for key in (*changed, *added)])
    _note_source(connection, gone, added, source)
    if gone or changed or added:
        bump(connection)
    return Imported(len(added), len(changed), len(gone))


def foreign(connection: Connection, source: int | None) -> frozenset[str]:
    """The UIDs of shifts that came from another subscription than `source`, or from none; None: by hand."""
    owners = connection.execute(select(shifts.c.uid, subscribed.c.subscription_id).outerjoin_from(*_ORIGIN))
    return frozenset(row.uid for row in owners if row.subscription_id != source)


def shifts_from(connection: Connection, source: int) -> tuple[Shift, ...]:
    """What is stored of a subscription."""
    mine = select(subscribed.c.uid).where(subscribed.c.subscription_id == source)
    uids = frozenset(connection.scalars(mine))
    return tuple(each for each in list_shifts(connection) if each.uid in uids)


def _note_source(connection: Connection, gone: _Keys, added: _Keys, source: int | None) -> None:
    for uid, recurrence in gone:
        key = (subscribed.c.uid == uid, subscribed.c.recurrence == recurrence)
        connection.execute(delete(subscribed).where(*key))
    if source is not None and added:
        rows = [{"uid": uid, "recurrence": each, "subscription_id": source} for uid, each in added]
        connection.execute(insert(subscribed), rows)


def _is_gone(shift: Shift, told: _Shifts, read: ReadCalendar, replace: bool) -> bool:
    if not read.whole or any(_may_be(each, shift) for each in read.spoiled):
        return False
    if (shift.uid, "") in told:
        # The series is in the file, so the file says all of it: this change of an occurrence was taken back.
        return True
    return replace and shift.uid not in {uid for uid, _ in told}


def _may_be(spoiled: Spoiled, shift: Shift) -> bool:
    if spoiled.uid is not None:
        return spoiled.uid == shift.uid
    words = (line.partition(":") for line in shift.text.split("\n"))
    summary = next((word[2] for word in words if word[0].split(";")[0].upper() == "SUMMARY"), "")
    return spoiled.summary is None or same_name(spoiled.summary) == same_name(summary)


def _write(connection: Connection, gone: list[tuple[str, str]], kept: list[Shift]) -> None:
    ids = {row.key: row.id for row in connection.execute(select(counsellors.c.key, counsellors.c.id))}
    for uid, recurrence in gone:
        connection.execute(delete(shifts).where(shifts.c.uid == uid, shifts.c.recurrence == recurrence))
    rows = [
        {
            "uid": each.uid,
            "recurrence": each.recurrence,
            # Whoever was removed since the file was read has no shifts, as if removed after it.
            "counsellor_id": ids.get(each.counsellor or ""),
            "text": each.text,
        }
        for each in kept
    ]
    if rows:
        connection.execute(insert(shifts), rows)
