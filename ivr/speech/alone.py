"""One build of sound at a time on a machine: a lock beside the sounds, gone with the process that held it."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".building"


class BusyError(Exception):
    """Another build is running."""


@contextmanager
def alone(audio_dir: Path, told: Callable[[], None] | None = None) -> Iterator[None]:
    """Nobody else builds meanwhile; who does already is told of, then waited for.

    Without `told` a BusyError instead; an OSError if the folder cannot be written.
    """
    audio_dir.mkdir(parents=True, exist_ok=True)
    with (audio_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if told is None:
                raise BusyError(f"{audio_dir}: another build is running") from None
            told()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
