"""A clock that is wrong removes nothing by itself; what was left for months goes when somebody says so."""

import logging
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.storage.audit import Wanted, entries, note
from ivr.storage.calls import note_events
from ivr.storage.engine import reading, writing
from ivr.storage.purges import last_known
from tests.jobs.test_retention import HERE, NOON, House, passes
from tests.storage.calls_told import NOON as CALLED
from tests.storage.calls_told import reached_call

TEN_YEARS = 3652.0  # days


@pytest.fixture
def house(tmp_path: Path, database: Path) -> House:
    """One in which something of every kind is stored, all of it at noon."""
    (tmp_path / "helpline.db").write_bytes(database.read_bytes())
    made = House(tmp_path)
    made.message()
    made.kept()
    with writing(made.engine) as connection:
        note(connection, NOON, "Naledi", "something", "")
    return made


def promises_and_audit(house: House) -> tuple[int, int]:
    with reading(house.engine) as connection:
        promises = connection.exec_driver_sql("SELECT count(*) FROM promises").scalar_one()
        return promises, len(list(entries(connection, Wanted())))


def test_a_clock_that_jumps_ahead_removes_nothing_by_itself(house: House) -> None:
    house.retention.look()
    passes(house, TEN_YEARS)
    house.retention.look()
    house.files.look()
    passes(house, 0.1)

    assert (1, 1) == promises_and_audit(house)
    assert {HERE} == house.heard()
    assert [] == house.records.asked[1:], "the provider's records stay as well"


def test_one_that_has_been_ahead_since_before_the_first_purge_neither(house: House) -> None:
    passes(house, TEN_YEARS)
    house.retention.look()

    assert (1, 1) == promises_and_audit(house)


def test_a_call_alone_is_as_safe(house: House) -> None:
    with writing(house.engine) as connection:
        connection.exec_driver_sql("DELETE FROM promises")
        connection.exec_driver_sql("DELETE FROM audit")
        note_events(connection, reached_call(), ZoneInfo("UTC"))
        before = last_known(connection)
    passes(house, TEN_YEARS)
    house.retention.look()
    with reading(house.engine) as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM calls").scalar_one()

    assert (1, CALLED.date()) == (left, before and before.date())


def test_a_file_that_the_database_does_not_know_stays_while_the_clock_is_ahead(house: House) -> None:
    with writing(house.engine) as connection:
        connection.exec_driver_sql("DELETE FROM recordings")
        connection.exec_driver_sql("DELETE FROM promises")
    passes(house, TEN_YEARS)
    house.files.look()

    assert {HERE} == house.heard()


def test_it_is_logged_once_with_what_to_do(house: House, caplog: pytest.LogCaptureFixture) -> None:
    passes(house, TEN_YEARS)
    for _ in range(3):
        house.retention.look()
        house.at += timedelta(hours=1)
    told = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]

    assert 1 == len(told)
    assert "05 Jan 2026" in told[0]
    assert "ivr purge" in told[0]


def test_whoever_was_off_for_months_purges_by_hand_and_it_goes_on_by_itself(house: House) -> None:
    house.retention.look()
    passes(house, 200)
    house.retention.look()
    left = promises_and_audit(house)
    by_hand = house.purged()
    with writing(house.engine) as connection:
        note(connection, NOON - timedelta(days=1700), "Naledi", "old in a day", "")
    passes(house, 227)
    house.retention.look()

    assert ((1, 1), 1) == (left, by_hand["promises"])
    assert (0, 1) == promises_and_audit(house)


def test_a_month_without_a_purge_is_still_made_up_for_by_itself(house: House) -> None:
    passes(house, 170)
    house.purged()
    passes(house, 200)
    house.retention.look()

    assert (0, 1) == promises_and_audit(house)


def test_a_purge_by_hand_with_a_wrong_clock_counts_no_more_once_it_is_right(house: House) -> None:
    with writing(house.engine) as connection:
        connection.exec_driver_sql("DELETE FROM promises")
    passes(house, TEN_YEARS / 2)
    house.purged()
    passes(house, 1)
    house.retention.look()
    passes(house, TEN_YEARS / 2 + 1)
    with writing(house.engine) as connection:
        note(connection, NOON, "Naledi", "something", "")
    house.retention.look()

    assert (0, 2) == promises_and_audit(house)
