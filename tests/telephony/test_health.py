"""Alive, ready, and the figures; what is said to whoever asks."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.app.people import THANDI
from tests.app.stage import Stage, make_stage

AWAY = "postgresql://ivr@127.0.0.1:1/ivr"


def ready(stage: Stage) -> tuple[int, Any]:
    status, body, _ = stage.get("/readyz")
    return status, json.loads(body)


def test_alive_is_said_without_looking_at_anything(tmp_path: Path, audio: Path) -> None:
    stage = make_stage(tmp_path, audio, environ={"DATABASE_URL": AWAY})

    assert 200 == stage.get("/healthz")[0]


def test_with_an_empty_roster_calls_can_be_taken_and_it_says_that_nobody_can_be_reached(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    status, said = ready(make_stage(tmp_path, audio, database))

    assert (200, True) == (status, said["ready"])
    assert any("nobody can be reached" in each for each in said["remarks"])


def test_with_somebody_on_duty_and_all_sound_there_is_nothing_to_remark(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    status, said = ready(make_stage(tmp_path, audio, database, people=(THANDI,)))

    assert (200, []) == (status, said["remarks"])
    assert ["en", "af", "zu", "sw"] == said["languages"]


def test_without_database_and_snapshot_it_is_not_ready_and_says_why(tmp_path: Path, audio: Path) -> None:
    status, said = ready(make_stage(tmp_path, audio, environ={"DATABASE_URL": AWAY}))

    assert (503, False) == (status, said["ready"])
    assert any("the database has not answered" in each for each in said["remarks"])


def test_without_database_but_with_a_snapshot_it_is_ready_and_rings_who_was_on_duty(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    make_stage(tmp_path, audio, database, people=(THANDI,))
    stage = make_stage(tmp_path, audio, environ={"DATABASE_URL": AWAY})

    document = stage.document("/voice/af/g/l", Digits="0")

    assert 200 == ready(stage)[0]
    assert [THANDI.phone] == [each.text for each in document.iter("Number")]


def test_storage_that_does_not_answer_is_remarked_after_a_while_and_calls_are_still_taken(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,))
    at_once = ready(stage)
    stage.clock.passes(minutes=1)
    status, said = ready(stage)

    assert (200, []) == (at_once[0], at_once[1]["remarks"])
    assert (200, True) == (status, said["ready"])
    assert ["storage is away: callers are served from the snapshot of 2026-01-05T12:00:00+00:00"] == said[
        "remarks"
    ]


def test_a_language_without_sound_is_named(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = make_stage(tmp_path, audio, database, environ={"AUDIO_DIR": str(tmp_path / "none")})

    _, said = ready(stage)

    assert ["en"] == said["languages"]
    assert any("language sw is not offered" in each for each in said["remarks"])
    assert any("ivr audio build" in each for each in said["remarks"])


def test_without_any_sound_the_network_speaks_and_the_call_goes_on(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database, environ={"AUDIO_DIR": str(tmp_path / "none")})

    document = stage.document("/voice")

    assert "en-GB" == next(each.attrib["language"] for each in document.iter("Say"))


@pytest.mark.parametrize("figure", ["ivr_turns_total", "ivr_turn_seconds_count", "ivr_snapshot_age_seconds"])
def test_the_figures_tell_turns_and_times_and_no_numbers(
    tmp_path: Path, audio: Path, database: Path, figure: str
) -> None:
    stage = make_stage(tmp_path, audio, database)
    stage.post("/voice", From="+27823334444")
    status, body, headers = stage.get("/metrics")
    values = dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#"))

    assert (200, True) == (status, headers["Content-Type"].startswith("text/plain"))
    assert any(name.startswith(figure) for name in values)
    assert "1.0" == values['ivr_turns_total{event="Answered",place="language"}']
    assert "3334444" not in body.decode()


def test_a_disk_that_is_nearly_full_is_remarked(
    tmp_path: Path, audio: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,))
    monkeypatch.setattr("ivr.app.readiness.LEAST_SPACE", 1 << 62)

    assert ["nearly full" in each for each in ready(stage)[1]["remarks"]] == [True]


def test_content_on_disk_that_callers_do_not_hear_is_remarked(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    prompts = shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
    stage = make_stage(tmp_path, audio, database, people=(THANDI,), environ={"PROMPTS_DIR": str(prompts)})
    (prompts / "helpline.toml").write_text("nothing = here")
    stage.parts.publication.refresh()

    assert ["run: ivr check" in each for each in ready(stage)[1]["remarks"]] == [True]


def test_a_database_file_that_has_gone_is_remarked_at_the_next_look(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,))
    file = Path(stage.parts.engine.url.database or "")
    file.rename(tmp_path / "moved")
    stage.parts.snapshot.refresh()
    _, said = ready(stage)
    (tmp_path / "moved").rename(file)
    stage.parts.snapshot.refresh()

    assert said["ready"]
    assert ["storage is away: callers are served from the snapshot of 2026-01-05T12:00:00+00:00"] == said[
        "remarks"
    ]
    assert [] == ready(stage)[1]["remarks"]
