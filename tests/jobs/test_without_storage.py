"""Storage goes away while phones ring: those that this process rings are stopped from memory."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.storage.engine import engine_for, prepare
from tests.jobs.ringing_floor import ANNA, BEN, House, OnDuty


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(made)
    return made


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    """Anna's and Ben's phones ring for CA1; then storage goes away, and that is known."""
    made = House(engine, tmp_path / "departures", OnDuty([ANNA, BEN]))
    made.tick(1)
    (tmp_path / "helpline.db").rename(tmp_path / "elsewhere.db")
    made.tick(2)
    return made


def stopped(house: House) -> list[tuple[str, str]]:
    return house.network.asked[2:]


def test_who_leaves_the_queue_stops_the_phones(house: House) -> None:
    house.ringing.left("CA1", 1, "zu", "v")
    house.ringing.work()

    assert [("stop", "anna"), ("stop", "ben")] == stopped(house)


def test_who_hangs_up_stops_the_phones_and_tells_who_has_picked_up(house: House) -> None:
    house.network.picked_up.add("ben")
    house.ringing.gone("CA1")
    house.ringing.work()

    assert [("stop", "anna"), ("stop", "ben"), ("let go, g", "ben")] == stopped(house)


def test_the_first_1_stops_the_other_phones_and_not_its_own(house: House) -> None:
    answer = house.press_1("ben")
    house.ringing.gone("CA1")
    house.ringing.work()

    assert "unknown" == answer
    assert [("stop", "anna")] == stopped(house)


def test_who_has_pressed_1_keeps_the_caller_in_the_queue(house: House) -> None:
    house.press_1("ben")

    assert house.ringing.awaits("CA1")


def test_other_callers_phones_ring_on(house: House) -> None:
    house.ringing.gone("CA2")
    house.ringing.work()

    assert [] == stopped(house)


def test_once_storage_is_back_it_stops_what_it_knows_of_again(house: House, tmp_path: Path) -> None:
    house.ringing.left("CA1", 1, "zu", "v")
    house.ringing.work()
    (tmp_path / "elsewhere.db").rename(tmp_path / "helpline.db")
    house.ringing.work()

    assert [("stop", "anna"), ("stop", "ben")] * 2 == stopped(house)
