"""What is asked while callers wait, and every few seconds, reads no whole table of what once happened."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from ivr.content.service import RetentionTable
from ivr.storage import callback_work, conversations, legs, live_calls, notices, promises, waits
from ivr.storage.calls import unended
from ivr.storage.engine import engine_for, prepare, reading, writing
from ivr.storage.figures import due_work, promises_by_age
from ivr.storage.retention import old_rows

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
GROWING = {"calls", "call_events", "legs", "conversations", "promises", "recordings", "notices", "deliveries"}
SCAN = re.compile(r"^SCAN (\w+)(?! USING (?:COVERING )?INDEX \w+_(?:due|unaddressed|known)_index)")
Question = Callable[[Connection], object]


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Engine]:
    """SQLite, which says of every statement how it would find its rows."""
    engine = engine_for(f"sqlite:///{tmp_path / 'helpline.db'}")
    prepare(engine)
    yield engine
    engine.dispose()


def read_whole(engine: Engine, question: Question) -> set[str]:
    """The tables that grow and are read from end to end for it."""
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    with writing(engine) as connection:
        question(connection)
    with reading(engine) as connection:
        plans = [
            row[3]
            for statement, values in tuple(asked)
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert plans
    return {found[1] for each in plans if (found := SCAN.match(each))} & GROWING


@pytest.mark.parametrize(
    "question",
    [
        lambda connection: legs.last_rung(connection, AT),
        lambda connection: legs.overdue_legs(connection, AT),
        lambda connection: legs.ringing_legs(connection, (1,)),
        lambda connection: legs.legs_of_calls(connection, ("CA1",)),
        waits.waiting_callers,
        lambda connection: conversations.cut_off_from(connection, "hash", AT),
        lambda connection: live_calls.board(connection, AT),
        lambda connection: live_calls.count_waiting(connection, AT),
        lambda connection: unended(connection, AT, 500),
        lambda connection: promises.due_fetches(connection, AT),
        lambda connection: promises.recordings_to_delete(connection, AT),
        notices.unaddressed,
        lambda connection: notices.due_deliveries(connection, AT),
        lambda connection: callback_work.due_work(connection, "callback", AT),
        lambda connection: list(due_work(connection, AT)),
        lambda connection: list(promises_by_age(connection, AT)),
    ],
)
def test_what_is_asked_again_and_again_is_found_by_an_index(embedded: Engine, question: Question) -> None:
    assert set() == read_whole(embedded, question)


LARGE = ("calls", "conversations", "callers of conversations", "promises", "audit log")


@pytest.mark.parametrize("kind", LARGE)
def test_what_is_too_old_is_found_by_an_index(embedded: Engine, kind: str) -> None:
    old = {each.kind: each for each in old_rows(RetentionTable(), AT)}

    assert set() == read_whole(embedded, lambda connection: old[kind].remove(connection, 500))
    assert set() == read_whole(embedded, old[kind].count)
