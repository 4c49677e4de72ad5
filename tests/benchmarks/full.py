"""A database as after years: ten million journal rows, 10,000 shifts, and whatever else calls leave behind.

    make_full(engine, now, zone, 10_000_000)

A crowd (crowd.py) is made as the code that counts would have left it, and then told so many times again by
the database itself, each time as other calls. The counts grow by as much.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, insert, select, text

from ivr.duty.changes import Kind
from ivr.storage.engine import writing
from ivr.storage.tables import counsellors, promises, shifts
from ivr.storage.tables_accounts import audit
from ivr.storage.tables_calls import MEASURES, call_events, call_hours, call_places, calls
from ivr.storage.tables_duty import duty_changes
from ivr.storage.tables_notices import notices
from ivr.storage.tables_reaching import legs, waits
from tests.benchmarks.crowd import CHUNK, make_crowd

EVENTS_OF_A_CALL = 3.5  # of the crowd, on average
CROWD = 160_000
CACHE = 1_500_000  # KiB: indexes grow everywhere at once
SHIFTS, CHANGES, RECURRING = 10_000, 1_000, 5
A_WEEK = 100_000  # callers who have waited: they are remembered for a week
OLD = 100_000  # settled promises, and notices
DONE = 200_000  # entries in the audit log
PAUSE = timedelta(seconds=6)
Row = dict[str, object]


def make_full(engine: Engine, now: datetime, zone: ZoneInfo, events: int) -> None:
    """Fill the tables, which are empty before, with about so many events of calls."""
    base = min(CROWD, int(events / EVENTS_OF_A_CALL))
    make_crowd(engine, now, zone, base)
    times = max(1, round(events / EVENTS_OF_A_CALL / base))
    for number in range(1, times):
        with writing(engine) as connection:
            _prepare(connection)
            _again(connection, number)
    with writing(engine) as connection:
        _prepare(connection)
        _counted(connection, times)
        _roster(connection, now)
        _callers(connection, now)


def _prepare(connection: Connection) -> None:
    """Let it take its memory, and its time."""
    sqlite = connection.dialect.name == "sqlite"
    connection.execute(text(f"PRAGMA cache_size = -{CACHE}" if sqlite else "SET LOCAL statement_timeout = 0"))


def _again(connection: Connection, number: int) -> None:
    """Every call of the crowd once more: their ids begin with zeros, these do not."""
    mark = f"{number:04x}"
    for table, id_, length in ((calls, "call", 2), (call_events, "key", 0)):
        names = [each.name for each in table.columns]
        head = "'CA' || " if length else ""
        new = f"{head}'{mark}' || substr({id_}, {length + len(mark) + 1})"
        call = f"'CA{mark}' || substr(call, {len(mark) + 3})"
        told = {id_: new, "call": call}
        columns = ", ".join(told.get(name, f'"{name}"') for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        first = f"substr(call, 3, {len(mark)}) = '{'0' * len(mark)}'"
        connection.execute(
            text(f"INSERT INTO {table.name} ({listed}) SELECT {columns} FROM {table.name} WHERE {first}")  # noqa: S608 (names of ours)
        )


def _counted(connection: Connection, times: int) -> None:
    measures = ", ".join(f"{name} = {name} * {times}" for name in MEASURES)
    connection.execute(text(f"UPDATE {call_hours.name} SET {measures}"))  # noqa: S608 (names of ours)
    connection.execute(text(f"UPDATE {call_places.name} SET number = number * {times}"))  # noqa: S608 (as above)


def _roster(connection: Connection, now: datetime) -> None:
    """Shifts of all counsellors over two years, most of them once; and what was changed about them."""
    people = connection.execute(select(counsellors.c.id, counsellors.c.name)).all()
    chance = random.Random(5)
    rows: list[Row] = []
    for number in range(SHIFTS - len(people)):
        person, start = people[number % len(people)], _hour(now, chance.randrange(-365 * 24, 365 * 24))
        rows.append(
            {"uid": f"s{number}", "recurrence": "", "counsellor_id": person.id}
            | _shift(number, person, start)
        )
    _in_chunks(connection, shifts, rows)
    _in_chunks(connection, duty_changes, list(_changes(now, [each.id for each in people], chance)))


def _shift(number: int, person: "object", start: datetime) -> Row:
    lines = [
        *("BEGIN:VEVENT", f"UID:s{number}", f"SUMMARY:{getattr(person, 'name', '')}"),
        *(f"DTSTART;TZID=Africa/Johannesburg:{start:%Y%m%dT%H%M%S}", "DURATION:PT4H"),
        *(["RRULE:FREQ=WEEKLY"] if number % RECURRING == 0 else []),
        "END:VEVENT",
    ]
    return {"text": "\n".join(lines)}


def _changes(now: datetime, people: list[int], chance: random.Random) -> Iterator[Row]:
    """Swaps, and now and then an hour in which all is closed; kept for 90 days."""
    for number in range(CHANGES):
        start = _hour(now, chance.randrange(-90 * 24, 60 * 24))
        person, other = chance.sample(people, 2)
        closed = number % 50 == 0
        yield {
            "uid": f"c{number}",
            "kind": Kind.CLOSURE.value if closed else Kind.SWAP.value,
            "counsellor_id": None if closed else person,
            "other_id": None if closed else other,
            "starts": start,
            "ends": start + timedelta(hours=1 if closed else 4),
            "note": "",
            "made": now,
        }


def _callers(connection: Connection, now: datetime) -> None:
    """What waiting, promises, notices and staff leave behind."""
    _in_chunks(connection, waits, [_wait(number, now) for number in range(A_WEEK)])
    _in_chunks(connection, legs, [_leg(number, now) for number in range(2 * A_WEEK)])
    _in_chunks(connection, promises, [_promise(number, now) for number in range(OLD)])
    _in_chunks(connection, notices, [_notice(number, now) for number in range(OLD)])
    _in_chunks(connection, audit, [_done(number, now) for number in range(DONE)])


def _wait(number: int, now: datetime) -> Row:
    at, call = now - PAUSE * (A_WEEK - number), f"CW{number:032x}"
    same: Row = {"queue": call, "queue_sid": f"QU{number:032x}", "language": "en", "topic": "", "told": "w1"}
    rest: Row = {"overdose": False, "caller": f"{number:040x}", "waited": 20, "tick": 4, "listening": False}
    return {**same, **rest, "id": number + 1, "call": call, "entry": 1, "since": at, "seen": at} | {
        "state": "over",
        "ended": at,
    }


def _leg(number: int, now: datetime) -> Row:
    at = now - PAUSE * (A_WEEK - number // 2)
    ends: Row = {"until": at + timedelta(seconds=50), "answered_at": None, "ended_at": at}
    return {"wait_id": number // 2 + 1, "person": f"p{number % 200:05}", "nth": 1, "round": 1} | {
        **ends,
        "sid": f"CL{number:032x}",
        "state": "ended",
        "outcome": "missed",
        "at": at,
    }


def _promise(number: int, now: datetime) -> Row:
    at = now - timedelta(days=170) * (number / OLD)
    same: Row = {
        "kind": "message",
        "state": "kept",
        "language": "en",
        "seconds": 20,
        "attempt": 1,
        "note": "",
    }
    return same | {"call": f"CA{number:032x}", "created": at, "changed": at, "caller": f"{number:040x}"}


def _notice(number: int, now: datetime) -> Row:
    at = now - timedelta(days=85) * (number / OLD)
    return {"kind": "message", "key": str(number), "facts": {}, "created": at, "addressed_at": at}


def _done(number: int, now: datetime) -> Row:
    at = now - timedelta(days=1800) * (1 - number / DONE)
    return {"at": at, "by": f"Person {number % 60}", "action": "shift moved", "about": "x", "way": "console"}


def _hour(now: datetime, hours: int) -> datetime:
    return (now + timedelta(hours=hours)).astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _in_chunks(connection: Connection, table: "object", rows: list[Row]) -> None:
    for first in range(0, len(rows), CHUNK):
        connection.execute(insert(table), rows[first : first + CHUNK])  # type: ignore[arg-type]
