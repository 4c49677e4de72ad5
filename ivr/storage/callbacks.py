"""Promises to ring a caller: call-backs that were asked for, and missed calls that are rung back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.promise_states import IN_WORK, OPEN, PENDING, Change, note_change
from ivr.storage.tables import promises
from ivr.storage.tallies import count, tally

CALLBACK, MISSED_CALL = "callback", "missed-call"
REFUSED = "missed:refused"
ASKED_TOO_OFTEN = "asked-too-often"
_MISSED, _ASKED = "missed", "callback"  # what is counted
#: A caller who has just asked is still on the line, and may yet correct the number.
OFF_THE_LINE = timedelta(seconds=45)
#: The same for a call that was rejected: the network has to let go of it.
REJECTED = timedelta(seconds=5)
#: Calls of one caller so close together are one wish.
SAME_WISH = timedelta(minutes=5)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call-back as the caller asked for it; a later `attempt` of a call replaces an earlier one.

    `number` is sealed, `digits` are its last; `window` is the time of day that was asked for. `rung` is the
    number as a keyed hash: `per_day` for it and `per_hour` for everybody are the most that the helpline
    makes by itself (UTC); without it there is no limit.
    `caller` is who asked, by a keyed hash too.
    """

    call: str
    number: str
    digits: str
    language: str
    window: str
    attempt: int
    at: datetime
    rung: str = ""
    per_day: int = 0
    per_hour: int = 0
    caller: str = ""


@dataclass(frozen=True, slots=True)
class MissedCall:
    """A call that was rejected so that it costs nothing; `caller` is a keyed hash, `number` is sealed.

    `per_day` for one caller and `per_hour` for everybody are the most that are rung back; UTC.
    """

    call: str
    number: str
    digits: str
    language: str
    caller: str
    per_day: int
    per_hour: int
    at: datetime


def store_callback(connection: Connection, asked: CallBack) -> None:
    """Make the call-back one promise of its call, however often and in whatever order it is told.

    Beyond its limits it is promised all the same, and staff decide whether that number is rung once more.
    """
    found = _found(connection, asked.call, CALLBACK)
    if found is None and _insert(connection, _columns_of_callback(asked)):
        _look_at_limits(connection, asked)
        return
    found = found or _found(connection, asked.call, CALLBACK)
    if found is not None and asked.attempt > found["attempt"]:
        _replace(connection, found, asked)
        _look_at_limits(connection, asked)


def store_missed_call(connection: Connection, missed: MissedCall) -> bool:
    """Whether it is rung back, now or as promised before; beyond the limits it is only counted."""
    if _found(connection, missed.call, MISSED_CALL) is not None:
        return True
    if _same_wish(connection, missed):
        return True
    if not _within_limits(connection, _MISSED, missed.caller, missed):
        tally(connection, REFUSED, _day(missed.at), missed.at + 30 * _DAY)
        return False
    return _insert(connection, _columns_of_missed_call(missed))


def _found(connection: Connection, call: str, kind: str) -> RowMapping | None:
    query = select(promises).where(promises.c.call == call, promises.c.kind == kind).with_for_update()
    return connection.execute(query).mappings().one_or_none()


def _insert(connection: Connection, columns: dict[str, object]) -> bool:
    try:
        with connection.begin_nested():
            made = connection.execute(insert(promises).values(**columns))
    except IntegrityError:
        # Another process was first; its row is there now.
        return False
    key = made.inserted_primary_key
    if key is not None:
        at = columns["created"]
        assert isinstance(at, datetime)  # noqa: S101 (ours, two functions below)
        note_change(connection, key[0], Change(OPEN, "", "", at))
    return True


def _replace(connection: Connection, found: RowMapping, asked: CallBack) -> None:
    """The newest wish counts; who has it in work goes on, and the next try is made to the new number."""
    values: dict[str, object] = {
        "number": asked.number,
        "digits": asked.digits,
        "language": asked.language,
        "window": asked.window,
        "attempt": asked.attempt,
        "due": None,
    }
    if found["state"] != IN_WORK:
        anew = {"state": OPEN, "tries": 0, "rounds": found["rounds"] + 1, "person": "", "claim": ""}
        values |= {**anew, "next_at": asked.at + OFF_THE_LINE, "reason": "", "changed": asked.at}
    connection.execute(update(promises).where(promises.c.id == found["id"]).values(**values))
    note_change(
        connection, found["id"], Change(str(values.get("state", IN_WORK)), "asked again", "", asked.at)
    )


def _columns_of_callback(asked: CallBack) -> dict[str, object]:
    return {
        **_columns(asked.call, CALLBACK, asked.language, asked.number, asked.digits, asked.at),
        "attempt": asked.attempt,
        "window": asked.window,
        "caller": asked.caller,
        "next_at": asked.at + OFF_THE_LINE,
    }


def _columns_of_missed_call(missed: MissedCall) -> dict[str, object]:
    return {
        **_columns(missed.call, MISSED_CALL, missed.language, missed.number, missed.digits, missed.at),
        "attempt": 1,
        "caller": missed.caller,
        "due": missed.at,
        "next_at": missed.at + REJECTED,
    }


def _columns(
    call: str, kind: str, language: str, number: str, digits: str, at: datetime
) -> dict[str, object]:
    named = {"call": call, "kind": kind, "language": language, "number": number, "digits": digits}
    return {**named, "state": OPEN, "created": at, "changed": at, "seconds": 0, "note": ""}


def _same_wish(connection: Connection, missed: MissedCall) -> bool:
    mine = (promises.c.kind == MISSED_CALL, promises.c.caller == missed.caller)
    lately = promises.c.created > missed.at - SAME_WISH
    query = select(promises.c.id).where(*mine, promises.c.state.in_(PENDING), lately)
    return connection.execute(query.limit(1)).first() is not None


class _BeyondLimitError(Exception):
    """Undoes what was counted already."""


def _look_at_limits(connection: Connection, asked: CallBack) -> None:
    if not asked.rung or _within_limits(connection, _ASKED, asked.rung, asked):
        return
    mine = (promises.c.call == asked.call, promises.c.kind == CALLBACK, promises.c.state == OPEN)
    values = {"next_at": None, "reason": ASKED_TOO_OFTEN, "changed": asked.at}
    left = update(promises).where(*mine).values(**values).returning(promises.c.id)
    for promise in connection.scalars(left).all():
        note_change(connection, promise, Change(OPEN, ASKED_TOO_OFTEN, "", asked.at))


def _within_limits(connection: Connection, what: str, whose: str, asked: CallBack | MissedCall) -> bool:
    try:
        with connection.begin_nested():
            _count(connection, what, whose, asked)
    except _BeyondLimitError:
        return False
    return True


def _count(connection: Connection, what: str, whose: str, asked: CallBack | MissedCall) -> None:
    # Everybody's count comes first: it is one row, so that two at once follow one another from here.
    hour, at = asked.at.astimezone(UTC).strftime("%Y-%m-%dT%H"), asked.at
    everybody = count(connection, f"{what}:everybody", hour, at + _HOUR, asked.per_hour)
    if not everybody or not count(connection, f"{what}:{whose}", _day(at), at + _DAY, asked.per_day):
        raise _BeyondLimitError


def _day(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d")
