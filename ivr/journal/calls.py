"""The journal of calls: notes in memory, within a second on local disk, and from there once in the database.

A turn costs a line of text. A process that is killed loses what it noted in its last second; what it had
written is brought in by another one. Whatever is brought in twice is stored once.
"""

import logging
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from ivr.flow.call_note import Noted
from ivr.journal.call_file import CallFile
from ivr.journal.call_notes import read_note, write_note
from ivr.journal.recent import Recent
from ivr.storage.call_summary import CallEvent
from ivr.storage.calls import counting, note_events
from ivr.storage.errors import StorageError

_LOG = logging.getLogger(__name__)
_AWAY = (SQLAlchemyError, StorageError)
_PAUSE = 1.0  # seconds between two goes: what may be lost with the process
_LONGEST_REST = 30  # goes without asking storage, while it is away; notes go to disk all the same
_AT_ONCE = 250  # notes in one transaction, and in one second: more only means that statistics are late
_MOST_IN_MEMORY = 50_000  # while the disk is full and storage is away
_REMEMBERED = 20_000  # webhooks, to leave out their repeats
_ADOPT_EVERY = 30  # goes


class CallJournal:
    """Notes what happens on calls; `note` returns at once, all else is done on a thread from `start` on."""

    def __init__(self, engine: Engine, folder: Path, zone: ZoneInfo) -> None:
        self._engine, self._folder, self._zone = engine, folder, zone
        self._noted: deque[str] = deque(maxlen=_MOST_IN_MEMORY)
        self._recent = Recent(_REMEMBERED)
        self._unwritten: list[str] = []
        self._file: CallFile | None = None
        self._rest = self._resting = 0
        self._stopping = Event()
        self._thread: Thread | None = None

    def note(self, noted: Noted) -> None:
        """Keep the note, in memory for a moment; nothing here waits, and no turn fails for it."""
        try:
            self._noted.append(write_note(noted))
        except Exception:  # noqa: BLE001 (whatever it is, the caller goes on)
            _LOG.exception("A note of a call could not be made")

    def write(self) -> None:
        """Bring what is in memory to disk; what the disk does not take stays in memory."""
        lines = [*self._unwritten, *self._new()]
        if not lines:
            return
        try:
            self._file = self._file or CallFile.made_in(self._folder)
            self._file.append("".join(f"{line}\n" for line in lines).encode())
        except OSError as error:
            if not self._unwritten:
                _LOG.error("Notes of calls stay in memory, the disk refuses them: %s", error.strerror)
            self._unwritten = lines[-_MOST_IN_MEMORY:]
        else:
            self._unwritten = []

    def store(self) -> bool:
        """Bring some into the database; whether there is more. An SQLAlchemyError or StorageError if away."""
        if self._unwritten:
            self._note(_events(self._unwritten))
            self._unwritten = []
        return bool(self._file and self._store(self._file))

    def adopt(self) -> None:
        """Bring in what processes have left that are no more; the same errors."""
        while file := CallFile.of_the_dead(self._folder):
            done = False
            try:
                while self._store(file):
                    pass
                done = True
            finally:
                file.close(remove=done)

    def drain(self) -> None:
        """Bring everything into the database, as far as it answers."""
        self.write()
        try:
            self.adopt()
            while self.store():
                pass
        except _AWAY as error:
            _LOG.warning("Notes of calls wait on disk: %s", type(error).__name__)

    def start(self) -> None:
        """Work on a thread until `stop`."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, name="calls", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what cannot be stored now waits on disk for whoever comes next."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
        self.write()
        if not self._rest:
            self._go(adopting=False)
        if self._file:
            self._file.close(remove=self._file.empty)
            self._file = None

    def _run(self) -> None:
        go = 0
        while not self._stopping.wait(_PAUSE):
            try:
                self.write()
                self._resting = max(0, self._resting - 1)
                if not self._resting:
                    self._go(adopting=go % _ADOPT_EVERY == 0)
            except Exception:  # noqa: BLE001 (whatever it is, later notes must be taken)
                _LOG.exception("Notes of calls could not be kept")
            go += 1

    def _go(self, *, adopting: bool) -> None:
        try:
            self.store()
            if adopting:
                self.adopt()
            self._rest = 0
        except _AWAY as error:
            if not self._rest:
                _LOG.warning("Notes of calls wait on disk: %s", type(error).__name__)
            self._rest = self._resting = min(max(1, self._rest * 2), _LONGEST_REST)

    def _new(self) -> list[str]:
        """What was noted since the last time, without repeats of what was noted lately."""
        found = []
        while self._noted:
            line = self._noted.popleft()
            if line and self._recent.new(tuple(line.split("\t", 2)[:2])):
                found.append(line)
        return found

    def _store(self, file: CallFile) -> bool:
        lines = file.first(_AT_ONCE)
        if lines:
            self._note(_events([line.decode(errors="replace") for line in lines]))
            file.take_off(lines)
        return bool(lines)

    def _note(self, events: Sequence[CallEvent]) -> None:
        try:
            with counting(self._engine) as connection:
                note_events(connection, events, self._zone)
        except (DataError, IntegrityError):
            if len(events) > 1:
                for each in events:
                    self._note([each])
            else:
                # What the database refuses for good must not hold up the notes behind it.
                _LOG.exception("A note of a call is refused by the database; it is left out")


def _events(lines: Sequence[str]) -> list[CallEvent]:
    found = []
    for line in lines:
        try:
            found.append(read_note(line.rstrip("\n")))
        except ValueError:
            _LOG.error("A line of the journal of calls cannot be read; it is left out")
    return found
