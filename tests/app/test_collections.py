"""Callers do not wait while memory is tidied."""

import subprocess
import sys

SHORT = """
import gc
from ivr.app import leave_out_what_stays
leave_out_what_stays()
print(gc.get_freeze_count(), len(gc.get_objects()))
"""


def test_what_is_loaded_at_the_start_is_left_out_of_every_collection() -> None:
    told = subprocess.check_output([sys.executable, "-c", SHORT], text=True)
    frozen, looked_through = map(int, told.split())

    assert frozen > 10_000
    assert looked_through < 1000
