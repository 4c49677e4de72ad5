"""Blocked numbers, as they are stored."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select

from ivr.storage.blocks import (
    Trace,
    behind_conversation,
    behind_promise,
    block,
    block_rows,
    list_blocks,
    unblock,
)
from ivr.storage.engine import reading, writing
from ivr.storage.promises import Message, store_message
from ivr.storage.revision import read_revision
from ivr.storage.tables import promises
from ivr.storage.tables_reaching import conversations, waits

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def wait_of(connection: Connection, call: str, caller: str) -> None:
    row = {"call": call, "entry": 1, "queue": call, "queue_sid": "", "language": "en", "topic": ""}
    times = {"since": AT, "seen": AT, "waited": 0, "tick": 1, "state": "gone", "told": ""}
    flags = {"overdose": False, "listening": False, "caller": caller}
    connection.execute(insert(waits).values(row | times | flags))


def test_a_block_lasts_until_it_runs_out(engine: Engine) -> None:
    with writing(engine) as connection:
        block(connection, "hash", "shouting", AT + WEEK, AT)

    with reading(engine) as connection:
        assert ["shouting"] == [each.reason for each in list_blocks(connection, AT + timedelta(days=6))]
        assert () == list_blocks(connection, AT + WEEK)
        assert [{"caller": "hash", "until": "2026-11-29T13:00:00+00:00"}] == block_rows(connection)


def test_a_number_is_blocked_once_with_what_was_said_last(engine: Engine) -> None:
    with writing(engine) as connection:
        first = block(connection, "hash", "shouting", AT + WEEK, AT)
        second = block(connection, "hash", "threats", AT + 4 * WEEK, AT)

    with reading(engine) as connection:
        assert first == second
        assert [("threats", AT + 4 * WEEK)] == [
            (each.reason, each.until) for each in list_blocks(connection, AT)
        ]


def test_what_has_run_out_is_forgotten_with_the_next_block(engine: Engine) -> None:
    with writing(engine) as connection:
        block(connection, "old", "shouting", AT + WEEK, AT)
        block(connection, "new", "threats", AT + 3 * WEEK, AT + 2 * WEEK)

    with reading(engine) as connection:
        assert ["new"] == [row["caller"] for row in block_rows(connection)]


def test_a_number_is_freed_by_its_hash_or_by_the_id_of_the_block(engine: Engine) -> None:
    with writing(engine) as connection:
        block(connection, "one", "shouting", AT + WEEK, AT)
        other = block(connection, "other", "threats", AT + WEEK, AT)

        assert unblock(connection, caller="one")
        assert unblock(connection, block_id=other)
        assert not unblock(connection, caller="one")
        assert [] == block_rows(connection)


def test_every_process_learns_of_a_block_and_of_its_end(engine: Engine) -> None:
    with writing(engine) as connection:
        before = read_revision(connection)
        block(connection, "hash", "shouting", AT + WEEK, AT)
        between = read_revision(connection)
        unblock(connection, caller="hash")

        assert before < between < read_revision(connection)


def test_a_message_leads_to_its_caller_by_the_wait_in_the_same_call(engine: Engine) -> None:
    with writing(engine) as connection:
        store_message(connection, Message("CA1", "RE1", 20, "af", 1, AT))
        store_message(connection, Message("CA2", "RE2", 20, "af", 1, AT))
        wait_of(connection, "CA1", "hash")

        waited, silent = connection.scalars(select(promises.c.id).order_by(promises.c.call))

        assert Trace("hash") == behind_promise(connection, waited)
        assert Trace("") == behind_promise(connection, silent)
        assert behind_promise(connection, silent + 99) is None


def test_a_conversation_leads_to_its_caller(engine: Engine) -> None:
    row = {"call": "CA1", "leg_id": 1, "caller": "hash", "person": "p1", "language": "en", "started": AT}
    with writing(engine) as connection:
        connection.execute(
            insert(conversations).values(row | {"dropped": False, "outcome": "", "answer": ""})
        )
        found = connection.execute(conversations.select()).one().id

        assert Trace("hash") == behind_conversation(connection, found)
        assert behind_conversation(connection, found + 1) is None
