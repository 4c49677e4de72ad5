"""The thread behind ringing: nothing that fails stops it, and what storage cannot take now it takes later."""

from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest
from sqlalchemy import Connection, Engine

from ivr.jobs.departures import Departures
from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.jobs.ring_orders import Orders
from ivr.jobs.ring_purge import purge_queues
from ivr.storage.engine import engine_for, prepare, reading
from ivr.storage.old_queues import due_queues
from tests.jobs.ringing_floor import ANNA, BEN, Away, House, OnDuty, waiting


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(made)
    return made


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path / "departures", OnDuty([ANNA, BEN]))


def until(true: object, seconds: float = 3) -> None:
    end = monotonic() + seconds
    while not true() and monotonic() < end:  # type: ignore[operator]
        sleep(0.01)


def test_its_thread_rings_at_once_and_ends_when_it_is_told_to(house: House) -> None:
    house.ringing.start()
    house.ringing.tick(waiting())
    until(lambda: len(house.network.rung()) == 2)
    house.ringing.gone("CA1")
    house.ringing.stop()

    assert ["anna", "ben"] == house.network.rung()
    assert [("stop", "anna"), ("stop", "ben")] == house.network.asked[2:]


def test_a_job_that_fails_holds_up_nobody(house: House) -> None:
    def fails(_: Connection) -> Orders:
        raise RuntimeError("damaged")

    house.ringing._work.soon(fails)
    house.ringing.tick(waiting())
    house.ringing.work()

    assert ["anna", "ben"] == house.network.rung()


def test_what_storage_refuses_for_good_holds_up_nobody(house: House) -> None:
    def refused(connection: Connection) -> Orders:
        connection.exec_driver_sql("INSERT INTO holds (person) VALUES (NULL)")
        return Orders()

    house.ringing._work.soon(refused)
    house.ringing.tick(waiting())
    house.ringing.work()

    assert ["anna", "ben"] == house.network.rung()
    assert house.ringing.able()


def test_an_answer_that_is_too_late_is_not_waited_for_and_too_many_do_not_wait() -> None:
    let_go, in_time = Event(), InTime(at_once=1)
    begun = monotonic()
    with pytest.raises(NotInTimeError, match="no answer from storage"):
        in_time.ask(let_go.wait, 0.05)
    with pytest.raises(NotInTimeError, match="too many"):
        in_time.ask(let_go.wait, 5)
    took = monotonic() - begun
    let_go.set()

    assert took < 1


def test_an_answer_in_time_is_given_and_an_error_is_raised() -> None:
    def fails() -> str:
        raise LookupError("gone")

    assert "yes" == InTime().ask(lambda: "yes", 1)
    with pytest.raises(LookupError):
        InTime().ask(fails, 1)


def test_departures_are_found_by_another_process_on_the_same_disk(tmp_path: Path) -> None:
    Departures(tmp_path).note("CA1", 2, "zu", "v.tl")

    assert ("zu", "v.tl") == Departures(tmp_path).find("CA1", 2)
    assert None is Departures(tmp_path).find("CA1", 1)


def test_a_disk_that_takes_no_departure_leaves_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    departures = Departures(tmp_path / "file")
    departures.note("CA1", 1, "zu", "v")

    assert ("zu", "v") == departures.find("CA1", 1)


def test_a_damaged_departure_is_none(tmp_path: Path) -> None:
    Departures(tmp_path).note("CA1", 1, "zu", "v")
    next(tmp_path.glob("*.json")).write_text("{")

    assert None is Departures(tmp_path).find("CA1", 1)


def test_a_queue_that_cannot_be_deleted_yet_is_tried_again_ever_more_rarely(
    house: House, engine: Engine
) -> None:
    house.tick(1)
    house.ringing.gone("CA1")
    house.ringing.work()
    house.network.full, house.network.away = {"QUCA1"}, True
    tried = []
    for second in range(60):
        purge_queues(engine, house.network, lambda: house.at, (Away,))
        if ("delete", "QUCA1") in house.network.asked:
            tried.append(second)
            house.network.asked.clear()
            house.network.away = False
        house.passes(1)
    house.network.full = set()
    house.passes(60)
    purge_queues(engine, house.network, lambda: house.at, (Away,))
    with reading(engine) as connection:
        left = due_queues(connection, house.at.replace(year=2100))

    assert [0, 5, 15, 35] == tried
    assert () == left
