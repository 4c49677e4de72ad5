"""What waits for a counsellor: messages and call-backs that nobody else has in work, oldest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, and_, or_, select, update

from ivr.storage.callbacks import CALLBACK
from ivr.storage.promise_states import IN_WORK, OPEN
from ivr.storage.promises import MESSAGE
from ivr.storage.tables import promises, recordings


@dataclass(frozen=True, slots=True)
class Waiting:
    """A promise; `recording` is the network's id of a message that has been fetched, else ""."""

    id: int
    kind: str
    language: str
    recording: str


def next_waiting(connection: Connection, person: str, after: int = 0) -> Waiting | None:
    """The oldest beyond the promise numbered `after`; a message that they have in work waits for them too."""
    mine = and_(promises.c.kind == MESSAGE, promises.c.state == IN_WORK, promises.c.person == person)
    free = or_(promises.c.state == OPEN, mine)
    wanted = promises.c.kind.in_((MESSAGE, CALLBACK)), promises.c.id > after, free
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


def _query() -> Select[tuple[int, str, str, str | None, str | None]]:
    heard = and_(recordings.c.promise_id == promises.c.id, recordings.c.wanted)
    columns = promises.c.id, promises.c.kind, promises.c.language
    return select(*columns, recordings.c.id.label("recording"), recordings.c.file).outerjoin(
        recordings, heard
    )


def _fetched(row: Row[tuple[int, str, str, str | None, str | None]]) -> str:
    return row.recording if row.file else ""
