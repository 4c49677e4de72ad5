"""Calls as their webhooks told them: each webhook once, and from them the call and what is counted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from ivr.storage import call_hours
from ivr.storage.call_hours import Counted
from ivr.storage.call_summary import CallEvent, Summary, summarise
from ivr.storage.engine import writing
from ivr.storage.tables_calls import call_events, calls

_LOCK = 7_483_203  # any number, the same in every process, and not that of other locks
_COLUMNS = [call_events.c[each.name] for each in fields(CallEvent)]
_AT_ONCE = 500  # values in one statement


@contextmanager
def counting(engine: Engine) -> Iterator[Connection]:
    """A transaction that waits for every other one of its kind: counts change in one at a time."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        yield connection


def note_events(connection: Connection, events: Iterable[CallEvent], zone: ZoneInfo) -> int:
    """Store those that are new, and bring their calls and all counts along; how many were new.

    Told again, in another order or by another process, they come to the same; needs `counting`.
    """
    told = {each.key: each for each in events}
    for key in _known(connection, list(told)):
        told.pop(key)
    if told:
        _add(connection, list(told.values()), zone)
    return len(told)


def events_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[CallEvent]]:
    """The events of these calls, by call; in no particular order."""
    found: dict[str, list[CallEvent]] = defaultdict(list)
    for some in _in_parts(ids):
        query = select(*_COLUMNS).where(call_events.c.call.in_(some))
        for row in connection.execute(query):
            found[row.call].append(CallEvent(*row))
    return found


def unended(connection: Connection, before: datetime, most: int) -> tuple[tuple[str, datetime], ...]:
    """Calls of which nothing was told since then, not even their end; with the moment of the last word."""
    query = select(calls.c.call, calls.c.seen).where(calls.c.ended.is_(None), calls.c.seen < before)
    return tuple((row.call, row.seen) for row in connection.execute(query.order_by(calls.c.seen).limit(most)))


def forget_calls(connection: Connection, before: datetime, most: int) -> int:
    """Remove calls that began before then, with what happened on them; how many. What is counted stays."""
    query = select(calls.c.call).where(calls.c.started < before).order_by(calls.c.started).limit(most)
    old = list(connection.scalars(query))
    for some in _in_parts(old):
        connection.execute(delete(call_events).where(call_events.c.call.in_(some)))
        connection.execute(delete(calls).where(calls.c.call.in_(some)))
    return len(old)


def _add(connection: Connection, new: Sequence[CallEvent], zone: ZoneInfo) -> None:
    ids = sorted({each.call for each in new})
    events, hours = events_of(connection, ids), _hours(connection, ids)
    before = {
        call: Counted(summarise(events[call]), hour, tuple(events[call])) for call, hour in hours.items()
    }
    for each in new:
        events.setdefault(each.call, []).append(each)
    connection.execute(insert(call_events), [asdict(each) for each in new])
    after = {call: call_hours.counted(summarise(events[call]), events[call], zone) for call in ids}
    _write(connection, list(after.values()), frozenset(hours))
    call_hours.change(connection, before.values(), after.values(), zone)


def _hours(connection: Connection, ids: Sequence[str]) -> dict[str, datetime]:
    """The hours in which these calls are counted; new ones are not there."""
    found: dict[str, datetime] = {}
    for some in _in_parts(ids):
        rows = connection.execute(select(calls.c.call, calls.c.hour).where(calls.c.call.in_(some)))
        found.update((row.call, row.hour) for row in rows)
    return found


def _write(connection: Connection, found: Sequence[Counted], known: frozenset[str]) -> None:
    new = [_row(each) for each in found if each.summary.call not in known]
    changed = [_row(each) for each in found if each.summary.call in known]
    if new:
        connection.execute(insert(calls), new)
    for row in changed:
        connection.execute(update(calls).where(calls.c.call == row["call"]).values(**row))


def _row(each: Counted) -> dict[str, object]:
    summary: Summary = each.summary
    return {**asdict(summary), "hour": each.hour}


def _known(connection: Connection, keys: Sequence[str]) -> Iterator[str]:
    for some in _in_parts(keys):
        yield from connection.scalars(select(call_events.c.key).where(call_events.c.key.in_(some)))


def _in_parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[first : first + _AT_ONCE] for first in range(0, len(values), _AT_ONCE))
