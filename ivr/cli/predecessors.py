"""The web processes of the version before: they answer until those of this one do, and are ended then."""

import os
import shutil
import signal
from collections.abc import Callable
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Thread
from time import monotonic, sleep

from ivr.cli.farewell import ASK
from ivr.cli.handed_on import HandedOn

PATIENCE = 15.0  # seconds to finish what they are answering: as long as the network waits for an answer
_LOOK_EVERY = 0.05  # seconds


class Predecessors:
    """Ends what `handed` says is left of the version before, once `expected` new web processes are ready.

    `ended` is called then. Each new web process says that it is ready through `ready`.
    """

    def __init__(self, handed: HandedOn, expected: int, ended: Callable[[], None]) -> None:
        self._handed, self._expected, self._ended = handed, expected, ended
        self._hears, self.ready = Pipe(duplex=False)
        self._left = list(handed.web)

    def start(self) -> None:
        """Wait for the web processes of this version, on a thread."""
        Thread(target=self._wait, name="predecessors", daemon=True).start()

    @property
    def left(self) -> tuple[int, ...]:
        """Those that may still answer."""
        return tuple(self._left)

    def _wait(self) -> None:
        for number in count(1):  # without end: one that is made again later says it, too
            self._hears.recv_bytes()
            if number == self._expected:
                self._end()

    def _end(self) -> None:
        for each in filter(_runs, self.left):
            os.kill(each, ASK)
        end = monotonic() + PATIENCE
        for each in self.left:
            _see_off(each, end)
            self._left.remove(each)
        if self._handed.figures:
            shutil.rmtree(self._handed.figures)
        self._ended()


def say_ready(ready: Connection | None) -> None:
    """Tell whoever waits for it that this web process can answer."""
    if ready:
        ready.send_bytes(b"ready")


def _see_off(child: int, end: float) -> None:
    """Wait for the end of a child, and kill it if it is late."""
    while _runs(child):
        if monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        sleep(_LOOK_EVERY)


def _runs(child: int) -> bool:
    """Whether it is a child of this process, and has not ended; nobody else has its number while it is."""
    try:
        return not os.waitpid(child, os.WNOHANG)[0]
    except ChildProcessError:
        return False
