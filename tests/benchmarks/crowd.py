"""A database as after a busy year: a million calls, 200 counsellors with shifts and conversations.

    make_crowd(engine, now, zone)

Calls are of a few kinds, told by their events as the journal tells them; what a kind counts for is worked out
once, by the code that counts. Made in two or three minutes on SQLite.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Table, insert

from ivr.storage.call_hours import Hour, Place, days_of, hours_of, local_hour
from ivr.storage.call_summary import CallEvent, measures, places, summarise
from ivr.storage.engine import writing
from ivr.storage.tables import counsellors, shifts
from ivr.storage.tables_calls import MEASURES, call_events, call_hours, call_places, calls
from ivr.storage.tables_reaching import conversations

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
LANGUAGES = ("en", "af", "zu", "sw", "xh", "st", "tn", "ts", "ve", "nr", "fr", "pt")
TOPICS = ("overdose", "withdrawal", "tolerance", "safer", "naloxone", "family", "treatment", "hiv", "law")
CHUNK = 20_000
TALKS = 100_000
PEOPLE = 200
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which calls go: its events and its call at the EPOCH, and what it counts for."""

    events: tuple[Row, ...]
    call: Row
    counts: dict[str, int]
    places: frozenset[tuple[str, str]]


@dataclass(slots=True)
class Tally:
    """What is counted so far."""

    hours: dict[Hour, Counter[str]] = field(default_factory=dict)
    places: Counter[Place] = field(default_factory=Counter)

    def add(self, kind: Kind, hour: datetime, language: str, zone: ZoneInfo) -> None:
        """One call of that kind in that hour."""
        local = hour.astimezone(zone)
        for each in hours_of(language, local):
            self.hours.setdefault(each, Counter()).update(kind.counts)
        for day in days_of(language, local):
            self.places.update((*day, *place) for place in kind.places)


def make_crowd(engine: Engine, now: datetime, zone: ZoneInfo, number: int = 1_000_000) -> None:
    """Fill the tables of calls, counsellors, shifts and conversations, which are empty before."""
    chance = random.Random(4)  # the same crowd every time
    tally, kinds = Tally(), tuple(_kinds())
    for first in range(0, number, CHUNK):
        with writing(engine) as connection:
            _keep(connection, range(first, min(first + CHUNK, number)), kinds, tally, chance, now, zone)
    with writing(engine) as connection:
        _people(connection, now)
        _count(connection, tally)
        _talks(connection, now, chance, min(TALKS, number))


def _kinds() -> Iterator[Kind]:
    """How many calls are of a kind is how often it stands here."""
    begin, ask = (0, "language", "answered", ""), (9, "wait", "pressed", "asked")
    for waited in (8, 14, 19, 27, 48):
        yield _kind(begin, ask, (609 + waited, "after", "queue-ended", "reached over"), seconds=waited)
    for waited in (25, 70):
        yield _kind(begin, ask, (9 + waited, "wait", "queue-ended", "gone over"), seconds=waited)
    closed = (9, "closed", "pressed", "asked closed")
    yield _kind(begin, closed, (40, "fetch", "recorded", "message over"))
    yield _kind(begin, (12, "menu main", "pressed", ""), (15, "menu main", "ended", ""))
    for topic in TOPICS:
        facts = "overdose" if topic == "overdose" else ""
        heard = (9, f"segment {topic}", "pressed", facts), (80, f"end {topic}", "silence", facts)
        yield _kind(begin, *heard, (95, "", "ended", ""))


def _kind(*told: tuple[int, str, str, str], seconds: int | None = None) -> Kind:
    events = [
        CallEvent(
            key=str(at),
            call="",
            at=EPOCH + timedelta(seconds=at),
            language="en",
            place=place,
            event=event,
            facts=facts,
            seconds=seconds if event == "queue-ended" else None,
        )
        for at, place, event, facts in told
    ]
    call = summarise(events)
    return Kind(tuple(map(asdict, events)), asdict(call), measures(call, events), places(call, events))


def _keep(
    connection: Connection,
    numbers: range,
    kinds: Sequence[Kind],
    tally: Tally,
    chance: random.Random,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    rows: list[Row] = []
    events: list[Row] = []
    for number in numbers:
        kind, call = chance.choice(kinds), f"CA{number:032x}"
        language = LANGUAGES[min(int(chance.expovariate(0.5)), len(LANGUAGES) - 1)]
        started = now - timedelta(seconds=int(chance.triangular(300, 364 * 86_400, 90 * 86_400)))
        hour, later = local_hour(started, zone), started - EPOCH
        same = {"call": call, "language": language}
        rows.append({**_moved(kind.call, later), **same, "hour": hour})
        events += [
            {**_moved(each, later), **same, "key": f"{number:024x}{each['key']:0>8}"} for each in kind.events
        ]
        tally.add(kind, hour, language, zone)
    connection.execute(insert(calls), rows)
    connection.execute(insert(call_events), events)


def _moved(row: Row, later: timedelta) -> Row:
    return {name: each + later if isinstance(each, datetime) else each for name, each in row.items()}


def _count(connection: Connection, tally: Tally) -> None:
    names = ("language", "day", "measure", "place")
    hours: list[Row] = [
        {"hour": hour, "language": language, "day": day, **{name: counts[name] for name in MEASURES}}
        for (hour, language, day), counts in tally.hours.items()
    ]
    placed = [
        {**dict(zip(names, key, strict=True)), "number": number} for key, number in tally.places.items()
    ]
    _in_chunks(connection, call_hours, hours)
    _in_chunks(connection, call_places, placed)


def _people(connection: Connection, now: datetime) -> None:
    """Each has four hours of every second day, so that about sixteen are on duty."""
    monday = (now - timedelta(days=now.weekday())).date()
    for number in range(PEOPLE):
        key, name = f"p{number:05}", f"Counsellor {number}"
        row = {"key": key, "name": name, "phone": f"+2782{number:07}", "priority": 1, "tier": 1 + number % 2}
        languages = ";".join(LANGUAGES[number % 4 : number % 4 + 2])
        new = insert(counsellors).values(**row, languages=languages).returning(counsellors.c.id)
        person = connection.execute(new).scalar_one()
        begins = f"{monday + timedelta(days=number % 2):%Y%m%d}T{number % 24:02}0000Z"
        lines = ("BEGIN:VEVENT", f"UID:{key}", f"SUMMARY:{name}", f"DTSTART:{begins}", "DURATION:PT4H")
        text = "\r\n".join((*lines, "RRULE:FREQ=DAILY;INTERVAL=2", "END:VEVENT", ""))
        connection.execute(insert(shifts).values(uid=key, recurrence="", counsellor_id=person, text=text))


def _talks(connection: Connection, now: datetime, chance: random.Random, number: int) -> None:
    same = {"caller": "", "language": "en", "dropped": False, "outcome": "helped", "answer": ""}
    rows: list[Row] = []
    for each in range(number):
        started = now - timedelta(seconds=chance.randrange(3600, 364 * 86_400))
        times = {"started": started, "ended": started + timedelta(minutes=10)}
        rows.append(
            {**same, **times, "call": f"CA{each:032x}", "leg_id": each, "person": f"p{each % PEOPLE:05}"}
        )
    _in_chunks(connection, conversations, rows)


def _in_chunks(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    for first in range(0, len(rows), CHUNK):
        connection.execute(insert(table), list(rows[first : first + CHUNK]))
