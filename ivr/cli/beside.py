"""A command of ours that runs beside the server, in a process of its own, and is started again if it ends."""

import logging
import subprocess
import sys
from collections.abc import Sequence
from threading import Event, Thread

_LOG = logging.getLogger(__name__)
PAUSE = 1.0  # seconds before it is started again
PATIENCE = 5.0  # seconds to end by itself


class Beside:
    """Keeps `ivr <command>` running from `start` to `stop`."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", "ivr", *command]
        self._stopping = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self._keep, name=command[0], daemon=True)

    def start(self) -> None:
        """Start it now; returns at once."""
        self._process = subprocess.Popen(self._command)
        self._thread.start()

    def stop(self) -> None:
        """End it, with patience first."""
        self._stopping.set()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _keep(self) -> None:
        while self._process is not None:
            code = self._process.wait()
            if self._stopping.wait(PAUSE):
                return
            _LOG.error("%s ended with code %s and is started again", self._command[-1], code)
            self._process = subprocess.Popen(self._command)
