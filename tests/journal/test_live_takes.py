"""The snapshot's rows of live takes: always what the database says, read again only where it has changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from ivr.journal.live_takes import LiveTakeRows
from ivr.storage.engine import engine_for, migrate, reading, writing
from ivr.storage.take_turns import Decision, add_live_take, make_live, withdraw_live
from ivr.storage.takes import NewTake, Take, live_takes, remove_take, take_to_row

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    yield engine
    engine.dispose()


def record(engine: Engine, prompt: str, letter: str) -> Take:
    words = ("w", "v", "Welcome.", letter * 64, "o", 2.5, -20.1, ())
    with writing(engine) as connection:
        return add_live_take(connection, NewTake(prompt, "en", *words, "phone", "Thandi", NOON))


def told(engine: Engine, rows: LiveTakeRows) -> list[dict[str, object]]:
    with reading(engine) as connection:
        return rows(connection)


def stored(engine: Engine) -> list[dict[str, object]]:
    with reading(engine) as connection:
        return [take_to_row(each) for each in live_takes(connection)]


def test_rows_follow_every_change_of_what_is_live(engine: Engine) -> None:
    rows = LiveTakeRows()

    assert [] == told(engine, rows)

    first = record(engine, "welcome", "a")
    record(engine, "bye", "b")

    assert stored(engine) == told(engine, rows)

    record(engine, "welcome", "c")

    assert stored(engine) == told(engine, rows)

    with writing(engine) as connection:
        make_live(connection, first.id, Decision("again", NOON, "Thandi", "phone"))
        withdraw_live(connection, "bye", "en", Decision("gone", NOON, "Thandi", "phone"))

    assert stored(engine) == told(engine, rows)
    assert ["welcome"] == [row["prompt"] for row in told(engine, rows)]


def test_a_number_that_is_given_again_is_another_take(engine: Engine) -> None:
    rows = LiveTakeRows()
    first = record(engine, "welcome", "a")
    told(engine, rows)
    with writing(engine) as connection:
        withdraw_live(connection, "welcome", "en", Decision("gone", NOON, "Thandi", "phone"))
        remove_take(connection, first.id)
    second = record(engine, "welcome", "b")

    assert first.id == second.id
    assert stored(engine) == told(engine, rows)


def test_what_was_read_is_not_read_again(engine: Engine) -> None:
    rows = LiveTakeRows()
    record(engine, "welcome", "a")
    told(engine, rows)
    record(engine, "bye", "b")
    asked: list[object] = []
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _c, _u, statement, parameters, *_: asked.append(parameters) if " IN " in statement else None,
    )
    told(engine, rows)

    assert [(2,)] == asked
