"""What callers were promised, and the recordings at the provider that belong to it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.promise_states import OPEN
from ivr.storage.tables import promises, recordings

MESSAGE = "message"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Message:
    """A voice message as the network told of it; a later `attempt` of a call replaces an earlier one.

    `caller` is a keyed hash, "" for a number that is not known.
    """

    call: str
    recording: str
    seconds: int
    language: str
    attempt: int
    at: datetime
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What one caller was promised; `file` is a name in DATA_DIR/messages once the recording is fetched.

    `digits` are the last of the number to ring, `due` is when the time that was asked for begins. An open one
    that the helpline tries no more has a `reason` and no `next_at`: staff have it.
    """

    id: int
    call: str
    kind: str
    state: str
    language: str
    created: datetime
    seconds: int
    attempt: int
    note: str
    digits: str
    window: str
    due: datetime | None
    next_at: datetime | None
    tries: int
    person: str
    reason: str
    changed: datetime | None
    recording: str | None
    file: str | None


@dataclass(frozen=True, slots=True)
class Recording:
    """What lies at the provider under `id`; `tries` have been made to fetch or delete it.

    `call` is the one in which the message was left, "" for a recording that is no message.
    """

    id: str
    promise: int | None
    tries: int
    file: str | None
    call: str = ""


def store_message(connection: Connection, message: Message) -> None:
    """Make the message one promise of its call, however often and in whatever order it is told.

    A recording that another attempt replaces, or has replaced, is left to be deleted at the provider.
    """
    promise = _promise_of(connection, message)
    known = connection.scalar(select(recordings.c.id).where(recordings.c.id == message.recording))
    if known is not None:
        return
    latest = message.attempt >= promise["attempt"]
    if latest:
        _replace(connection, promise["id"], message)
    connection.execute(
        insert(recordings).values(
            id=message.recording, promise_id=promise["id"], wanted=latest, tries=0, next_at=message.at
        )
    )


def drop_recording(connection: Connection, recording: str, at: datetime) -> None:
    """Leave a recording that is no message to be deleted at the provider; a known one stays as it is."""
    known = connection.scalar(select(recordings.c.id).where(recordings.c.id == recording))
    if known is None:
        values = {"id": recording, "wanted": False, "tries": 0, "next_at": at}
        connection.execute(insert(recordings).values(**values))


def list_promises(connection: Connection, state: str | None = None) -> tuple[Promise, ...]:
    """The promises, oldest first; of one state if that is given."""
    wanted = and_(recordings.c.promise_id == promises.c.id, recordings.c.wanted)
    known = [promises.c[each.name] for each in fields(Promise) if each.name in promises.c]
    query = select(*known, recordings.c.id.label("recording"), recordings.c.file)
    query = query.outerjoin(recordings, wanted).order_by(promises.c.created, promises.c.id)
    if state:
        query = query.where(promises.c.state == state)
    return tuple(Promise(**row) for row in connection.execute(query).mappings())


def due_fetches(connection: Connection, at: datetime, limit: int = 20) -> tuple[Recording, ...]:
    """Recordings to be fetched now, the longest waiting first."""
    return _due(connection, _to_fetch(), at, limit)


def claim_fetch(connection: Connection, recording: str, at: datetime, lease: timedelta) -> bool:
    """Whether it is ours to fetch: until `at + lease` nobody else is told so."""
    return _claim(connection, _to_fetch(), recording, at, lease)


def fetched(connection: Connection, recording: str, file: str, at: datetime) -> None:
    """Note where the recording lies now; from now on it is to be deleted at the provider."""
    values = {"file": file, "fetched_at": at, "tries": 0, "next_at": at}
    connection.execute(update(recordings).where(recordings.c.id == recording).values(**values))


def fetch_failed(connection: Connection, recording: str, next_at: datetime) -> None:
    """Let the recording be fetched again at `next_at`."""
    connection.execute(update(recordings).where(recordings.c.id == recording).values(next_at=next_at))


def recordings_to_delete(connection: Connection, at: datetime, limit: int = 20) -> tuple[Recording, ...]:
    """Recordings to be deleted at the provider now: fetched, or replaced.

    A replaced one that has a `file` is to be deleted here too; `is_wanted` tells the two apart.
    """
    return _due(connection, _to_delete(), at, limit)


def claim_deletion(connection: Connection, recording: str, at: datetime, lease: timedelta) -> bool:
    """Whether it is ours to delete: until `at + lease` nobody else is told so."""
    return _claim(connection, _to_delete(), recording, at, lease)


def is_wanted(connection: Connection, recording: str) -> bool:
    """Whether the recording is its promise's, not one that was replaced."""
    query = select(recordings.c.wanted).where(recordings.c.id == recording)
    return bool(connection.scalar(query))


def wanted_recordings(connection: Connection, ids: Sequence[str]) -> dict[str, bool]:
    """Whether each of these recordings is its promise's; unknown ones are not there."""
    found: dict[str, bool] = {}
    for first in range(0, len(ids), _AT_ONCE):
        some = recordings.c.id.in_(ids[first : first + _AT_ONCE])
        rows = connection.execute(select(recordings.c.id, recordings.c.wanted).where(some))
        found.update((row.id, row.wanted) for row in rows)
    return found


def deleted(connection: Connection, recording: str, at: datetime) -> None:
    """Note that the provider has the recording no more."""
    connection.execute(update(recordings).where(recordings.c.id == recording).values(deleted_at=at))


def deletion_failed(connection: Connection, recording: str, next_at: datetime) -> None:
    """Let the recording be deleted again at `next_at`."""
    fetch_failed(connection, recording, next_at)


def _promise_of(connection: Connection, message: Message) -> RowMapping:
    # Locked, so that two attempts told at the same moment follow one another.
    query = select(promises).where(promises.c.call == message.call, promises.c.kind == MESSAGE)
    query = query.with_for_update()
    found = connection.execute(query).mappings().one_or_none()
    if found is not None:
        return found
    try:
        with connection.begin_nested():
            connection.execute(insert(promises).values(**_columns(message)))
    except IntegrityError:
        # Another process was first; its row is there now.
        pass
    return connection.execute(query).mappings().one()


def _columns(message: Message) -> dict[str, object]:
    return {
        "call": message.call,
        "kind": MESSAGE,
        "state": OPEN,
        "language": message.language,
        "created": message.at,
        "seconds": message.seconds,
        "attempt": message.attempt,
        "note": "",
        "caller": message.caller,
    }


def _replace(connection: Connection, promise: int, message: Message) -> None:
    values = {"seconds": message.seconds, "language": message.language, "attempt": message.attempt}
    connection.execute(update(promises).where(promises.c.id == promise).values(**values))
    others = and_(recordings.c.promise_id == promise, recordings.c.wanted)
    unwanted = {"wanted": False, "tries": 0, "next_at": message.at, "deleted_at": None}
    connection.execute(update(recordings).where(others).values(**unwanted))


def _to_fetch() -> ColumnElement[bool]:
    return and_(recordings.c.wanted, recordings.c.file.is_(None), recordings.c.deleted_at.is_(None))


def _to_delete() -> ColumnElement[bool]:
    done = or_(recordings.c.file.is_not(None), ~recordings.c.wanted)
    return and_(done, recordings.c.deleted_at.is_(None))


def _due(
    connection: Connection, which: ColumnElement[bool], at: datetime, limit: int
) -> tuple[Recording, ...]:
    columns = (
        recordings.c.id,
        recordings.c.promise_id.label("promise"),
        recordings.c.tries,
        recordings.c.file,
        func.coalesce(promises.c.call, "").label("call"),
    )
    joined = recordings.outerjoin(promises, promises.c.id == recordings.c.promise_id)
    query = select(*columns).select_from(joined).where(which, recordings.c.next_at <= at)
    rows = connection.execute(query.order_by(recordings.c.next_at).limit(limit))
    return tuple(Recording(**row) for row in rows.mappings())


def _claim(
    connection: Connection, which: ColumnElement[bool], recording: str, at: datetime, lease: timedelta
) -> bool:
    free = and_(which, recordings.c.id == recording, recordings.c.next_at <= at)
    values = {"tries": recordings.c.tries + 1, "next_at": at + lease}
    return connection.execute(update(recordings).where(free).values(**values)).rowcount == 1
