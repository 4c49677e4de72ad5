"""A promise is one member of staff's work at a time, on every database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from ivr.storage.callback_work import claim_try, due_work, find_work
from ivr.storage.callbacks import CALLBACK, CallBack, store_callback
from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import changes_of, take
from ivr.storage.promises import Message, store_message
from ivr.storage.staff_promises import (
    Sought,
    Staff,
    claim,
    count_pending,
    every_promise,
    find_promise,
    give_back,
    give_up_held,
    keep_held,
    sought_promises,
)
from ivr.storage.waiting import next_waiting

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN, BEN = Staff(1, "Ann"), Staff(2, "Ben")


def leave_message(engine: Engine, call: str = "CA1") -> int:
    with writing(engine) as connection:
        store_message(connection, Message(call, f"RE of {call}", 9, "zu", 1, NOON))
    return newest(engine)


def ask_to_be_rung(engine: Engine) -> int:
    with writing(engine) as connection:
        store_callback(connection, CallBack("CA2", "sealed", "455", "en", "now", 1, NOON))
    return newest(engine)


def newest(engine: Engine) -> int:
    with reading(engine) as connection:
        return max(each.id for each in sought_promises(connection, Sought()))


def test_of_two_who_claim_it_at_the_same_moment_one_has_it(engine: Engine) -> None:
    for number in range(5):
        promise, start = leave_message(engine, f"CA{number}"), Barrier(2)

        def go(staff: Staff, promise: int = promise, start: Barrier = start) -> bool:
            start.wait()
            with writing(engine) as connection:
                return claim(connection, promise, staff, NOON)

        with ThreadPoolExecutor(2) as pool:
            won = list(pool.map(go, (ANN, BEN)))

        assert [False, True] == sorted(won)
        with reading(engine) as connection:
            found = find_promise(connection, promise)
        assert found
        assert (ANN, BEN)[won.index(True)].id == found.holder


def test_only_who_has_it_ends_it_or_gives_it_back(engine: Engine) -> None:
    promise = leave_message(engine)
    with writing(engine) as connection:
        assert not keep_held(connection, promise, ANN, NOON)
        assert claim(connection, promise, ANN, NOON)
        assert not keep_held(connection, promise, BEN, NOON)
        assert not give_up_held(connection, promise, BEN, NOON, "no")
        assert not give_back(connection, promise, BEN, NOON)
        assert give_back(connection, promise, BEN, NOON, holder=ANN.id)
        assert claim(connection, promise, BEN, NOON)
        assert keep_held(connection, promise, BEN, NOON, "rang back")
        assert not give_back(connection, promise, BEN, NOON)

        told = [(each.state, each.staff, each.reason) for each in changes_of(connection, promise)]
    assert [
        ("in-work", "Ann", ""),
        ("open", "Ben", "given back"),
        ("in-work", "Ben", ""),
        ("kept", "Ben", "rang back"),
    ] == told


def test_what_staff_have_is_neither_rung_for_nor_offered_to_counsellors(engine: Engine) -> None:
    message, callback = leave_message(engine), ask_to_be_rung(engine)
    later = NOON + timedelta(hours=1)
    with writing(engine) as connection:
        for each in (message, callback):
            claim(connection, each, ANN, NOON)

        assert () == due_work(connection, CALLBACK, later)
        assert next_waiting(connection, "thandi", later) is None
        assert not claim_try(connection, callback, "7", "thandi", later, later)
        assert not take(connection, message, later, later, "thandi")


def test_what_a_counsellor_has_by_phone_nobody_claims_in_the_browser(engine: Engine) -> None:
    promise = leave_message(engine)
    with writing(engine) as connection:
        take(connection, promise, NOON, NOON + timedelta(minutes=10), "thandi")

        assert not claim(connection, promise, ANN, NOON)


def test_with_the_end_of_a_promise_its_number_is_gone(engine: Engine) -> None:
    promise = ask_to_be_rung(engine)
    with writing(engine) as connection:
        claim(connection, promise, ANN, NOON)
        give_up_held(connection, promise, ANN, NOON, "wrong number")
        found = find_work(connection, promise)

    assert found
    assert found.number is None


def test_a_promise_is_not_given_up_without_a_reason(engine: Engine) -> None:
    promise = leave_message(engine)
    with writing(engine) as connection, pytest.raises(ValueError, match="say which"):
        give_up_held(connection, promise, ANN, NOON, " ")


def test_promises_are_found_by_what_is_asked_for(engine: Engine) -> None:
    first, second = leave_message(engine), ask_to_be_rung(engine)
    with writing(engine) as connection:
        claim(connection, second, ANN, NOON)

        def found(sought: Sought, **more: int) -> list[int]:
            return [each.id for each in sought_promises(connection, sought, **more)]

        assert [first, second] == found(Sought())
        assert [second, first] == found(Sought(newest=True))
        assert [second] == found(Sought(), beyond=first)
        assert [first] == found(Sought(), limit=1)
        assert [first] == found(Sought(kind="message"))
        assert [second] == found(Sought(language="en"))
        assert [second] == found(Sought(holder=ANN.id))
        assert [] == found(Sought(states=("kept",)))
        assert [first, second] == [each.id for each in every_promise(connection, Sought())]
        assert {"open": 1, "in-work": 1} == count_pending(connection)
