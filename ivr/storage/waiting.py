"""What waits for a counsellor: messages and call-backs that nobody else has in work, oldest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select, update

from ivr.flow.windows import HOURS
from ivr.storage.callbacks import CALLBACK
from ivr.storage.promise_states import IN_WORK, OPEN
from ivr.storage.promises import MESSAGE
from ivr.storage.tables import promises, recordings

LOOKED_AT_AGAIN = timedelta(minutes=1)
"""A call-back is put off for no longer because nobody is free, or on duty; it waits all the same."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A promise; `recording` is the network's id of a message that has been fetched, else ""."""

    id: int
    kind: str
    language: str
    recording: str


def next_waiting(connection: Connection, person: str, at: datetime, after: int = 0) -> Waiting | None:
    """The oldest at `at` beyond the promise numbered `after`; a message they have in work waits for them.

    Of call-backs only those whose time has come, and those that were left to staff.
    """
    mine = and_(promises.c.kind == MESSAGE, promises.c.state == IN_WORK, promises.c.person == person)
    message = and_(promises.c.kind == MESSAGE, promises.c.state == OPEN)
    call_back = and_(promises.c.kind == CALLBACK, promises.c.state == OPEN, _may_be_rung(at))
    wanted = promises.c.id > after, or_(mine, message, call_back)
    row = connection.execute(_query().where(*wanted).order_by(promises.c.id).limit(1)).first()
    return Waiting(row.id, row.kind, row.language, _fetched(row)) if row else None


def recording_of(connection: Connection, promise: int) -> str:
    """The network's id of the message's recording once it has been fetched, else ""."""
    row = connection.execute(_query().where(promises.c.id == promise)).first()
    return _fetched(row) if row else ""


def take_again(connection: Connection, promise: int, until: datetime, person: str) -> bool:
    """Whether the promise was in that person's work already, and is so until `until` now."""
    mine = promises.c.id == promise, promises.c.state == IN_WORK, promises.c.person == person
    return connection.execute(update(promises).where(*mine).values(next_at=until)).rowcount == 1


def _may_be_rung(at: datetime) -> ColumnElement[bool]:
    """Not before the caller is off the line, their time of day has come, and the pause after a try is over.

    Nor while another phone rings for it, which is what its claim says.
    """
    next_at, due = promises.c.next_at, promises.c.due
    left_to_staff = and_(next_at.is_(None), promises.c.reason != "")
    unseen = and_(due.is_(None), promises.c.window.not_in(HOURS), next_at <= at)
    put_off = and_(promises.c.claim == "", next_at <= at + LOOKED_AT_AGAIN)
    return or_(left_to_staff, unseen, and_(due <= at, or_(next_at <= at, put_off)))


def _query() -> Select[tuple[int, str, str, str | None, str | None]]:
    heard = and_(recordings.c.promise_id == promises.c.id, recordings.c.wanted)
    columns = promises.c.id, promises.c.kind, promises.c.language
    return select(*columns, recordings.c.id.label("recording"), recordings.c.file).outerjoin(
        recordings, heard
    )


def _fetched(row: Row[tuple[int, str, str, str | None, str | None]]) -> str:
    return row.recording if row.file else ""
