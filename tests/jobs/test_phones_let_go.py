"""A phone that has been let go, or is lost, keeps neither its owner nor the caller from others for long."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.jobs.ring_legs import Ended
from ivr.storage import legs
from ivr.storage.engine import engine_for, prepare, reading
from tests.jobs.ringing_floor import ANNA, BEN, House, OnDuty

STILL_ON_THE_LINE = 11  # seconds: the longest prompt has 8, and a network takes its time
NEVER_TOLD = 12


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(made)
    return made


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path / "departures", OnDuty([ANNA, BEN]))


def leg(house: House, person: str) -> int:
    return house.network.leg(person).leg


def late_one(house: House) -> None:
    house.press_1("anna")
    house.press_1("ben")


def nobody_in_the_queue(house: House) -> None:
    house.press_1("ben")
    house.ringing.dial_ended(leg(house, "ben"), False)
    house.ringing.dial_ended(leg(house, "ben"), False)
    house.ringing.gone("CA1")


LET_GO: dict[str, Callable[[House], object]] = {
    "declined": lambda house: house.ringing.declines(leg(house, "ben")),
    "stopped while it rang": lambda house: house.press_1("anna"),
    "too late with a 1": late_one,
    "the caller has hung up": lambda house: house.ringing.gone("CA1"),
    "the caller has left": lambda house: house.ringing.left("CA1", 1, "zu", "v"),
    "nobody was in the queue": nobody_in_the_queue,
}


@pytest.fixture(params=LET_GO)
def let_go(house: House, request: pytest.FixtureRequest) -> House:
    """Ben has been let go; only Ben is left for the next caller."""
    house.tick(1)
    LET_GO[request.param](house)
    house.ringing.work()
    house.roster.people = [BEN]
    house.network.legs.clear()
    return house


def rung_for_the_next(house: House, number: int = 1) -> list[str]:
    house.tick(number, call="CA2", waited=0)
    return [each.person for each in house.network.legs.values()]


def test_a_phone_that_was_let_go_is_left_alone_while_its_owner_hears_why(let_go: House) -> None:
    let_go.passes(STILL_ON_THE_LINE)

    assert [] == rung_for_the_next(let_go)


def test_a_phone_that_was_let_go_rings_again_as_soon_as_the_network_says_that_it_is_free(
    house: House,
) -> None:
    house.tick(1)
    ben = leg(house, "ben")
    house.press_1("anna")
    house.roster.people = [BEN]
    house.tick(1, call="CA2", waited=0)
    before = house.network.rung()
    house.ringing.ends(ben, Ended.CANCELED)
    house.ringing.work()

    assert ["anna", "ben"] == before
    assert ["anna", "ben", "ben"] == house.network.rung()


def test_a_phone_of_which_the_network_says_nothing_more_rings_again_all_the_same(let_go: House) -> None:
    let_go.passes(NEVER_TOLD)

    assert ["ben"] == rung_for_the_next(let_go)


def pressed_1_and_was_lost(house: House) -> None:
    """Her call has ended before she heard the caller, and the network does not tell, or told it before."""
    house.roster.people = [ANNA]
    house.tick(1)
    house.press_1("anna")
    house.roster.people = [BEN]


def test_a_caller_who_goes_on_waiting_was_never_connected_and_is_rung_for_again(house: House) -> None:
    pressed_1_and_was_lost(house)
    house.passes(15)
    house.tick(2)
    early = house.network.rung()
    house.passes(6)
    house.tick(3)

    assert (["anna"], ["anna", "ben"]) == (early, house.network.rung())


def test_a_counsellor_who_never_got_the_caller_is_free_for_others(house: House) -> None:
    pressed_1_and_was_lost(house)
    house.passes(21)
    house.tick(2)
    house.roster.people = [ANNA]
    house.passes(NEVER_TOLD)
    house.tick(1, call="CA2", waited=0)

    assert ["anna", "ben", "anna"] == house.network.rung()


def test_a_network_that_gives_two_calls_the_same_id_keeps_no_phone_from_being_answered(house: House) -> None:
    house.network.same = "CAsame"
    house.tick(1)
    anna, ben = rung_legs(house)
    for each in (anna, ben):
        house.ringing.picked_up(each.id, "CAsame")
    house.ringing.work()

    assert house.ringing.able()
    assert ["answered", "answered"] == [each.state for each in rung_legs(house)]
    assert "mine" == house.ringing.takes(ben.id).value


def rung_legs(house: House) -> list[legs.Leg]:
    with reading(house.engine) as connection:
        return [each for _, each in legs.legs_of_calls(connection, ["CA1"])]
