"""One call asks for one call-back; missed calls are rung back within their limits; nothing counts twice."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from ivr.storage.callbacks import CallBack, MissedCall, store_callback, store_missed_call
from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import Change, changes_of, give_up, keep, take
from ivr.storage.promises import Promise, list_promises
from ivr.storage.tables import promises
from ivr.storage.tallies import counted

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
FIRST = CallBack("CA1", "sealed one", "123", "zu", "now", 1, AT)
SECOND = replace(FIRST, number="sealed two", digits="124", window="evening", attempt=2)
MISSED = MissedCall("CA1", "sealed", "123", "en", "hash", 3, 30, AT)


def store(engine: Engine, *asked: CallBack) -> None:
    for each in asked:
        with writing(engine) as connection:
            store_callback(connection, each)


def missed(engine: Engine, call: MissedCall) -> bool:
    with writing(engine) as connection:
        return store_missed_call(connection, call)


def stored(engine: Engine) -> tuple[Promise, ...]:
    with reading(engine) as connection:
        return list_promises(connection)


def numbers(engine: Engine) -> list[str | None]:
    with reading(engine) as connection:
        return list(connection.scalars(select(promises.c.number).order_by(promises.c.id)))


@pytest.mark.parametrize("order", list(itertools.permutations([FIRST, SECOND, FIRST, SECOND])))
def test_in_whatever_order_it_is_told_the_latest_wish_counts(
    engine: Engine, order: tuple[CallBack, ...]
) -> None:
    store(engine, *order)

    assert [("124", "evening", 2)] == [(each.digits, each.window, each.attempt) for each in stored(engine)]
    assert ["sealed two"] == numbers(engine)


def test_the_same_wish_told_eight_times_at_once_is_one_promise(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda asked: store(engine, asked), [FIRST, SECOND] * 4))

    assert ["124"] == [promise.digits for promise in stored(engine)]


def test_a_message_and_a_call_back_of_one_call_are_two_promises(engine: Engine) -> None:
    store(engine, FIRST)
    missed(engine, MISSED)

    assert ["callback", "missed-call"] == sorted(each.kind for each in stored(engine))


def test_who_asks_is_given_time_to_hang_up_first(engine: Engine) -> None:
    store(engine, FIRST)

    assert AT + timedelta(seconds=30) < stored(engine)[0].next_at < AT + timedelta(minutes=1)


def test_a_new_wish_opens_what_was_kept_and_leaves_to_whoever_has_it_in_work(engine: Engine) -> None:
    store(engine, FIRST, replace(FIRST, call="CA2"))
    first, second = (each.id for each in stored(engine))
    with writing(engine) as connection:
        keep(connection, first, AT)
        take(connection, second, AT, AT + timedelta(minutes=5), "anna")
    store(engine, SECOND, replace(SECOND, call="CA2"))

    assert [("open", ""), ("in-work", "anna")] == [(each.state, each.person) for each in stored(engine)]
    assert ["sealed two"] * 2 == numbers(engine)


def test_every_change_of_a_wish_is_noted(engine: Engine) -> None:
    store(engine, FIRST, SECOND)
    promise = stored(engine)[0].id
    with writing(engine) as connection:
        give_up(connection, promise, AT, "asked us not to")
        found = changes_of(connection, promise)

    assert (
        Change("open", "", "", AT),
        Change("open", "asked again", "", AT),
        Change("given-up", "asked us not to", "", AT),
    ) == found


def test_calls_of_one_caller_close_together_are_rung_back_once(engine: Engine) -> None:
    for second in (0, 20, 40):
        missed(engine, replace(MISSED, call=f"CA{second}", at=AT + timedelta(seconds=second)))

    assert ["CA0"] == [each.call for each in stored(engine)]


def asked_for(engine: Engine, number: int, rung: str, at: datetime = AT) -> bool:
    """Whether one more call-back is made by the helpline itself, not left to staff."""
    limits = {"rung": rung, "per_day": 3, "per_hour": 30}
    store(engine, replace(FIRST, call=f"CA{number}", at=at, **limits))
    return stored(engine)[-1].next_at is not None


def test_whoever_has_a_number_rung_again_and_again_has_staff_look_at_it(engine: Engine) -> None:
    today = [asked_for(engine, number, "hash") for number in range(5)]
    another = asked_for(engine, 6, "other")
    tomorrow = asked_for(engine, 7, "hash", AT + timedelta(days=1))

    assert [True, True, True, False, False] == today
    assert (True, True) == (another, tomorrow)
    assert [("open", "asked-too-often")] * 2 == [
        (each.state, each.reason) for each in stored(engine) if each.next_at is None
    ]


def test_no_more_call_backs_are_made_in_an_hour_than_were_allowed_for(engine: Engine) -> None:
    def asks(number: int) -> None:
        store(engine, replace(FIRST, call=f"CA{number}", rung=f"hash {number}", per_day=3, per_hour=30))

    with ThreadPoolExecutor(8) as callers:
        list(callers.map(asks, range(40)))

    assert 30 == len([each for each in stored(engine) if each.next_at is not None])
    assert asked_for(engine, 41, "one more", AT + timedelta(hours=1))


def test_a_number_that_is_keyed_in_anew_counts_as_one_that_is_asked_for(engine: Engine) -> None:
    for number in range(3):
        asked_for(engine, number, "hash")
    asked_for(engine, 4, "other")
    again = replace(SECOND, call="CA4", rung="hash", per_day=3, per_hour=30)
    store(engine, again)

    last = stored(engine)[-1]
    assert ("CA4", "open", "asked-too-often", None) == (last.call, last.state, last.reason, last.next_at)


def test_the_same_wish_told_twice_counts_once(engine: Engine) -> None:
    for _ in range(5):
        asked_for(engine, 1, "hash")

    assert asked_for(engine, 2, "hash")


def rung_back(engine: Engine, number: int, caller: str, at: datetime = AT) -> bool:
    """Whether one more is rung back; what was promised before is kept at once, so that each is a new wish."""
    accepted = missed(engine, replace(MISSED, call=f"CA{number}", caller=caller, at=at))
    with writing(engine) as connection:
        for each in list_promises(connection, "open"):
            keep(connection, each.id, at)
    return accepted


def test_one_caller_is_rung_back_three_times_a_day(engine: Engine) -> None:
    today = [rung_back(engine, number, "hash") for number in range(5)]
    another = rung_back(engine, 6, "other")
    tomorrow = rung_back(engine, 7, "hash", AT + timedelta(days=1))

    assert [True, True, True, False, False] == today
    assert (True, True) == (another, tomorrow)
    assert 5 == len(stored(engine))


def test_everybody_together_is_rung_back_thirty_times_an_hour(engine: Engine) -> None:
    rung = [rung_back(engine, number, f"caller {number}") for number in range(32)]
    next_hour = rung_back(engine, 40, "one more", AT + timedelta(hours=1))

    assert [True] * 30 + [False] * 2 == rung
    assert next_hour


def test_what_is_beyond_one_limit_does_not_count_for_the_other(engine: Engine) -> None:
    for number in range(5):
        rung_back(engine, number, "hash")
    with reading(engine) as connection:
        everybody = counted(connection, "missed:everybody", "2026-11-22T13")
        refused = counted(connection, "missed:refused", "2026-11-22")

    assert (3, 2) == (everybody, refused)


def test_of_eight_at_once_only_as_many_as_may_are_rung_back(engine: Engine) -> None:
    calls = [replace(MISSED, call=f"CA{n}", caller=f"caller {n}", per_hour=3) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(lambda call: missed(engine, call), calls))

    assert 3 == accepted.count(True)
    assert 3 == len(stored(engine))


def test_the_same_missed_call_told_again_is_neither_promised_nor_counted_again(engine: Engine) -> None:
    told = [missed(engine, replace(MISSED, per_day=1)) for _ in range(3)]

    assert [True] * 3 == told
    assert 1 == len(stored(engine))
