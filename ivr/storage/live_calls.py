"""Who is on the line just now: who waits, whose phones ring, who talks; no caller's number stands in it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from ivr.storage import legs, waits
from ivr.storage.tables_calls import calls
from ivr.storage.tables_reaching import conversations, holds
from ivr.storage.tables_reaching import legs as legs_table
from ivr.storage.tables_reaching import waits as waits_table

SEEN_WITHIN = timedelta(minutes=5)
"""A caller who waits is told of every quarter of a minute; a segment or a message is over sooner too."""
LONGEST_CONVERSATION = timedelta(hours=4)
FREE, RINGS, TALKS, RESTS = "free", "rings", "talks", "rests"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in the queue since then; `ringing` are the keys of those whose phones ring for them."""

    since: datetime
    language: str
    overdose: bool
    listening: bool
    ringing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Busy:
    """What a counsellor's phone does, since when; of a rest, until when."""

    what: str
    at: datetime | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The lines at one moment; `busy` by the key of a counsellor, `listening` calls by language."""

    waiting: tuple[Waiting, ...] = ()
    busy: Mapping[str, Busy] = field(default_factory=dict)
    on_line: Mapping[str, int] = field(default_factory=dict)


def board(connection: Connection, at: datetime) -> Board:
    """The lines as storage knows them."""
    return Board(_waiting(connection, at), _busy(connection, at), _on_line(connection, at))


def count_waiting(connection: Connection, at: datetime) -> int:
    """How many callers wait, as the board shows them."""
    return connection.scalar(select(func.count()).select_from(waits_table).where(*_lasting(at))) or 0


def _waiting(connection: Connection, at: datetime) -> tuple[Waiting, ...]:
    live = (legs_table.c.state.in_(legs.RINGING), legs_table.c.until > at, legs_table.c.wait_id.is_not(None))
    ringing: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(legs_table.c.wait_id, legs_table.c.person).where(*live)):
        ringing[row.wait_id].append(row.person)
    query = select(waits_table).where(*_lasting(at))
    return tuple(
        Waiting(row.since, row.language, row.overdose, row.listening, tuple(ringing[row.id]))
        for row in connection.execute(query.order_by(waits_table.c.since))
    )


def _lasting(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Callers who were told of a while ago are gone: nothing else says so if a network did not."""
    return waits_table.c.state == waits.WAITING, waits_table.c.seen > at - SEEN_WITHIN


def _busy(connection: Connection, at: datetime) -> dict[str, Busy]:
    found = {
        row.person: Busy(RESTS, row.until)
        for row in connection.execute(select(holds).where(holds.c.until > at))
    }
    live = (legs_table.c.state.in_(legs.RINGING), legs_table.c.until > at)
    for row in connection.execute(select(legs_table).where(*live)):
        found[row.person] = Busy(RINGS, row.at)
    lasting = (conversations.c.ended.is_(None), conversations.c.started > at - LONGEST_CONVERSATION)
    for row in connection.execute(select(conversations).where(*lasting)):
        found[row.person] = Busy(TALKS, row.started, row.language)
    return found


def _on_line(connection: Connection, at: datetime) -> dict[str, int]:
    lasting = (calls.c.ended.is_(None), calls.c.seen > at - SEEN_WITHIN, calls.c.inbound)
    query = select(calls.c.language, func.count()).where(*lasting).group_by(calls.c.language)
    return {language: number for language, number in connection.execute(query)}  # noqa: C416 (rows, not pairs)
