"""The helpline removes by itself what is older than helpline.toml allows."""

import shutil
from datetime import timedelta
from pathlib import Path

from ivr.app.readiness import readiness
from ivr.storage.audit import Wanted, entries, note
from ivr.storage.engine import engine_for, reading, writing
from tests.app.stage import make_stage


def test_what_helpline_toml_says_is_done_by_a_task_that_runs(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    prompts = shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
    toml = prompts / "helpline.toml"
    toml.write_text(toml.read_text().replace("audit = 1826", "audit = 31"))
    parts = make_stage(tmp_path, audio, database, environ={"PROMPTS_DIR": str(prompts)}).parts
    engine, at = engine_for(parts.settings.database_url), parts.now()
    with writing(engine) as connection:
        for days in (30, 32):
            note(connection, at - timedelta(days=days), "Naledi", f"{days} days ago", "")
    parts.retention.look()
    with reading(engine) as connection:
        left = [each.action for each in entries(connection, Wanted())]

    assert ["30 days ago"] == left
    assert {"retention", "old-files", "refused-promises"} <= set(parts.tasks.names)


def test_whoever_asks_hears_that_a_clock_ahead_has_stopped_it_until_it_is_done_by_hand(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database)
    remarks = []
    stage.parts.retention.look()
    for days in (30, 900, 0):
        stage.clock.passes(days=days)
        stage.parts.retention.look()
        stage.parts.snapshot.refresh()
        remarks.append([each for each in readiness(stage.parts)[1]["remarks"] if "ivr purge" in each])
    stage.parts.retention.purge()
    stage.parts.snapshot.refresh()
    after = [each for each in readiness(stage.parts)[1]["remarks"] if "ivr purge" in each]

    assert [0, 1, 1] == [len(each) for each in remarks]
    assert "nothing old is removed by itself" in remarks[1][0]
    assert [] == after


def test_whoever_asks_hears_of_promises_that_the_database_refuses(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database)
    folder = stage.parts.settings.data_dir / "journal"
    folder.mkdir(exist_ok=True)
    remarks = []
    for name in "ab":
        (folder / f"{name}.refused").write_bytes(b"{}")
        remarks += [each for each in readiness(stage.parts)[1]["remarks"] if "ivr promises" in each]

    assert ["1 promise", "2 promises"] == [each.partition(" on this disk")[0] for each in remarks]
    assert b"ivr_promises_refused 2.0" in stage.get("/metrics")[1]
