"""A file of one process, to which lines are appended; while it lives, it holds the file's lock."""

import fcntl
import os
from pathlib import Path
from secrets import token_hex
from threading import Lock

from ivr.journal.disk import make_folder, sync_folder

_SUFFIX = ".notes"
_CHUNK = 128 * 1024


class CallFile:
    """Lines in the order they came in, on disk when `append` returns; taken off from the front.

    What is taken off is remembered only here: after a crash it is read again. One thread may append while
    another takes off.
    """

    def __init__(self, handle: int, path: Path) -> None:
        self._handle, self._path = handle, path
        self._done = 0
        self._lock = Lock()  # else a line could be appended to what is just made small again

    @classmethod
    def made_in(cls, folder: Path) -> "CallFile":
        """A new one, locked before anybody can find it; an OSError if that cannot be."""
        make_folder(folder)
        hidden = folder / f".{token_hex(8)}.part"
        handle = os.open(hidden, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        path = folder / f"{os.getpid()}-{token_hex(6)}{_SUFFIX}"
        hidden.rename(path)
        sync_folder(folder)
        return cls(handle, path)

    @classmethod
    def of_the_dead(cls, folder: Path) -> "CallFile | None":
        """One whose process is no more, now locked by this one; None if there is none."""
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            if found := _taken_over(path):
                return cls(found, path)
        return None

    def append(self, lines: bytes) -> None:
        """Put whole lines at the end, safely on disk; with an OSError nothing of them is there."""
        with self._lock:
            size = os.fstat(self._handle).st_size
            try:
                left = memoryview(lines)
                while left:
                    left = left[os.write(self._handle, left) :]
                os.fdatasync(self._handle)
            except OSError:
                os.ftruncate(self._handle, size)
                raise

    def first(self, most: int) -> tuple[bytes, ...]:
        """The first lines that have not been taken off, about so many; a line cut off by a crash is none."""
        with self._lock:
            found = os.pread(self._handle, _CHUNK, self._done)
        return tuple(found[: found.rfind(b"\n") + 1].splitlines(keepends=True)[:most])

    def take_off(self, lines: tuple[bytes, ...]) -> None:
        """Have done with these first lines; an empty file is made small again."""
        with self._lock:
            self._done += sum(map(len, lines))
            if self._done >= os.fstat(self._handle).st_size:
                os.ftruncate(self._handle, 0)
                self._done = 0

    def close(self, *, remove: bool) -> None:
        """Let go of it; `remove`: nothing in it is of use to anybody any more."""
        if remove:
            self._path.unlink(missing_ok=True)
        os.close(self._handle)

    @property
    def empty(self) -> bool:
        """Whether all of it has been taken off."""
        return not os.fstat(self._handle).st_size


def _taken_over(path: Path) -> int | None:
    try:
        handle = os.open(path, os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        return None  # another process has just done with it
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    if _still(path, handle):
        return handle
    os.close(handle)
    return None


def _still(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False
