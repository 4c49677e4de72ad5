"""`ivr worker` works beside servers, ends when asked, and is not stopped by storage that is away."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

AWAY = "postgresql://ivr@127.0.0.1:1/ivr"


@contextmanager
def worker(folder: Path, **environ: str) -> Iterator["subprocess.Popen[str]"]:
    values = {**os.environ, "DATA_DIR": str(folder / "data"), "TWILIO_ACCOUNT_SID": "", **environ}
    command = [sys.executable, "-m", "ivr", "worker"]
    output = subprocess.PIPE
    with subprocess.Popen(command, env=values, stdout=output, stderr=output, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def greeting(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], 30)
    return process.stdout.readline() if ready else "nothing within thirty seconds"


def test_it_says_what_it_works_for_and_ends_within_seconds_when_asked(tmp_path: Path) -> None:
    with worker(tmp_path) as process:
        said = greeting(process)
        began = monotonic()
        process.send_signal(signal.SIGTERM)
        ended = process.wait(20)

    assert "recordings" in said
    assert (0, True) == (ended, monotonic() - began < 5)


def test_storage_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    with worker(tmp_path, DATABASE_URL=AWAY) as process:
        greeting(process)
        sleep(0.5)
        running = process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)

    assert running
    assert "storage is away" in said


@pytest.mark.parametrize("broken", ["name = 3", "[["])
def test_content_that_cannot_be_used_is_named(tmp_path: Path, broken: str) -> None:
    (tmp_path / "helpline.toml").write_text(broken)
    with worker(tmp_path, PROMPTS_DIR=str(tmp_path)) as process:
        _, said = process.communicate(timeout=20)

    assert 1 == process.returncode
    assert "helpline.toml" in said
    assert "Traceback" not in said
