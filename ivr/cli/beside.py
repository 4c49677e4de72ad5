"""A command of ours that runs beside the server, in a process of its own, and is started again if it ends."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread

_LOG = logging.getLogger(__name__)
PAUSE = 1.0  # seconds before it is started again
PATIENCE = 5.0  # seconds to end by itself


class Beside:
    """Keeps `ivr <command>` running from `start` to `stop`.

    `process` is one that the version before has left running, for the sake of the calls in it.
    """

    def __init__(self, command: Sequence[str], process: int = 0) -> None:
        self._command = [sys.executable, "-m", "ivr", *command]
        self._stopping = Event()
        self._process = process
        self._thread = Thread(target=self._keep, name=command[0], daemon=True)

    @property
    def process(self) -> int:
        """The process that runs now, 0 for none."""
        return self._process

    def start(self) -> None:
        """Start it now, unless it runs; returns at once."""
        if not self._process:
            self._begin()
        self._thread.start()

    def stop(self) -> None:
        """End it, with patience first."""
        self._stopping.set()
        for each in (signal.SIGTERM, signal.SIGKILL):
            if self._process:
                with suppress(ProcessLookupError):  # it has just ended by itself
                    os.kill(self._process, each)
            self._thread.join(PATIENCE)

    def _begin(self) -> None:
        begun = subprocess.Popen(self._command)
        self._process, begun.returncode = begun.pid, 0  # waited for by number, as one that was left to us is

    def _keep(self) -> None:
        while True:
            code = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
            self._process = 0
            if self._stopping.wait(PAUSE):
                return
            _LOG.error("%s ended with code %s and is started again", self._command[-1], code)
            self._begin()
