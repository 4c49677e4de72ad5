import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from ivr.flow.waiting_call import Waiting
from ivr.storage.accounts import Role
from ivr.storage.duty_changes import close
from ivr.storage.engine import writing
from ivr.storage.tables import promises
from ivr.storage.waits import note_tick
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


def test_while_no_counsellor_is_stored_the_phones_for_trying_out_are_told_of(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    page = console_stage(tmp_path, audio, database, exchange=True).signed_in().get("/staff/").text

    assert "a made-up counsellor" in page


def test_a_listener_sees_that_a_promise_is_overdue(stage: ConsoleStage) -> None:
    with writing(stage.engine) as connection:
        made = {"call": "CA1", "kind": "message", "state": "open", "language": "zu", "seconds": 9}
        connection.execute(insert(promises).values(**made, created=stage.clock(), attempt=1, note=""))
    stage.clock.passes(minutes=121)

    page = stage.signed_in(Role.LISTENER).get("/staff/").text

    assert "the oldest has waited longer than 120 minutes" in page


def test_a_call_back_for_tomorrow_is_not_overdue_today(stage: ConsoleStage) -> None:
    at = stage.clock()
    with writing(stage.engine) as connection:
        made = {"call": "CA1", "kind": "callback", "state": "open", "language": "zu", "seconds": 0}
        row = {**made, "created": at, "due": at + timedelta(days=1), "attempt": 1, "note": ""}
        connection.execute(insert(promises).values(row))
    stage.clock.passes(minutes=121)

    page = stage.signed_in(Role.LISTENER).get("/staff/").text

    assert "none is overdue" in page


def test_a_caller_of_whom_nothing_was_heard_for_long_waits_no_more(stage: ConsoleStage) -> None:
    waiting = Waiting("CA1", 1, "queue", "", "zu", "", False, "", 0, 1, False, "")
    with writing(stage.engine) as connection:
        note_tick(connection, waiting, "caller", stage.clock())
    visitor = stage.signed_in(Role.LISTENER)

    before = visitor.get("/staff/").text
    stage.clock.passes(minutes=6)
    after = visitor.get("/staff/").text

    assert ("1", "0") == (_first_number(before), _first_number(after))


def test_a_rota_keeper_sees_gaps_and_no_promises(stage: ConsoleStage) -> None:
    page = stage.signed_in(Role.ROTA_KEEPER).get("/staff/").text

    assert (True, False) == ("next 7 days" in page, "Promises to keep" in page)


def test_a_closure_is_no_time_with_nobody_on_duty(stage: ConsoleStage) -> None:
    at = stage.clock()
    with writing(stage.engine) as connection:
        close(connection, at, at + timedelta(days=30), "", at)
    stage.stage.background()

    page = stage.signed_in(Role.ROTA_KEEPER).get("/staff/").text

    assert "0" == _first_number(page)
    assert "somebody is always on duty while it is open" in page


def test_a_recorder_sees_how_many_prompts_have_no_sound(stage: ConsoleStage) -> None:
    page = stage.signed_in(Role.RECORDER).get("/staff/").text

    assert "isiZulu: prompts that callers need and that have no sound" in page


def _first_number(page: str) -> str:
    """What stands on the first card."""
    found = re.search(r'class="big">(\d+)<', page)
    assert found
    return found[1]
