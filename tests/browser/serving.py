"""The whole helpline as a process of its own, for a browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds for a start, on a machine that has other things to do


@contextmanager
def served(environ: dict[str, str], folder: Path) -> Iterator[str]:
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ivr", "serve"], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{environ['PORT']}"
            wait_until_ready(url, process, folder / "serve.log")
            yield url
        finally:
            process.terminate()
            process.wait(15)


def environ_of(folder: Path, audio: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PORT": str(free_port()),
        "DATA_DIR": str(folder / "data"),
        "AUDIO_DIR": str(audio),
    }


def run_ivr(environ: dict[str, str], *words: str) -> str:
    """What the command prints; it has to go well."""
    done = subprocess.run(
        [sys.executable, "-m", "ivr", *words],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if requests.get(f"{url}/phone/exchange", timeout=2).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            pass  # it is not listening yet, or listens and is not ready to answer
        time.sleep(0.2)
    pytest.fail(f"not ready after {PATIENCE} s: {log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
