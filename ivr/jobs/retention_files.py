"""What lies on this disk, or in the store, for too long: recordings, refused promises, where callers went."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from ivr.content.service import RetentionTable
from ivr.jobs.departures import Departures
from ivr.jobs.messages import Messages
from ivr.jobs.queue import Task
from ivr.journal.promise_files import refused_before
from ivr.storage.engine import reading
from ivr.storage.promises import wanted_recordings
from ivr.storage.purges import is_doubtful, last_known

KIND, REFUSED, TASK = "files of messages", "refused promises", "old-files"
EVERY = 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class OldFiles:
    """The files of this machine and of the store; several machines may each have fetched some messages."""

    engine: Engine
    messages: Messages
    departures: Departures
    journal: Path
    terms: Callable[[], RetentionTable]
    now: Callable[[], datetime]

    def task(self) -> Task:
        """What is to run, in every process: a worker may be on another machine."""
        return Task(TASK, self.look, EVERY, threads=1, memory=True)

    def look(self) -> timedelta | None:
        """Remove what is to go, if the clock can be believed; see that every machine finds what stays."""
        at = self.now()
        with reading(self.engine) as connection:
            doubtful = is_doubtful(last_known(connection), at)
        if not doubtful:
            self.remove(at)
            self.remove_refused(at)
        self.messages.files.share()
        return None

    def found(self, at: datetime) -> tuple[str, ...]:
        """The recordings whose files are to go, by the provider's ids.

        That is what storage says is not wanted any more, and what it does not know, once that is as old as
        settled messages get: a database that somebody has just put in its place may not know it yet.
        """
        here = self.messages.kept()
        with reading(self.engine) as connection:
            wanted = wanted_recordings(connection, list(here))
        oldest = self._oldest(at)
        return tuple(each for each, made in here.items() if not wanted.get(each, made >= oldest))

    def remove(self, at: datetime) -> int:
        """Remove them, and where callers went on a day ago; how many recordings that were."""
        self.departures.forget(at)
        gone = self.found(at)
        for each in gone:
            self.messages.remove(each)
        return len(gone)

    def refused(self, at: datetime) -> list[Path]:
        """The promises that the database refuses and that are as old as settled messages get."""
        return refused_before(self.journal, self._oldest(at))

    def remove_refused(self, at: datetime) -> int:
        """Remove them; how many."""
        gone = self.refused(at)
        for each in gone:
            each.unlink(missing_ok=True)
        return len(gone)

    def _oldest(self, at: datetime) -> datetime:
        return at - timedelta(days=self.terms().messages)
