"""Where a caller goes on, asked on another machine in the moment in which it is told on the first."""

from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Engine

from tests.jobs.ringing_floor import ANNA, House, OnDuty


@pytest.fixture
def house(either_engine: Engine, tmp_path: Path) -> House:
    return House(either_engine, tmp_path / "here", OnDuty([ANNA]))


def test_a_departure_that_storage_hears_of_a_moment_later_is_waited_for(house: House, tmp_path: Path) -> None:
    elsewhere = replace(house, folder=tmp_path / "elsewhere")
    house.ringing.left("CA1", 1, "zu", "v.tl")
    told = Timer(0.15, house.ringing.work)
    told.start()
    found = elsewhere.ringing.departed("CA1", 1)
    told.join()

    assert ("zu", "v.tl") == found
