"""Notes of calls on their way to storage: in memory for a second, then in a file of this process."""

import logging
from collections import deque
from pathlib import Path
from threading import Lock

from ivr.journal.call_file import CallFile
from ivr.journal.recent import Recent

_LOG = logging.getLogger(__name__)
_MOST_IN_MEMORY = 50_000  # lines, while the disk is full and storage is away
_REMEMBERED = 20_000  # webhooks, to leave out their repeats


class CallSpool:
    """Takes lines from any thread; one thread writes them to disk, one takes them off for storage.

    Writing never waits for storage: a database that hangs holds up only who brings things in.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._noted: deque[str] = deque(maxlen=_MOST_IN_MEMORY)
        self._recent = Recent(_REMEMBERED)
        self._unwritten: list[str] = []
        self._full = False
        self._lock = Lock()  # for _unwritten; never held while a disk or a database is asked
        self._file: CallFile | None = None

    def put(self, line: str) -> None:
        """Take a line, in memory; at once."""
        self._noted.append(line)

    def write(self) -> None:
        """Bring what is in memory to disk; what the disk does not take stays in memory."""
        lines = [*self.take_unwritten(), *self._new()]
        if not lines:
            return
        try:
            self._file = self._file or CallFile.made_in(self._folder)
            self._file.append("".join(f"{line}\n" for line in lines).encode())
            self._full = False
        except OSError as error:
            self.give_back(lines)
            if not self._full:
                _LOG.error("Notes of calls stay in memory, the disk refuses them: %s", error.strerror)
            self._full = True

    def take_unwritten(self) -> list[str]:
        """What the disk has refused; whoever cannot keep it either gives it back."""
        with self._lock:
            lines, self._unwritten = self._unwritten, []
        return lines

    def give_back(self, lines: list[str]) -> None:
        """Keep these in memory again, before what has come since."""
        with self._lock:
            self._unwritten = [*lines, *self._unwritten][-_MOST_IN_MEMORY:]

    @property
    def file(self) -> CallFile | None:
        """What is on disk; None while nothing ever was."""
        return self._file

    def close(self) -> None:
        """Let go of the file; what is in it waits for whoever comes next."""
        if self._file:
            self._file.close(remove=self._file.empty)
            self._file = None

    def _new(self) -> list[str]:
        """What was noted since the last time, without repeats of what was noted lately."""
        found = []
        while self._noted:
            line = self._noted.popleft()
            if line and self._recent.new(tuple(line.split("\t", 2)[:2])):
                found.append(line)
        return found
