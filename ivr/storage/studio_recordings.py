"""What staff record by phone, from the tone until it is a take; each recording once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables_studio import studio_recordings as table

WAITING, DRAFTED, REFUSED, LOST = "waiting", "drafted", "refused", "lost"


@dataclass(frozen=True, slots=True)
class StudioRecording:
    """A recording by the network's id: of which prompt, as it was read to them, and what has become of it.

    `findings` are the names of what was found in it; `take_id` is the draft that it became, `call` the one in
    which it was made, for the log.
    """

    id: str
    account: int
    made_by: str
    language: str
    prompt: dict[str, Any]
    made_at: datetime
    state: str = WAITING
    take_id: int | None = None
    findings: tuple[str, ...] = ()
    tries: int = 0
    call: str = ""


def keep_recording(connection: Connection, recording: StudioRecording) -> None:
    """Have it fetched; one that is known stays as it is."""
    values = {
        "id": recording.id,
        "account": recording.account,
        "made_by": recording.made_by,
        "language": recording.language,
        "prompt": recording.prompt,
        "made_at": recording.made_at,
        "state": WAITING,
        "findings": "",
        "tries": 0,
        "next_at": recording.made_at,
        "call": recording.call,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(**values))
    except IntegrityError:
        return  # told twice


def find_recording(connection: Connection, id_: str) -> StudioRecording | None:
    """The recording of that id."""
    row = connection.execute(select(table).where(table.c.id == id_)).first()
    return _read(row) if row else None


def due_recordings(connection: Connection, at: datetime) -> tuple[StudioRecording, ...]:
    """Those to fetch at `at`, oldest first."""
    due = select(table).where(table.c.next_at <= at).order_by(table.c.made_at, table.c.id)
    return tuple(_read(row) for row in connection.execute(due))


def claim_recording(
    connection: Connection, recording: StudioRecording, at: datetime, lease: timedelta
) -> bool:
    """Whether it is ours to fetch, and nobody else's until the lease is over."""
    mine = (table.c.id == recording.id, table.c.next_at <= at, table.c.tries == recording.tries)
    return connection.execute(update(table).where(*mine).values(next_at=at + lease)).rowcount == 1


def try_again(connection: Connection, recording: StudioRecording, next_at: datetime) -> None:
    """It could not be fetched; look again at `next_at`."""
    again = {"tries": recording.tries + 1, "next_at": next_at}
    connection.execute(update(table).where(table.c.id == recording.id).values(**again))


def settle_recording(
    connection: Connection, id_: str, state: str, take_id: int | None = None, findings: tuple[str, ...] = ()
) -> None:
    """What has become of it: DRAFTED, REFUSED or LOST."""
    values = {"state": state, "take_id": take_id, "findings": ",".join(findings), "next_at": None}
    connection.execute(update(table).where(table.c.id == id_).values(**values))


def _read(row: Row[Any]) -> StudioRecording:
    return StudioRecording(
        id=row.id,
        account=row.account,
        made_by=row.made_by,
        language=row.language,
        prompt=dict(row.prompt),
        made_at=row.made_at,
        state=row.state,
        take_id=row.take_id,
        findings=tuple(filter(None, row.findings.split(","))),
        tries=row.tries,
        call=row.call,
    )
