"""A process that its parent leaves behind ends by itself."""

import os
import subprocess
import sys
import time
from pathlib import Path

CHILD = (
    "from time import sleep; from ivr.app.orphan import end_with_parent; "
    "end_with_parent(); print(flush=True); sleep(60)"
)
PARENT = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {CHILD!r}]).pid, flush=True)"


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_process_ends_when_its_parent_is_gone() -> None:
    waiting = f"{PARENT}; sys.stdin.read()"
    parent = subprocess.Popen(
        [sys.executable, "-c", waiting], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    parent.stdout.readline()  # the child watches now
    assert is_running(child)

    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert not is_running(child)
