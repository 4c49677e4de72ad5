"""A promise changes only from a state that it is in, and every step can be read afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import changes_of, give_up, keep, put_back, take
from ivr.storage.promises import Message, list_promises, store_message
from ivr.storage.tables import promises

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def promise(engine: Engine) -> int:
    with writing(engine) as connection:
        store_message(connection, Message("CA1", "RE1", 20, "af", 1, AT))
        return list_promises(connection)[0].id


def steps(engine: Engine, promise: int) -> list[tuple[str, str, str]]:
    with reading(engine) as connection:
        return [(each.state, each.reason, each.person) for each in changes_of(connection, promise)]


def test_what_is_taken_and_kept_leaves_each_step_behind(engine: Engine, promise: int) -> None:
    with writing(engine) as connection:
        done = (
            take(connection, promise, AT, LATER, "anna"),
            keep(connection, promise, LATER, "rang her back", "anna"),
        )

    assert (True, True) == done
    assert [("in-work", "", "anna"), ("kept", "rang her back", "anna")] == steps(engine, promise)[-2:]


def test_what_is_given_up_has_a_reason_and_stays_so(engine: Engine, promise: int) -> None:
    with writing(engine) as connection:
        with pytest.raises(ValueError, match="for a reason"):
            give_up(connection, promise, AT, " ")
        done = (
            give_up(connection, promise, AT, "wrong number"),
            keep(connection, promise, AT),
            take(connection, promise, AT, LATER, "anna"),
        )

    assert (True, False, False) == done
    assert ("given-up", "wrong number", "") == steps(engine, promise)[-1]


def test_what_is_put_back_is_open_and_for_staff(engine: Engine, promise: int) -> None:
    with writing(engine) as connection:
        take(connection, promise, AT, LATER, "anna")
        put_back(connection, promise, AT, "was called away")
        found = list_promises(connection, "open")

    assert [("", "was called away", None)] == [(each.person, each.reason, each.next_at) for each in found]


def test_of_eight_who_take_it_at_once_one_has_it(engine: Engine, promise: int) -> None:
    def taken(person: str) -> bool:
        with writing(engine) as connection:
            return take(connection, promise, AT, LATER, person)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(taken, "abcdefgh"))

    assert 1 == won.count(True)


@pytest.mark.parametrize("end", [keep, lambda *given: give_up(*given, "too late")])
def test_the_number_goes_with_the_promise(engine: Engine, promise: int, end: Callable[..., bool]) -> None:
    with writing(engine) as connection:
        connection.execute(promises.update().values(number="sealed"))
        end(connection, promise, AT)
        number = connection.scalar(select(promises.c.number))

    assert number is None


def test_a_promise_that_there_is_not_is_not_changed(engine: Engine) -> None:
    with writing(engine) as connection:
        assert not keep(connection, 9999, AT)
