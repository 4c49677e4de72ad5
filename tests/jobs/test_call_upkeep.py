"""Calls whose end nobody told come to an end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from ivr.jobs.call_upkeep import look
from ivr.storage.calls import counting, note_events
from ivr.storage.engine import reading
from ivr.storage.tables_calls import call_hours, calls
from tests.storage.calls_told import NOON, after, ended, reached_call

ZONE = ZoneInfo("UTC")


def outcomes(engine: Engine) -> list[tuple[str, datetime | None]]:
    with reading(engine) as connection:
        return [(row.outcome, row.ended) for row in connection.execute(select(calls))]


def test_a_call_that_fell_silent_in_the_queue_is_taken_to_have_ended_then(either_engine: Engine) -> None:
    with counting(either_engine) as connection:
        note_events(connection, reached_call()[:2], ZONE)
    look(either_engine, NOON + timedelta(hours=4), ZONE)
    before = outcomes(either_engine)
    look(either_engine, NOON + timedelta(hours=6), ZONE)

    assert [("open", None)] == before
    assert [("abandoned", after(10))] == outcomes(either_engine)


def test_an_end_that_is_told_after_all_counts_once(either_engine: Engine) -> None:
    with counting(either_engine) as connection:
        note_events(connection, reached_call()[:2], ZONE)
    look(either_engine, NOON + timedelta(hours=6), ZONE)
    with counting(either_engine) as connection:
        note_events(connection, [ended(70)], ZONE)
        given_up = connection.scalar(select(func.max(call_hours.c.abandoned)))

    assert (1, [("abandoned", after(70))]) == (given_up, outcomes(either_engine))
