"""What a call that checks a phone has proved: nothing that comes late undoes it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ivr.storage.audit import Wanted, entries
from ivr.storage.check_calls import (
    ANSWERED,
    BUSY,
    CONFIRMED,
    FAILED,
    NO_ANSWER,
    RINGING,
    TEST,
    WELCOME,
    CheckCall,
    add_check,
    confirmed_tests,
    end_check,
    find_check,
    last_checks,
    last_greeting,
    note_check,
)
from ivr.storage.engine import writing

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=9)


def test_a_new_one_rings_and_nothing_of_the_number_but_its_end_is_kept(engine: Engine) -> None:
    with writing(engine) as connection:
        number = add_check(connection, TEST, "k1", "42", "Naledi", NOON)
        found = find_check(connection, number)

    assert CheckCall(number, TEST, "k1", "42", "Naledi", RINGING, "", False, NOON, NOON) == found


@pytest.mark.parametrize(
    ("told", "last"),
    [
        ([ANSWERED, CONFIRMED], CONFIRMED),
        ([CONFIRMED, ANSWERED], CONFIRMED),
        ([ANSWERED, NO_ANSWER], ANSWERED),
        ([BUSY], BUSY),
        ([FAILED, ANSWERED], FAILED),
        ([CONFIRMED, FAILED], CONFIRMED),
    ],
)
def test_what_is_told_in_whatever_order_ends_with_what_is_proved(
    engine: Engine, told: list[str], last: str
) -> None:
    with writing(engine) as connection:
        number = add_check(connection, TEST, "k1", "42", "Naledi", NOON)
        for state in told:
            note_check(connection, number, state, LATER)
        found = find_check(connection, number)

    assert found
    assert last == found.state


def test_a_call_that_has_ended_stays_what_it_was_and_is_over(engine: Engine) -> None:
    with writing(engine) as connection:
        number = add_check(connection, WELCOME, "", "42", "Naledi", NOON)
        note_check(connection, number, ANSWERED, LATER)
        end_check(connection, number, LATER)
        found = find_check(connection, number)

    assert found
    assert (ANSWERED, True, LATER) == (found.state, found.over, found.changed)


def test_a_busy_line_is_over_and_says_why(engine: Engine) -> None:
    with writing(engine) as connection:
        number = add_check(connection, WELCOME, "", "42", "Naledi", NOON)
        note_check(connection, number, BUSY, LATER, "the line was busy")
        found = find_check(connection, number)

    assert found
    assert (True, "the line was busy") == (found.over, found.reason)


def test_only_a_key_that_was_pressed_proves_a_counsellors_phone(engine: Engine) -> None:
    with writing(engine) as connection:
        for about, states in {"k1": [ANSWERED, CONFIRMED], "k2": [ANSWERED], "k3": []}.items():
            number = add_check(connection, TEST, about, "42", "Naledi", NOON)
            for state in states:
                note_check(connection, number, state, LATER)

        assert {"k1": LATER} == confirmed_tests(connection)


def test_a_greeting_counts_once_somebody_has_picked_it_up(engine: Engine) -> None:
    with writing(engine) as connection:
        test = add_check(connection, TEST, "k1", "42", "Naledi", NOON)
        note_check(connection, test, ANSWERED, NOON)
        before = last_greeting(connection)
        greeting = add_check(connection, WELCOME, "", "42", "Naledi", NOON)
        note_check(connection, greeting, ANSWERED, LATER)

        assert (None, LATER) == (before, last_greeting(connection))


def test_the_last_test_of_each_counsellor_is_known(engine: Engine) -> None:
    with writing(engine) as connection:
        for about in ("k1", "k2", "k1"):
            last = add_check(connection, TEST, about, "42", "Naledi", NOON)

        assert {"k1", "k2"} == set(last_checks(connection))
        assert last == last_checks(connection)["k1"].id


def test_after_more_than_a_year_it_is_forgotten(engine: Engine) -> None:
    with writing(engine) as connection:
        add_check(connection, TEST, "k1", "42", "Naledi", NOON - timedelta(days=401))
        add_check(connection, TEST, "k2", "42", "Naledi", NOON)

        assert {"k2"} == set(last_checks(connection))


def test_who_asked_is_noted_without_a_number(engine: Engine) -> None:
    with writing(engine) as connection:
        number = add_check(connection, TEST, "k1", "42", "Naledi", NOON)
        [noted] = entries(connection, Wanted())

    assert ("Naledi", "asked for a test ring", f"check {number}, counsellor k1") == (
        noted.by,
        noted.action,
        noted.about,
    )
