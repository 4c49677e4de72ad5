"""What was noted by a clock that was ahead is done within a minute of its being put right, not hours late."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Table, insert, select

from ivr.jobs.put_off import PutOff
from ivr.jobs.ring_legs import LONGEST_CONVERSATION
from ivr.storage.engine import reading, writing
from ivr.storage.promises import Message, claim_fetch, due_fetches, fetch_failed, store_message
from ivr.storage.tables import counsellors, promises, recordings
from ivr.storage.tables_accounts import attempts
from ivr.storage.tables_notices import deliveries, notices
from ivr.storage.tables_reaching import holds, legs, old_queues
from ivr.storage.tables_staff_line import line_answers, pins
from ivr.storage.tables_studio import studio_recordings

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
NOW, MINUTE, HOUR = timedelta(), timedelta(minutes=1), timedelta(hours=1)
TALK = LONGEST_CONVERSATION
PROMISE = {
    "call": "CA1",
    "kind": "callback",
    "state": "open",
    "language": "en",
    "created": NOON,
    "seconds": 0,
    "attempt": 1,
    "note": "",
    "window": "now",
}
PERSON = {"key": "a", "name": "A", "phone": "+27820000001", "languages": "en", "priority": 1}
LEG = {"person": "a", "nth": 1, "round": 1, "outcome": "", "at": NOON, "until": NOON}


@dataclass(frozen=True)
class Case:
    """A row of a table, put off by so much; when it is due after the look."""

    table: Table
    values: dict[str, Any]
    off: timedelta
    left: timedelta
    column: str = "next_at"
    beside: tuple[tuple[Table, dict[str, Any]], ...] = field(default=())


def look(engine: Engine, at: datetime = NOON, shared: datetime | None = None) -> None:
    PutOff(engine, lambda: at, lambda _: shared).look()


def stored(engine: Engine, case: Case) -> timedelta:
    """How long after noon it is due, once somebody has looked at noon."""
    column: Column[datetime] = case.table.c[case.column]
    with writing(engine) as connection:
        connection.execute(insert(counsellors).values(PERSON))
        for table, values in case.beside:
            connection.execute(insert(table).values(**values))
        connection.execute(insert(case.table).values({**case.values, case.column: NOON + case.off}))
    look(engine)
    with reading(engine) as connection:
        due = connection.scalar(select(column))
    assert due is not None
    return due - NOON


def a_promise(off: timedelta, left: timedelta, **values: object) -> Case:
    return Case(promises, {**PROMISE, **values}, off, left)


def a_hold(off: timedelta, left: timedelta, *beside: tuple[Table, dict[str, Any]], leg: int = 1) -> Case:
    return Case(holds, {"person": "a", "leg_id": leg}, off, left, "until", beside)


def a_leg(state: str) -> tuple[Table, dict[str, Any]]:
    return legs, {**LEG, "id": 1, "state": state}


RECORDING = {"id": "RE1", "wanted": True}
NOTICE = (notices, {"id": 1, "kind": "low-balance", "key": "a", "facts": {}})
DELIVERY = {
    "notice_id": 1,
    "text": "low-balance",
    "channel": "sms",
    "recipient": "x",
    "language": "en",
    "state": "waiting",
    "error": "",
}
STUDIO = {
    "id": "RE1",
    "account": 1,
    "made_by": "Naledi",
    "made_at": NOON,
    "prompt": {},
    "state": "waiting",
    "findings": "",
    "language": "en",
}
ANSWER = {"id": "SM1", "person": "a", "text": "x", "tries": 1}
TALKS = {"state": "in-work", "claim": "1", "answered_at": NOON}


@pytest.mark.parametrize(
    "case",
    [
        Case(recordings, {**RECORDING, "tries": 0}, 3 * HOUR, NOW),
        Case(recordings, {**RECORDING, "tries": 0}, MINUTE, MINUTE),
        Case(recordings, {**RECORDING, "tries": 20}, 3 * HOUR, NOW),
        Case(recordings, {**RECORDING, "tries": 20}, HOUR, HOUR),
        Case(studio_recordings, {**STUDIO, "tries": 0}, 3 * HOUR, NOW),
        Case(studio_recordings, {**STUDIO, "tries": 40}, HOUR, HOUR),
        Case(deliveries, {**DELIVERY, "tries": 0}, 3 * HOUR, NOW, beside=(NOTICE,)),
        Case(deliveries, {**DELIVERY, "tries": 9}, HOUR, HOUR, beside=(NOTICE,)),
        Case(deliveries, {**DELIVERY, "tries": 0, "state": "sent"}, 3 * HOUR, 3 * HOUR, beside=(NOTICE,)),
        Case(line_answers, ANSWER, 3 * HOUR, NOW),
        Case(line_answers, ANSWER, MINUTE, MINUTE),
        Case(old_queues, {"sid": "QU1", "call": "CA1", "tries": 0}, 9 * HOUR, NOW),
        Case(old_queues, {"sid": "QU1", "call": "CA1", "tries": 0}, 6 * HOUR, 6 * HOUR),
        a_promise(3 * HOUR, NOW),
        a_promise(MINUTE, MINUTE),
        a_promise(3 * HOUR, NOW, kind="missed-call", window=""),
        a_promise(3 * HOUR, NOW, kind="missed-call", window="", tries=2),
        a_promise(3 * HOUR, NOW, window="evening", claim="1"),
        a_promise(23 * HOUR, 23 * HOUR, window="evening"),
        a_promise(72 * HOUR, NOW, window="evening"),
        a_promise(24 * HOUR, 24 * HOUR, tries=2),
        a_promise(9 * HOUR, TALK, **TALKS),
        a_promise(4 * HOUR, 4 * HOUR, **TALKS),
        a_promise(3 * HOUR, 2 * MINUTE, state="in-work", claim="1"),
        a_promise(3 * HOUR, 30 * MINUTE, state="in-work", kind="message"),
        a_promise(30 * MINUTE, 30 * MINUTE, state="in-work", kind="message"),
        a_hold(3 * HOUR, NOW, a_leg("ended")),
        a_hold(15 * MINUTE, 15 * MINUTE, a_leg("ended")),
        a_hold(3 * HOUR, 2 * MINUTE, a_leg("placed")),
        a_hold(4 * HOUR, 4 * HOUR, a_leg("accepted")),
        a_hold(9 * HOUR, TALK, a_leg("accepted")),
        a_hold(9 * HOUR, NOW, leg=-(2**30) - 5),
        a_hold(9 * HOUR, TALK, (promises, {**PROMISE, **TALKS, "id": 7}), leg=-7),
        Case(legs, {**LEG, "state": "placed"}, 3 * HOUR, 2 * MINUTE, "until"),
        Case(legs, {**LEG, "state": "accepted"}, 4 * HOUR, 4 * HOUR, "until"),
        Case(legs, {**LEG, "state": "ended"}, 9 * HOUR, 9 * HOUR, "until"),
        Case(pins, {"person": "a", "hash": "x", "wrong": 5}, 3 * HOUR, HOUR, "locked_until"),
        Case(attempts, {"subject": "a", "wrong": 5, "locks": 4, "at": NOON}, HOUR, HOUR, "locked_until"),
    ],
)
def test_it_waits_for_no_longer_than_it_ever_does(either_engine: Engine, case: Case) -> None:
    assert case.left == stored(either_engine, case)


def test_a_message_left_while_the_clock_was_ahead_is_fetched_as_soon_as_it_is_right(
    either_engine: Engine,
) -> None:
    engine, ahead = either_engine, NOON + 3 * HOUR
    with writing(engine) as connection:
        store_message(connection, Message("CA1", "RE1", 9, "en", 1, ahead))
        before = due_fetches(connection, NOON)
    look(engine)
    with reading(engine) as connection:
        after = due_fetches(connection, NOON)

    assert ([], ["RE1"]) == ([each.id for each in before], [each.id for each in after])


def test_one_that_was_tried_meanwhile_too(either_engine: Engine) -> None:
    engine, ahead = either_engine, NOON + 3 * HOUR
    with writing(engine) as connection:
        store_message(connection, Message("CA1", "RE1", 9, "en", 1, ahead))
        claim_fetch(connection, "RE1", ahead, 2 * MINUTE)
        fetch_failed(connection, "RE1", ahead + timedelta(seconds=1))
    look(engine)
    with reading(engine) as connection:
        assert ["RE1"] == [each.id for each in due_fetches(connection, NOON)]


def test_a_machine_whose_own_clock_is_behind_the_database_s_changes_nothing(
    either_engine: Engine,
) -> None:
    engine = either_engine
    with writing(engine) as connection:
        store_message(connection, Message("CA1", "RE1", 9, "en", 1, NOON))
    look(engine, NOON - 3 * HOUR, NOON)
    with reading(engine) as connection:
        before = due_fetches(connection, NOON - 3 * HOUR)
    look(engine, NOON - 3 * HOUR, NOON - 3 * HOUR)
    with reading(engine) as connection:
        after = due_fetches(connection, NOON - 3 * HOUR)

    assert ((), 1) == (before, len(after))
