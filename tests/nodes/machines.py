"""Machines that serve one helpline: each a process tree with its own port and disk, and one to be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import LiteralString, TypeVar

import psycopg
import requests

from tests.browser.serving import ROOT, free_port

T = TypeVar("T")
PATIENCE = 20.0  # seconds; two cores may be busy with other tests


def until(looked: Callable[[], T], patience: float = PATIENCE) -> T:
    """What `looked` says as soon as it says something."""
    deadline = monotonic() + patience
    while not (found := looked()):
        assert monotonic() < deadline, f"not within {patience:.0f} seconds"
        sleep(0.05)
    return found


@dataclass
class Machine:
    """A node; `environ` is what it shares with others, and its own."""

    name: str
    folder: Path
    shared: dict[str, str]
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def environ(self) -> dict[str, str]:
        own = {
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
            "AUDIO_DIR": str(self.folder / "audio"),
            "PATH": os.environ["PATH"],
        }
        return {**own, **self.shared}

    @property
    def log(self) -> str:
        return (self.folder / "serve.log").read_text()

    def start(self) -> None:
        """Begin to serve; `ready` says when."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ivr", "serve"],
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ready(self) -> bool:
        """Whether it can take calls."""
        assert self.process is not None
        assert self.process.poll() is None, self.log
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == requests.codes.ok
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        """End all of it at once, as when the power goes."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def stop(self) -> None:
        """End it as its service manager does."""
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def rows(self, query: LiteralString, *values: str) -> list[tuple[object, ...]]:
        """What the database that machines share answers."""
        with psycopg.connect(self.shared["DATABASE_URL"]) as connection:
            return connection.execute(query, values).fetchall()

    def run(self, *words: str) -> str:
        """What a command on this machine prints; it has to go well."""
        command = [sys.executable, "-m", "ivr", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
