"""A process that must not outlive the one which started it: it would hold the ports of the next."""

import os
import signal
from threading import Thread
from time import sleep

LOOK_EVERY = 1.0  # seconds


def end_with_parent() -> None:
    """Ask this process to end as soon as its parent is gone, even if that was killed."""
    Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
