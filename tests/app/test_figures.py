"""/metrics says what an operator has to watch, and in several processes the sum of them."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.figures import due_work, promises_by_age
from ivr.storage.notices import SMS, Recipient, address, keep_notice
from ivr.storage.promises import Message, store_message
from tests.app.people import NOON, THANDI
from tests.app.stage import Stage, make_stage, recording

AWAY = "postgresql://ivr@127.0.0.1:1/ivr"
COUNTING = """
import sys
from ivr.telephony.health import Figures
figures = Figures()
for _ in range(int(sys.argv[1])):
    figures.turned("menu", "Answered")
    figures.took(0.004, 200)
if sys.argv[2:]:
    print(figures.text().decode())
"""


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, people=(THANDI,))


def figures(stage: Stage) -> dict[str, float]:
    return read(stage.get("/metrics")[1].decode())


def read(text: str) -> dict[str, float]:
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_calls_and_webhooks_are_counted(stage: Stage) -> None:
    stage.post("/voice")
    stage.client.post("/voice", data={"CallSid": "CA"})
    found = figures(stage)

    assert 1 == found["ivr_calls_total"]
    assert 1 == found['ivr_webhooks_total{status="200"}']
    assert 1 == found['ivr_webhooks_total{status="403"}']
    assert 2 == found["ivr_turn_seconds_count"]


def test_what_came_of_ringing_is_counted_with_the_turn(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,), queue=False)
    rung = stage.document("/voice/en/g/l", Digits="0").find("Dial")
    assert rung is not None
    stage.post(rung.attrib["action"], DialCallStatus="busy")
    counted = {name: value for name, value in figures(stage).items() if "turns_total" in name}

    assert [1] == [value for name, value in counted.items() if 'event="DialEnded busy"' in name]


def test_people_sounds_and_the_disk_are_told_as_they_are(stage: Stage) -> None:
    found = figures(stage)

    assert (1, 1, 0) == (found["ivr_ready"], found["ivr_on_duty"], found["ivr_remarks"])
    assert 0 == found['ivr_prompts_missing{language="zu"}']
    assert 1 == found['ivr_language_offered{language="zu"}']
    assert (0, 0) == (found["ivr_content_refused"], found["ivr_prompts_held"])
    assert found["ivr_disk_free_bytes"] > 0


def test_a_language_without_sound_is_told(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = make_stage(tmp_path, audio, database, environ={"AUDIO_DIR": str(tmp_path / "none")})
    found = figures(stage)

    assert found['ivr_prompts_missing{language="sw"}'] > 50
    assert 0 == found['ivr_language_offered{language="sw"}']


def test_promises_are_told_by_age_and_work_by_how_late_it_is(stage: Stage) -> None:
    with writing(stage.parts.engine) as connection:
        for number, age in enumerate((timedelta(minutes=5), timedelta(hours=30))):
            left = Message(f"CA{number}", recording(number), 9, "en", 1, NOON - age)
            store_message(connection, left)
    found = figures(stage)

    assert 1 == found['ivr_promises{age="under 1 hour",kind="message",state="open"}']
    assert 1 == found['ivr_promises{age="under 3 days",kind="message",state="open"}']
    assert 2 == found['ivr_jobs_due{job="fetch recordings"}']
    assert 30 * 3600 == found['ivr_job_lag_seconds{job="fetch recordings"}']
    assert 0 == found['ivr_job_lag_seconds{job="call back"}']


def test_each_promise_is_counted_under_one_age(stage: Stage) -> None:
    ages = [
        timedelta(minutes=59),
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(days=1),
        timedelta(days=3),
    ]
    with writing(stage.parts.engine) as connection:
        for number, age in enumerate(ages):
            store_message(connection, Message(f"CA{number}", recording(number), 9, "en", 1, NOON - age))
    with reading(stage.parts.engine) as connection:
        found = {each.age: each.number for each in promises_by_age(connection, NOON)}

    assert {
        "under 1 hour": 1,
        "under 4 hours": 1,
        "under 1 day": 1,
        "under 3 days": 1,
        "older": 1,
    } == found


def test_what_staff_are_to_be_told_is_late_from_when_it_was_due(stage: Stage) -> None:
    with writing(stage.parts.engine) as connection:
        keep_notice(connection, "gap-ahead", "1", {})
        address(connection, 1, [Recipient("gap-ahead", SMS, "+27821110009", "en")], NOON)
    with reading(stage.parts.engine) as connection:
        due = {each.job: each for each in due_work(connection, NOON + timedelta(minutes=3))}

    assert (1, NOON) == (due["tell staff"].number, due["tell staff"].since)
    assert (0, None) == (due["delete queues"].number, due["delete queues"].since)


def test_storage_that_is_away_is_told_and_the_rest_still_is(tmp_path: Path, audio: Path) -> None:
    found = figures(make_stage(tmp_path, audio, environ={"DATABASE_URL": AWAY}))

    assert (0, 0) == (found["ivr_storage_up"], found["ivr_ready"])
    assert float("inf") == found["ivr_snapshot_age_seconds"]
    assert "ivr_job_lag_seconds" not in "".join(found)


def test_what_waits_on_disk_is_told_in_bytes(stage: Stage) -> None:
    journal = stage.parts.settings.data_dir / "journal"
    journal.mkdir()
    (journal / "one.json").write_bytes(b"x" * 321)

    assert 321 == figures(stage)['ivr_journal_bytes{what="promises"}']


def test_storage_is_asked_once_however_often_the_figures_are(stage: Stage) -> None:
    figures(stage)
    with writing(engine_for(stage.parts.settings.database_url)) as connection:
        store_message(connection, Message("CA1", recording(1), 9, "en", 1, NOON))
    at_once = figures(stage)
    stage.clock.passes(seconds=5)

    assert 0 == at_once['ivr_jobs_due{job="fetch recordings"}']
    assert 1 == figures(stage)['ivr_jobs_due{job="fetch recordings"}']


def test_several_processes_tell_their_sum_even_of_one_that_is_gone(tmp_path: Path) -> None:
    def count(*arguments: str) -> str:
        environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        command = [sys.executable, "-c", COUNTING, *arguments]
        return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout

    count("3")
    found = read(count("4", "told"))

    assert (7, 7) == (found["ivr_calls_total"], found['ivr_turns_total{event="Answered",place="menu"}'])
    assert 7 == found['ivr_turn_seconds_bucket{le="0.005"}']
