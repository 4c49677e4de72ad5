"""Single calls, newest first, and what happened on one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, tuple_

from ivr.storage.call_summary import CallEvent, Summary, in_order
from ivr.storage.calls import events_of
from ivr.storage.tables_calls import calls

_COLUMNS = [calls.c[each.name] for each in fields(Summary)]
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls; "" and None ask for nothing. `before` is the last one of the page before."""

    since: datetime | None = None
    until: datetime | None = None
    language: str = ""
    outcome: str = ""
    before: tuple[datetime, str] | None = None


def list_calls(connection: Connection, wanted: Wanted, most: int) -> tuple[Summary, ...]:
    """The newest calls that came in and are wanted, at most so many."""
    rows = connection.execute(_query(wanted).limit(most))
    return tuple(Summary(*row) for row in rows)


def every_call(connection: Connection, wanted: Wanted) -> Iterator[Summary]:
    """All that are wanted, newest first, read a part at a time."""
    while found := list_calls(connection, wanted, _CHUNK):
        yield from found
        last = found[-1]
        wanted = replace(wanted, before=(last.started, last.call))


def find_call(connection: Connection, call: str) -> Summary | None:
    """The call with that id of the network."""
    row = connection.execute(select(*_COLUMNS).where(calls.c.call == call)).one_or_none()
    return Summary(*row) if row else None


def timeline(connection: Connection, call: str) -> tuple[CallEvent, ...]:
    """What happened on the call, in order."""
    return in_order(events_of(connection, [call]).get(call, []))


def _query(wanted: Wanted) -> "Select[Any]":
    query = select(*_COLUMNS).where(calls.c.inbound)
    if wanted.since:
        query = query.where(calls.c.started >= wanted.since)
    if wanted.until:
        query = query.where(calls.c.started < wanted.until)
    if wanted.language:
        query = query.where(calls.c.language == wanted.language)
    if wanted.outcome:
        query = query.where(calls.c.outcome == wanted.outcome)
    if wanted.before:
        query = query.where(tuple_(calls.c.started, calls.c.call) < tuple_(*wanted.before))
    return query.order_by(calls.c.started.desc(), calls.c.call.desc())
