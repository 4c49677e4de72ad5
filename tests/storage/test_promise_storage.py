"""One message of one call is one promise, whatever the network repeats; no recording is forgotten there."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ivr.storage.engine import reading, writing
from ivr.storage.promises import (
    Message,
    Promise,
    claim_deletion,
    claim_fetch,
    deleted,
    due_fetches,
    fetch_failed,
    fetched,
    is_wanted,
    list_promises,
    recordings_to_delete,
    store_message,
)

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
FIRST = Message("CA1", "RE1", 20, "af", 1, AT)
SECOND = Message("CA1", "RE2", 8, "en", 2, AT + timedelta(minutes=1))


def store(engine: Engine, *messages: Message) -> None:
    for message in messages:
        with writing(engine) as connection:
            store_message(connection, message)


def stored(engine: Engine) -> tuple[Promise, ...]:
    with reading(engine) as connection:
        return list_promises(connection)


def to_delete(engine: Engine, at: datetime = AT + LEASE) -> list[str]:
    with reading(engine) as connection:
        return [each.id for each in recordings_to_delete(connection, at)]


def test_a_message_is_an_open_promise(engine: Engine) -> None:
    store(engine, FIRST)
    promise = stored(engine)[0]

    assert ("message", "open", "af", AT, 20, "RE1", None) == (
        promise.kind,
        promise.state,
        promise.language,
        promise.created,
        promise.seconds,
        promise.recording,
        promise.file,
    )


@pytest.mark.parametrize("order", list(itertools.permutations([FIRST, SECOND, FIRST, SECOND])))
def test_in_whatever_order_it_is_told_the_latest_attempt_counts(
    engine: Engine, order: tuple[Message, ...]
) -> None:
    store(engine, *order)

    assert [("RE2", 8, "en", 2)] == [(p.recording, p.seconds, p.language, p.attempt) for p in stored(engine)]
    assert ["RE1"] == to_delete(engine)


def test_the_same_message_told_eight_times_at_once_is_one_promise(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda message: store(engine, message), [FIRST, SECOND] * 4))

    assert ["RE2"] == [promise.recording for promise in stored(engine)]


def test_messages_of_two_calls_are_two_promises_oldest_first(engine: Engine) -> None:
    store(engine, replace(SECOND, call="CA2"), FIRST)

    assert ["CA1", "CA2"] == [promise.call for promise in stored(engine)]


def test_only_one_of_two_may_fetch_until_the_lease_is_over(engine: Engine) -> None:
    store(engine, FIRST)
    with writing(engine) as connection:
        claims = [
            claim_fetch(connection, "RE1", AT + timedelta(minutes=minute), LEASE) for minute in (0, 1, 2)
        ]

    assert [True, False, True] == claims


def test_a_failed_fetch_comes_again_when_it_was_said(engine: Engine) -> None:
    store(engine, FIRST)
    with writing(engine) as connection:
        claim_fetch(connection, "RE1", AT, LEASE)
        fetch_failed(connection, "RE1", AT + timedelta(seconds=10))
        early = due_fetches(connection, AT + timedelta(seconds=9))
        late = due_fetches(connection, AT + timedelta(seconds=10))

    assert () == early
    assert [("RE1", 1)] == [(each.id, each.tries) for each in late]


def test_a_fetched_recording_is_then_deleted_at_the_provider_once(engine: Engine) -> None:
    store(engine, FIRST)
    with writing(engine) as connection:
        fetched(connection, "RE1", "abc.wav", AT)
        nothing_more = due_fetches(connection, AT + LEASE)
        claimed = claim_deletion(connection, "RE1", AT, LEASE)
        deleted(connection, "RE1", AT)

    assert ((), True) == (nothing_more, claimed)
    assert "abc.wav" == stored(engine)[0].file
    assert [] == to_delete(engine)


def test_a_replaced_recording_is_not_fetched_any_more_and_is_told_apart(engine: Engine) -> None:
    store(engine, FIRST, SECOND)
    with reading(engine) as connection:
        due = [each.id for each in due_fetches(connection, AT + LEASE)]
        wanted = [is_wanted(connection, each) for each in ("RE1", "RE2")]

    assert ["RE2"] == due
    assert [False, True] == wanted
