"""Callers do not wait while memory is tidied."""

import os
import subprocess
import sys
from pathlib import Path

STARTED = """
import gc
from ivr.app import application
application(worker=False)
print(gc.get_freeze_count(), len(gc.get_objects()), gc.isenabled())
"""


def test_what_is_loaded_at_the_start_is_left_out_of_every_collection(tmp_path: Path) -> None:
    settings = {**os.environ, "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", STARTED]
    told = subprocess.check_output(command, text=True, env=settings, stderr=subprocess.DEVNULL)
    frozen, looked_through, tidied = told.split()

    assert int(frozen) > 10_000
    assert int(looked_through) < 3000
    assert "True" == tidied
