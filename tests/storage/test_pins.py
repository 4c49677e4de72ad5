"""PINs: never stored, counted before they are looked at, locked after five wrong ones in a row."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from enum import Enum

import pytest
from sqlalchemy import Engine, select

from ivr.duty.people import Person, ReadPeople
from ivr.storage.counsellors import keep_counsellors, list_counsellors
from ivr.storage.engine import reading, writing
from ivr.storage.pins import begin_try, matches, people_with_pins, remove_pin, set_pin, was_right
from ivr.storage.revision import read_revision
from ivr.storage.tables_staff_line import pins

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
PIN, OTHER = "482910", "111111"


def keep(engine: Engine, *, replace: bool = False, phone: str = "+27821110001") -> str:
    person = Person("Thandi", phone, ("en",), 1)
    with writing(engine) as connection:
        keep_counsellors(
            connection, ReadPeople((person,), (), frozenset(), frozenset(), True), replace=replace
        )
        return next(each.key for each in list_counsellors(connection) if each.phone == phone)


@pytest.fixture
def thandi(engine: Engine) -> str:
    key = keep(engine)
    with writing(engine) as connection:
        set_pin(connection, key, PIN)
    return key


class Attempt(Enum):
    RIGHT = 1
    WRONG = 2
    LOCKED = 3


def tries(engine: Engine, person: str, pin: str, at: datetime = AT) -> Attempt:
    with writing(engine) as connection:
        stored = begin_try(connection, person, at)
    if stored is None:
        return Attempt.LOCKED
    if not matches(stored, pin):
        return Attempt.WRONG
    with writing(engine) as connection:
        was_right(connection, person)
    return Attempt.RIGHT


def test_only_the_pin_that_was_set_is_right(engine: Engine, thandi: str) -> None:
    assert Attempt.WRONG is tries(engine, thandi, OTHER)
    assert Attempt.RIGHT is tries(engine, thandi, PIN)


def test_the_pin_itself_is_not_stored(engine: Engine, thandi: str) -> None:
    with reading(engine) as connection:
        stored = connection.scalars(select(pins.c.hash)).one()

    assert stored.startswith("scrypt:")
    assert PIN not in stored


def test_nobody_signs_in_without_a_pin(engine: Engine) -> None:
    assert Attempt.LOCKED is tries(engine, keep(engine), PIN)


def test_the_fifth_wrong_pin_in_a_row_locks_for_a_quarter_of_an_hour(engine: Engine, thandi: str) -> None:
    wrong = [tries(engine, thandi, OTHER) for _ in range(5)]

    assert [Attempt.WRONG] * 5 == wrong
    assert Attempt.LOCKED is tries(engine, thandi, PIN)
    assert Attempt.LOCKED is tries(engine, thandi, PIN, AT + timedelta(minutes=14, seconds=59))
    assert Attempt.RIGHT is tries(engine, thandi, PIN, AT + timedelta(minutes=15))


def test_a_right_pin_breaks_the_row(engine: Engine, thandi: str) -> None:
    for pin in [OTHER] * 4 + [PIN] + [OTHER] * 4:
        tries(engine, thandi, pin)

    assert Attempt.RIGHT is tries(engine, thandi, PIN)


def test_after_a_lock_a_new_row_begins(engine: Engine, thandi: str) -> None:
    later = AT + timedelta(minutes=15)
    for at in [AT] * 5 + [later] * 4:
        tries(engine, thandi, OTHER, at)

    assert Attempt.RIGHT is tries(engine, thandi, PIN, later)


def test_eight_phones_at_once_have_five_attempts_between_them(engine: Engine, thandi: str) -> None:
    with ThreadPoolExecutor(8) as phones:
        found = list(phones.map(lambda _: tries(engine, thandi, OTHER), range(8)))

    assert (5, 3) == (found.count(Attempt.WRONG), found.count(Attempt.LOCKED))


def test_a_new_pin_ends_a_lock(engine: Engine, thandi: str) -> None:
    for _ in range(5):
        tries(engine, thandi, PIN + "0")
    with writing(engine) as connection:
        set_pin(connection, thandi, OTHER)

    assert Attempt.RIGHT is tries(engine, thandi, OTHER)


def test_who_has_a_pin_is_known_to_every_process_soon(engine: Engine, thandi: str) -> None:
    with writing(engine) as connection:
        before = read_revision(connection)
        assert (thandi,) == people_with_pins(connection)
        assert remove_pin(connection, thandi)
        assert not remove_pin(connection, thandi)

        assert () == people_with_pins(connection)
        assert before + 1 == read_revision(connection)


def test_a_pin_goes_with_its_counsellor(engine: Engine, thandi: str) -> None:
    keep(engine, replace=True, phone="+27821110002")
    with reading(engine) as connection:
        assert () == people_with_pins(connection)
