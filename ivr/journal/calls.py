"""The journal of calls: notes in memory, within a second on local disk, and from there once in the database.

A turn costs a line of text. A process that is killed loses what it noted in its last second; what it had
written is brought in by another one. Whatever is brought in twice is stored once. One thread writes, another
stores: a database that takes connections and answers nobody must not keep notes in memory (measured: it did).
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from ivr.flow.call_note import Noted
from ivr.journal.call_file import CallFile
from ivr.journal.call_notes import read_note, write_note
from ivr.journal.call_spool import CallSpool
from ivr.storage.call_summary import CallEvent
from ivr.storage.calls import counting, note_events
from ivr.storage.errors import StorageError

_LOG = logging.getLogger(__name__)
_AWAY = (SQLAlchemyError, StorageError)
_PAUSE = 1.0  # seconds between two goes: what may be lost with the process
_LONGEST_REST = 30  # goes without asking storage, while it is away; notes go to disk all the same
_AT_ONCE = 250  # notes in one transaction, and in one second: more only means that statistics are late
_ADOPT_EVERY = 30  # goes
_PATIENCE = 2.0  # seconds for storage when the process ends; what it has not taken waits on disk


class CallJournal:
    """Notes what happens on calls; `note` returns at once, all else is done on threads from `start` on."""

    def __init__(self, engine: Engine, folder: Path, zone: ZoneInfo) -> None:
        self._engine, self._folder, self._zone = engine, folder, zone
        self._spool = CallSpool(folder)
        self._rest = self._resting = self._goes = 0
        self._stopping, self._written = Event(), Event()
        self._threads: list[Thread] = []

    def note(self, noted: Noted) -> None:
        """Keep the note, in memory for a moment; nothing here waits, and no turn fails for it."""
        try:
            self._spool.put(write_note(noted))
        except Exception:  # noqa: BLE001 (whatever it is, the caller goes on)
            _LOG.exception("A note of a call could not be made")

    def write(self) -> None:
        """Bring what is in memory to disk; what the disk does not take stays in memory."""
        self._spool.write()

    def store(self) -> bool:
        """Bring some into the database; whether there is more. An SQLAlchemyError or StorageError if away."""
        unwritten = self._spool.take_unwritten()
        try:
            self._note(_events(unwritten))
        except _AWAY:
            self._spool.give_back(unwritten)
            raise
        file = self._spool.file
        return bool(file and self._store(file))

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
        """Work on threads until `stop`."""
        self._stopping.clear()
        self._written.clear()
        self._threads = [_started(self._writing, "calls-disk"), _started(self._storing, "calls")]

    def stop(self) -> None:
        """End the threads; what storage has not taken in time waits on disk for whoever comes next."""
        self._stopping.set()
        storing = self._threads[1:]
        for each in self._threads[:1]:
            each.join()
        self.write()
        self._written.set()
        for each in storing:
            each.join(_PATIENCE)
        if not any(each.is_alive() for each in storing):
            self._spool.close()
        self._threads = []

    def _writing(self) -> None:
        while not self._stopping.wait(_PAUSE):
            _guarded(self.write)

    def _storing(self) -> None:
        while not self._written.wait(_PAUSE):
            self._resting = max(0, self._resting - 1)
            if not self._resting:
                _guarded(self._go)
            self._goes += 1
        if not self._rest:
            _guarded(self._go)

    def _go(self) -> None:
        try:
            self.store()
            if self._goes % _ADOPT_EVERY == 0:
                self.adopt()
            self._rest = 0
        except _AWAY as error:
            if not self._rest:
                _LOG.warning("Notes of calls wait on disk: %s", type(error).__name__)
            self._rest = self._resting = min(max(1, self._rest * 2), _LONGEST_REST)

    def _store(self, file: CallFile) -> bool:
        lines = file.first(_AT_ONCE)
        if lines:
            self._note(_events([line.decode(errors="replace") for line in lines]))
            file.take_off(lines)
        return bool(lines)

    def _note(self, events: Sequence[CallEvent]) -> None:
        if not events:
            return
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


def _started(work: Callable[[], None], name: str) -> Thread:
    thread = Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _guarded(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 (whatever it is, later notes must be taken)
        _LOG.exception("Notes of calls could not be kept")


def _events(lines: Sequence[str]) -> list[CallEvent]:
    found = []
    for line in lines:
        try:
            found.append(read_note(line.rstrip("\n")))
        except ValueError:
            _LOG.error("A line of the journal of calls cannot be read; it is left out")
    return found
