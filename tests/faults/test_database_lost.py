"""The SQLite file is gone: no empty one takes its place unasked, and callers are served from the snapshot."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from ivr import clock
from ivr.storage.engine import engine_for, open_storage
from ivr.storage.errors import StorageAwayError
from tests.app.people import THANDI
from tests.app.stage import stage_settings
from tests.faults.serving import ROOT, serving, until
from tests.faults.stored import promised

NOW = clock.now()
ON_DUTY = replace(THANDI, start=NOW - timedelta(hours=2), end=NOW + timedelta(hours=22))
LOST = "put the file back, from a backup if need be, or begin with an empty one: ivr migrate --anew"


@pytest.mark.slow
def test_a_server_begun_without_it_serves_the_snapshot_until_it_is_put_back(
    tmp_path: Path, audio: Path
) -> None:
    file, kept = tmp_path / "data" / "helpline.db", tmp_path / "kept.db"
    with serving(tmp_path, audio, people=(ON_DUTY,)) as before:
        before.stop()
    file.rename(kept)
    with serving(tmp_path, audio) as helpline:
        said = helpline.log.read_text()
        dialled = helpline.call(1).asks_for_somebody().dialled()
        message = helpline.call(2).leaves_a_message()
        made, waiting = file.exists(), helpline.waiting_promises()
        kept.rename(file)
        arrived = until(lambda: not helpline.waiting_promises())
        back = until(lambda: "storage is away" not in helpline.remarks())
        engine = engine_for(helpline.settings.database_url)
        found = promised(engine)
        engine.dispose()

    assert LOST in said
    assert ([ON_DUTY.phone], False) == (dialled, made)
    assert ("message.lost" in message.text, waiting) == (False, 1)
    assert (True, True, [f"CA{2:032x}"]) == (arrived, back, found)


def test_an_empty_one_is_made_at_a_first_start_and_else_only_when_asked_for(
    tmp_path: Path, audio: Path
) -> None:
    settings = stage_settings(tmp_path, audio)
    open_storage(settings).dispose()
    file = settings.data_dir / "helpline.db"
    first = file.exists()
    (settings.data_dir / "snapshot.json").write_text("{}")
    open_storage(settings).dispose()
    file.unlink()
    with pytest.raises(StorageAwayError, match="ivr migrate --anew"):
        open_storage(settings)
    refused = migrated(settings.data_dir)
    there = file.exists()
    asked = migrated(settings.data_dir, "--anew")
    engine = open_storage(settings)
    tables = inspect(engine).has_table("promises")
    engine.dispose()

    assert (True, False, True) == (first, there, tables)
    assert (1, 0) == (refused.returncode, asked.returncode)
    assert LOST in refused.stderr


def migrated(data_dir: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ivr", "migrate", *options]
    environ = {"DATA_DIR": str(data_dir)}
    return subprocess.run(command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
