"""Phones that Dial rings, one after the other, are known to everybody else who rings phones."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from ivr.storage.engine import engine_for, prepare, writing
from tests.jobs.ringing_floor import ANNA, House, OnDuty

MINE, OTHER = "CAdial1", "CAdial2"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(made)
    return made


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path / "departures", OnDuty([ANNA]))


def dials(house: House, person: str = "anna", call: str = MINE) -> None:
    house.ringing.by_dial.rings(call, person, 20)
    house.ringing.work()


def test_who_is_rung_by_dial_is_engaged_for_everybody_but_that_caller(house: House) -> None:
    dials(house)

    assert {"anna"} == house.ringing.by_dial.engaged(OTHER)
    assert frozenset() == house.ringing.by_dial.engaged(MINE)


def test_who_is_rung_by_dial_is_rung_for_no_queue(house: House) -> None:
    dials(house)
    house.tick(1)

    assert [] == house.network.rung()


def test_who_is_rung_for_a_queue_is_engaged_for_other_callers(house: House) -> None:
    house.tick(1, call="CA1")

    assert {"anna"} == house.ringing.by_dial.engaged(OTHER)
    assert frozenset() == house.ringing.by_dial.engaged("CA1")


def test_one_caller_rings_one_phone_by_dial_at_a_time(house: House) -> None:
    dials(house, "anna")
    dials(house, "ben")

    assert {"ben"} == house.ringing.by_dial.engaged(OTHER)


def test_a_phone_that_two_callers_dial_in_the_same_moment_is_held_by_the_first(house: House) -> None:
    dials(house)
    dials(house, call=OTHER)

    assert {"anna"} == house.ringing.by_dial.engaged(OTHER)


def test_a_dial_of_which_nothing_more_is_told_is_over_after_ringing_and_screening(house: House) -> None:
    dials(house)
    house.passes(60)
    during = house.ringing.by_dial.engaged(OTHER)
    house.passes(2)

    assert ({"anna"}, frozenset()) == (during, house.ringing.by_dial.engaged(OTHER))


def test_who_has_accepted_is_engaged_until_they_have_talked_and_rested(house: House) -> None:
    dials(house)
    house.ringing.by_dial.accepted(MINE)
    house.ringing.work()
    house.passes(3000)
    talking = house.ringing.by_dial.engaged(OTHER)
    house.ringing.by_dial.ended(MINE, reached=True)
    house.ringing.work()
    house.passes(29)
    resting = house.ringing.by_dial.engaged(OTHER)
    house.passes(1)

    assert ({"anna"}, {"anna"}) == (talking, resting)
    assert frozenset() == house.ringing.by_dial.engaged(OTHER)


def test_who_has_not_talked_is_free_at_once(house: House) -> None:
    dials(house)
    house.ringing.by_dial.ended(MINE, reached=False)
    house.ringing.work()

    assert frozenset() == house.ringing.by_dial.engaged(OTHER)


def test_the_end_of_the_call_ends_what_it_dialled(house: House) -> None:
    dials(house)
    house.ringing.by_dial.accepted(MINE)
    house.ringing.gone(MINE)
    house.ringing.work()
    house.passes(30)

    assert frozenset() == house.ringing.by_dial.engaged(OTHER)


def storage_goes_away(house: House) -> None:
    with writing(house.engine) as connection:
        connection.execute(text("DROP TABLE holds"))


def test_without_storage_those_are_engaged_whom_this_process_rings(house: House) -> None:
    house.tick(1, call="CA1")
    storage_goes_away(house)
    dials(house, "ben")
    elsewhere = house.another().ringing.by_dial

    assert {"anna", "ben"} == house.ringing.by_dial.engaged(OTHER)
    assert ({"anna"}, {"ben"}) == (
        house.ringing.by_dial.engaged(MINE),
        house.ringing.by_dial.engaged("CA1"),
    )
    assert frozenset() == elsewhere.engaged(OTHER)


def test_without_storage_too_everybody_is_free_in_the_end(house: House) -> None:
    storage_goes_away(house)
    dials(house, "anna")
    house.ringing.by_dial.accepted(MINE)
    house.passes(3000)
    talking = house.ringing.by_dial.engaged(OTHER)
    house.ringing.by_dial.ended(MINE, reached=True)
    house.passes(31)
    dials(house, "ben")
    house.passes(62)

    assert ({"anna"}, frozenset()) == (talking, house.ringing.by_dial.engaged(OTHER))
