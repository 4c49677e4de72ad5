from pathlib import Path

import pytest
from sqlalchemy import insert

from ivr.storage.accounts import Role
from ivr.storage.engine import writing
from ivr.storage.tables import promises
from tests.app.people import SIPHO, THANDI
from tests.console.staging import ConsoleStage, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    made = console_stage(tmp_path, audio, database, people=(THANDI, SIPHO))
    made.stage.background()
    return made


def test_everybody_with_an_account_sees_who_is_on_duty(stage: ConsoleStage) -> None:
    page = stage.signed_in().get("/staff/").text

    assert "Thandi" in page


def test_nobody_on_duty_is_said_in_words(tmp_path: Path, audio: Path, database: Path) -> None:
    page = console_stage(tmp_path, audio, database).signed_in().get("/staff/").text

    assert "Callers who ask for a person are offered a message or a call-back." in page


def test_a_listener_sees_that_a_promise_is_overdue(stage: ConsoleStage) -> None:
    with writing(stage.engine) as connection:
        made = {"call": "CA1", "kind": "message", "state": "open", "language": "zu", "seconds": 9}
        connection.execute(insert(promises).values(**made, created=stage.clock(), attempt=1, note=""))
    stage.clock.passes(minutes=121)

    page = stage.signed_in(Role.LISTENER).get("/staff/").text

    assert "the oldest has waited longer than 120 minutes" in page


def test_a_rota_keeper_sees_gaps_and_no_promises(stage: ConsoleStage) -> None:
    page = stage.signed_in(Role.ROTA_KEEPER).get("/staff/").text

    assert (True, False) == ("next 7 days" in page, "Promises to keep" in page)


def test_a_recorder_sees_how_many_prompts_have_no_sound(stage: ConsoleStage) -> None:
    page = stage.signed_in(Role.RECORDER).get("/staff/").text

    assert "isiZulu: prompts without sound" in page
