"""Whoever tries many staff numbers from one phone, or from many phones, is stopped too; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ivr.storage.accounts import Role
from ivr.storage.accounts_changes import add_account
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import matches, set_pin
from ivr.storage.accounts_phones import pin_was_right_from, try_pin_from
from ivr.storage.engine import writing
from ivr.storage.forgetting import forget_caller

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PIN, WRONG = "804713", "000000"
MINUTE = timedelta(minutes=1)
ONE, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def numbers(engine: Engine) -> list[str]:
    """Staff numbers of people who have that PIN."""
    with writing(engine) as connection:
        people = [add_account(connection, f"P{n}", f"p{n}", (Role.RECORDER,), "en", AT) for n in range(40)]
        hashed = hashed_secret(PIN)
        for each in people:
            set_pin(connection, each.id, hashed)
    return [each.number for each in people]


def tried(engine: Engine, number: str, pin: str, caller: str, at: datetime = AT) -> str:
    with writing(engine) as connection:
        attempt = try_pin_from(connection, number, caller, at)
    if not matches(attempt, pin):
        return "locked" if attempt.locked_until else "wrong"
    with writing(engine) as connection:
        pin_was_right_from(connection, number, caller, at)
    return "right"


@pytest.mark.parametrize("caller", [ONE, ""], ids=["known", "withheld"])
def test_one_phone_has_nine_wrong_pins_whatever_numbers_they_are_for(
    engine: Engine, numbers: list[str], caller: str
) -> None:
    found = [tried(engine, each, WRONG, caller) for each in numbers[:10]]

    assert [*["wrong"] * 9, "locked"] == found
    assert "locked" == tried(engine, numbers[20], PIN, caller, AT + 0.9 * MINUTE)
    assert "right" == tried(engine, numbers[20], PIN, OTHER)
    assert "right" == tried(engine, numbers[20], PIN, caller, AT + MINUTE)


def test_a_phone_that_is_locked_uses_up_nobodys_attempts(engine: Engine, numbers: list[str]) -> None:
    for each in numbers[:9]:
        tried(engine, each, WRONG, ONE)
    for _ in range(5):
        tried(engine, numbers[30], WRONG, ONE)

    assert "right" == tried(engine, numbers[30], PIN, OTHER)


def test_a_right_pin_does_not_make_up_for_the_wrong_ones_of_its_phone(
    engine: Engine, numbers: list[str]
) -> None:
    for each in numbers[:8]:
        tried(engine, each, WRONG, ONE)
    own = tried(engine, numbers[30], PIN, ONE)
    last = [tried(engine, each, WRONG, ONE) for each in numbers[8:10]]

    assert ("right", ["wrong", "locked"]) == (own, last)


def test_all_phones_together_have_sixty_wrong_pins_in_an_hour(engine: Engine, numbers: list[str]) -> None:
    right = {tried(engine, numbers[39], PIN, ONE) for _ in range(70)}
    found = [tried(engine, numbers[n % 39], WRONG, f"{n:064}") for n in range(61)]
    end = AT + 60 * MINUTE

    assert {"right"} == right
    assert [*["wrong"] * 60, "locked"] == found
    assert "locked" == tried(engine, numbers[39], PIN, ONE, end - timedelta(seconds=1))
    assert "right" == tried(engine, numbers[39], PIN, ONE, end)


def test_a_caller_who_is_forgotten_has_tried_nothing(engine: Engine, numbers: list[str]) -> None:
    for each in numbers[:9]:
        tried(engine, each, WRONG, ONE)
    with writing(engine) as connection:
        forgotten = forget_caller(connection, (ONE,), lambda _: False, AT)

    assert 1 == forgotten.counts
    assert "right" == tried(engine, numbers[30], PIN, ONE)
