"""A missed call is rung back once and soon; whatever happens to the process, the phone rings at most once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from ivr.journal.sealing import Sealing
from ivr.storage.engine import reading
from ivr.storage.tables import promises
from tests.jobs.callback_stage import NUMBER, KilledError, NoSuchNumberError, OverLimitsError, Stage


@pytest.fixture
def stage(either_engine: Engine) -> Stage:
    return Stage(either_engine)


def look(stage: Stage, **after: float) -> None:
    stage.clock.forward(**after)
    stage.ring_backs.look()


def numbers(stage: Stage) -> list[str | None]:
    with reading(stage.engine) as connection:
        return list(connection.scalars(select(promises.c.number)))


def test_a_missed_call_is_rung_back_within_a_minute_and_once(stage: Stage) -> None:
    stage.miss()
    for _ in range(10):
        look(stage, seconds=6)

    assert [NUMBER] == stage.rung()


def test_who_presses_the_key_has_been_rung_back_as_promised(stage: Stage) -> None:
    stage.miss()
    look(stage, seconds=10)
    for _ in range(2):
        stage.ring_backs.confirmed(stage.last.promise, stage.last.claim)
    stage.ring_backs.ended(stage.last.promise, stage.last.claim)

    assert ("kept", "") == (stage.promise().state, stage.promise().reason)
    assert [None] == numbers(stage)


def test_who_does_not_answer_is_not_rung_again(stage: Stage) -> None:
    stage.miss()
    look(stage, seconds=10)
    stage.ring_backs.ended(stage.last.promise, stage.last.claim)
    look(stage, minutes=10)

    assert [NUMBER] == stage.rung()
    assert ("given-up", "not-answered") == (stage.promise().state, stage.promise().reason)
    assert [None] == numbers(stage)


def test_two_workers_at_once_ring_one_phone(stage: Stage) -> None:
    stage.miss()
    stage.clock.forward(seconds=10)
    workers = [stage.another() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda worker: worker.ring_backs.look(), workers))

    assert [NUMBER] == stage.rung()


@pytest.mark.parametrize("moment", ["fails", "then"])
def test_a_process_killed_around_the_ringing_rings_no_second_time(stage: Stage, moment: str) -> None:
    stage.miss()
    setattr(stage.phones, moment, KilledError())
    with pytest.raises(KilledError):
        look(stage, seconds=10)
    setattr(stage.phones, moment, None)
    for _ in range(10):
        look(stage, minutes=1)

    assert {"fails": [], "then": [NUMBER]}[moment] == stage.rung()
    assert ("given-up", "outcome-unknown") == (stage.promise().state, stage.promise().reason)


def test_a_call_that_the_network_did_not_make_is_made_a_little_later(stage: Stage) -> None:
    stage.miss()
    stage.phones.fails = OverLimitsError()
    look(stage, seconds=10)
    stage.phones.fails = None
    look(stage, seconds=5)
    early = stage.rung()
    look(stage, seconds=10)

    assert ([], [NUMBER]) == (early, stage.rung())


def test_a_network_that_makes_no_call_is_asked_five_times(stage: Stage) -> None:
    stage.miss()
    stage.phones.fails = OverLimitsError()
    for _ in range(20):
        look(stage, minutes=1)

    assert ("given-up", "call-not-made", 5) == (
        stage.promise().state,
        stage.promise().reason,
        stage.promise().tries,
    )


def test_a_number_that_there_is_not_is_given_up(stage: Stage) -> None:
    stage.miss()
    stage.phones.fails = NoSuchNumberError()
    look(stage, seconds=10)

    assert ("given-up", "bad-number") == (stage.promise().state, stage.promise().reason)


def test_nobody_is_rung_back_half_an_hour_later(stage: Stage) -> None:
    stage.miss()
    look(stage, minutes=31)

    assert [] == stage.rung()
    assert ("given-up", "too-late") == (stage.promise().state, stage.promise().reason)


def test_a_changed_secret_leaves_it_to_staff(stage: Stage) -> None:
    stage.miss()
    look(stage.another(Sealing(b"another secret")), seconds=10)

    assert ("open", "number-unreadable", None) == (
        stage.promise().state,
        stage.promise().reason,
        stage.promise().next_at,
    )
