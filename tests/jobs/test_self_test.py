"""The helpline rings itself once a day, and staff hear of it if the call did not come in."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ivr.app.daily import DailyParts
from ivr.storage.check_calls import SELF, CheckCall, last_of
from ivr.storage.engine import reading
from ivr.storage.notices import facts_of
from ivr.storage.tables_calls import calls
from ivr.telephony.twilio.rest import UnreachableError
from tests.app.rest_stage import Inline
from tests.app.stage import NUMBER, Stage, make_stage

OTHER = "+12025550123"
WATCH = (
    f'[watch]\nself_test_from = "{OTHER}"\nself_test_at = "15:00"\n'  # an hour after the stage's noon in UTC
)


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    prompts = words(tmp_path, audio, WATCH)
    made = make_stage(tmp_path, audio, database, environ={"PROMPTS_DIR": str(prompts)})
    return with_test(made)


def words(folder: Path, audio: Path, table: str) -> Path:
    """The shipped words, with that for [watch]."""
    prompts = shutil.copytree(audio.parent / "prompts", folder / "prompts")
    written = (prompts / "helpline.toml").read_text()
    start, end = written.index("[watch]"), written.index("[retention]")
    (prompts / "helpline.toml").write_text(written[:start] + table + written[end:])
    return prompts


def with_test(made: Stage) -> Stage:
    """The stage, on which the helpline's own call is ordered of the stage's network."""
    parts = made.parts
    daily = DailyParts(parts.settings, parts.engine, made.clock, parts.publication, lambda own: made.rest)
    test = replace(daily.self_test(), pool=Inline())
    return Stage(replace(parts, self_test=test), made.clock, made.public, made.rest)


def last(stage: Stage) -> CheckCall | None:
    with reading(stage.parts.engine) as connection:
        return last_of(connection, SELF)


def told(stage: Stage) -> str | None:
    """Why, as staff are told it."""
    with reading(stage.parts.engine) as connection:
        facts = facts_of(connection, "self-test-failed", "1")
    return str(facts["reason"]) if facts else None


def test_it_rings_itself_once_a_day_from_the_hour_that_is_set(stage: Stage) -> None:
    rung = []
    for _ in range(50):
        stage.parts.self_test.work()
        rung.append(len(stage.rest.placed))
        stage.clock.passes(hours=1)

    assert [0, 1] == rung[:2]
    assert [1] * 24 == rung[1:25]
    assert [2] * 24 == rung[25:49]
    assert {NUMBER} == set(stage.rest.rung())


def test_a_call_that_comes_in_is_answered_and_nobody_is_told(stage: Stage) -> None:
    stage.clock.passes(hours=1)
    stage.parts.self_test.work()
    heard = stage.document("/voice", From=OTHER, CallSid="CA" + "8" * 32)
    listens = stage.document(stage.rest.placed[0].url)
    stage.clock.passes(minutes=10)
    stage.parts.self_test.work()
    found = last(stage)

    assert ["welcome"] == stage.heard(heard)
    assert ["Play", "Hangup"] == [each.tag for each in heard]
    assert ["Pause", "Hangup"] == [each.tag for each in listens]
    assert found
    assert ("confirmed", None) == (found.state, told(stage))


def test_a_call_that_does_not_come_in_is_told_once(stage: Stage) -> None:
    stage.clock.passes(hours=1)
    stage.parts.self_test.work()
    stage.clock.passes(minutes=2)
    stage.parts.self_test.work()
    early = told(stage)
    stage.clock.passes(minutes=1)
    stage.parts.self_test.work()
    stage.parts.self_test.work()

    assert (None, "the network took the call, and it did not come in here") == (early, told(stage))


def test_a_call_that_the_network_does_not_take_is_told_at_once(stage: Stage) -> None:
    stage.rest.fails[""] = UnreachableError("the network's REST API answered 503")
    stage.clock.passes(hours=1)
    stage.parts.self_test.work()
    stage.parts.self_test.work()

    assert "the network's REST API answered 503" == told(stage)
    assert [] == stage.rest.placed


def test_a_caller_from_any_other_number_is_a_caller(stage: Stage) -> None:
    stage.clock.passes(hours=1)
    stage.parts.self_test.work()
    document = stage.document("/voice", From="+12025550142")
    found = last(stage)

    assert document.find("Gather") is not None
    assert found
    assert "ringing" == found.state


def test_two_processes_ring_once(stage: Stage) -> None:
    stage.clock.passes(hours=1)
    other = replace(stage.parts.self_test)
    for each in (stage.parts.self_test, other):
        each.work()

    assert [NUMBER] == stage.rest.rung()


def test_off_nothing_is_rung(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = with_test(make_stage(tmp_path, audio, database))
    stage.clock.passes(hours=9)
    stage.parts.self_test.work()

    assert ([], None) == (stage.rest.placed, last(stage))


def test_the_helpline_s_own_call_is_no_call_in_the_statistics(stage: Stage) -> None:
    stage.document("/voice", From=OTHER, CallSid="CA" + "8" * 32)
    stage.document("/voice", CallSid="CA" + "9" * 32)
    stage.parts.calls.drain()
    with reading(stage.parts.engine) as connection:
        counted = connection.scalar(select(func.count()).select_from(calls))

    assert 1 == counted


@pytest.mark.parametrize(("exchange", "runs"), [(True, set()), (False, {"self-test", "balance"})])
def test_only_a_real_network_is_watched(
    tmp_path: Path, audio: Path, database: Path, exchange: bool, runs: set[str]
) -> None:
    names = make_stage(tmp_path, audio, database, exchange=exchange).parts.tasks.names

    assert runs == {"self-test", "balance"} & set(names)
