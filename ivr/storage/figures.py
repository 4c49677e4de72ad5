"""How much waits in storage, and for how long: for the figures that an operator watches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from ivr.storage.notices import WAITING
from ivr.storage.promise_states import OPEN, PENDING
from ivr.storage.promises import MESSAGE
from ivr.storage.tables import promises, recordings
from ivr.storage.tables_notices import deliveries
from ivr.storage.tables_reaching import old_queues
from ivr.storage.tables_staff_line import line_answers
from ivr.storage.tables_studio import studio_recordings as studio

#: How old a promise may be to count under a name; the last is for all that are older.
AGES = (
    ("under 1 hour", timedelta(hours=1)),
    ("under 4 hours", timedelta(hours=4)),
    ("under 1 day", timedelta(days=1)),
    ("under 3 days", timedelta(days=3)),
    ("older", None),
)


@dataclass(frozen=True, slots=True)
class Aged:
    """So many promises of a kind and state that callers have waited for so long."""

    kind: str
    state: str
    age: str
    number: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done of one kind: how many pieces are due, and since when the first."""

    job: str
    number: int
    since: datetime | None


def promises_by_age(connection: Connection, at: datetime) -> Iterator[Aged]:
    """The promises that are not settled, by kind, state and age."""
    since: datetime | None = None
    for age, limit in AGES:
        until, since = since, at - limit if limit else None
        newer = promises.c.created > since if since else promises.c.state.is_not(None)
        older = promises.c.created <= until if until else promises.c.state.is_not(None)
        query = select(promises.c.kind, promises.c.state, func.count().label("number"))
        wanted = query.where(promises.c.state.in_(PENDING), newer, older)
        for row in connection.execute(wanted.group_by(promises.c.kind, promises.c.state)):
            yield Aged(row.kind, row.state, age, row.number)


def due_work(connection: Connection, at: datetime) -> Iterator[Due]:
    """What each kind of later work has to do at that moment, and should have begun."""
    of_promises = and_(promises.c.kind != MESSAGE, promises.c.state == OPEN)
    there, here = recordings.c.deleted_at.is_(None), recordings.c.file.is_not(None)
    for job, moment, wanted in (
        ("fetch recordings", recordings.c.next_at, and_(there, ~here, recordings.c.wanted)),
        ("delete recordings", recordings.c.next_at, and_(there, or_(here, ~recordings.c.wanted))),
        ("call back", promises.c.next_at, of_promises),
        ("tell staff", deliveries.c.next_at, deliveries.c.state == WAITING),
        ("fetch recordings of staff", studio.c.next_at, studio.c.next_at.is_not(None)),
        ("answer counsellors", line_answers.c.next_at, line_answers.c.next_at.is_not(None)),
        ("delete queues", old_queues.c.next_at, old_queues.c.next_at.is_not(None)),
    ):
        yield _due(connection, job, moment, and_(moment <= at, wanted))


def _due(
    connection: Connection, job: str, moment: ColumnElement[datetime], wanted: ColumnElement[bool]
) -> Due:
    number, since = connection.execute(select(func.count(), func.min(moment)).where(wanted)).one()
    return Due(job, number, since)
