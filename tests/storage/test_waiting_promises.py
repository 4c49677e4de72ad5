"""What a counsellor who rings in is offered: call-backs whose time has come, and what was left to staff."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from ivr.storage.callback_work import (
    Work,
    claim_try,
    find_work,
    leave_to_staff,
    offer,
    postpone,
    release,
    try_again,
)
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.engine import reading, writing
from ivr.storage.promises import list_promises
from ivr.storage.waiting import next_waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, twelve o'clock for the helpline
MINUTE = timedelta(minutes=1)
EVENING = AT + timedelta(hours=5)


def ask(engine: Engine, window: str = "now") -> int:
    with writing(engine) as connection:
        store_callback(connection, CallBack("CA1", "sealed", "567", "zu", window, 1, AT))
        return list_promises(connection)[0].id


def waits(engine: Engine, at: datetime, person: str = "anna") -> bool:
    with reading(engine) as connection:
        return next_waiting(connection, person, at) is not None


def test_a_caller_who_is_still_on_the_line_is_not_rung_back(engine: Engine) -> None:
    ask(engine)

    assert not waits(engine, AT + timedelta(seconds=44))
    assert waits(engine, AT + timedelta(seconds=45))


def test_who_asked_for_the_evening_is_offered_in_the_evening(engine: Engine) -> None:
    promise = ask(engine, "evening")
    assert not waits(engine, AT + MINUTE)
    with writing(engine) as connection:
        postpone(connection, _work(connection, promise), EVENING, EVENING)

    assert not waits(engine, EVENING - 2 * MINUTE)
    assert waits(engine, EVENING)


@pytest.mark.parametrize("until_next_look", [timedelta(seconds=15), MINUTE])
def test_what_is_only_looked_at_again_soon_waits_all_the_time(
    engine: Engine, until_next_look: timedelta
) -> None:
    promise = ask(engine)
    with writing(engine) as connection:
        postpone(connection, _work(connection, promise), AT + MINUTE + until_next_look, AT)

    assert waits(engine, AT + MINUTE)


def test_while_another_phone_rings_for_it_nobody_else_is_offered_it(engine: Engine) -> None:
    promise = ask(engine)
    with writing(engine) as connection:
        offer(connection, _work(connection, promise), 7, AT + 2 * MINUTE, AT)

    assert not waits(engine, AT + MINUTE)
    assert waits(engine, AT + 2 * MINUTE)


def test_a_caller_who_was_not_reached_is_left_alone_for_the_pause(engine: Engine) -> None:
    promise = ask(engine)
    with writing(engine) as connection:
        claim_try(connection, promise, "CA9x3", "anna", AT + MINUTE, AT + 3 * MINUTE)
        found = _work(connection, promise)
        release(connection, found, AT + 2 * MINUTE, AT + 22 * MINUTE, "not-reached")
        postpone(connection, _work(connection, promise), AT + 22 * MINUTE, AT)

    assert not waits(engine, AT + 20 * MINUTE)
    assert waits(engine, AT + 22 * MINUTE)


def test_what_was_left_to_staff_is_offered_at_any_time(engine: Engine) -> None:
    promise = ask(engine, "evening")
    with writing(engine) as connection:
        leave_to_staff(connection, _work(connection, promise), AT, "not-reached")

    assert waits(engine, AT + MINUTE)


def test_what_staff_want_tried_again_is_offered_at_once(engine: Engine) -> None:
    promise = ask(engine)
    with writing(engine) as connection:
        leave_to_staff(connection, _work(connection, promise), AT, "not-reached")
        try_again(connection, promise, AT)

    assert waits(engine, AT)


def _work(connection: Connection, promise: int) -> Work:
    found = find_work(connection, promise)
    assert found
    return found
