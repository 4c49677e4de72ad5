"""Broken words, and a roster calendar that gives nothing, harm nobody who calls; staff are told why."""

import os
import shutil
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr import clock
from ivr.storage.engine import engine_for, prepare, writing
from ivr.storage.subscriptions import subscribe
from tests.app.people import THANDI
from tests.app.stage import stage_settings
from tests.faults.serving import serving, until

NOW = clock.now()
ON_DUTY = replace(THANDI, start=NOW - timedelta(hours=2), end=NOW + timedelta(hours=22))
BROKEN = "the content on disk cannot be used"


@pytest.mark.slow
def test_a_broken_reload_is_refused_in_mid_calls_and_survives_a_killed_worker(
    tmp_path: Path, audio: Path
) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(audio.parent / "prompts", prompts)
    good = (prompts / "helpline.toml").read_bytes()
    with serving(tmp_path, audio, environ={"PROMPTS_DIR": str(prompts)}) as helpline:
        caller = helpline.call(1)
        before = caller.says("/voice/en/g/l.u", Digits="1")
        (prompts / "helpline.toml").write_bytes(good.replace(b"[menu", b"[[menu", 1))
        told = until(lambda: BROKEN in helpline.remarks())
        during = caller.says("/voice/en/g/l.u", Digits="1")
        (killed,) = helpline.workers()
        os.kill(killed, signal.SIGKILL)
        assert until(lambda: killed not in helpline.workers() and helpline.workers())
        after = caller.says("/voice/en/g/l.u", Digits="1")
        (prompts / "helpline.toml").write_bytes(good)
        mended = until(lambda: helpline.ready() and BROKEN not in helpline.remarks())

    assert (True, True) == (told, mended)
    assert before.text == during.text == after.text
    assert before.document.findall("Gather")


@pytest.mark.slow
@pytest.mark.parametrize("feed", ["https://calendar.invalid/team.ics", "https://127.0.0.1:9/team.ics"])
def test_a_start_with_a_broken_calendar_takes_nobody_off_duty(tmp_path: Path, audio: Path, feed: str) -> None:
    settings = stage_settings(tmp_path, audio)
    settings.data_dir.mkdir()
    engine = engine_for(settings.database_url)
    prepare(engine)
    with writing(engine) as connection:
        subscribe(connection, feed, NOW)
    engine.dispose()
    with serving(tmp_path, audio, people=(ON_DUTY,)) as helpline:
        told = until(lambda: "calendar" in helpline.remarks())
        remarks = helpline.remarks()
        dialled = helpline.call(1).asks_for_somebody().dialled()

    assert told
    assert "/team.ics" not in remarks  # the address may hold a secret
    assert [ON_DUTY.phone] == dialled
