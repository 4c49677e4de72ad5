"""What lies on this machine's disk, or in the store, for too long: recordings, and where callers went on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from ivr.content.service import RetentionTable
from ivr.jobs.departures import Departures
from ivr.jobs.messages import Messages
from ivr.jobs.queue import Task
from ivr.storage.engine import reading
from ivr.storage.promises import wanted_recordings
from ivr.storage.purges import is_doubtful, last_known

KIND, TASK = "files of messages", "old-files"
EVERY = 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class OldFiles:
    """The files of this machine and of the store; several machines may each have fetched some messages."""

    engine: Engine
    messages: Messages
    departures: Departures
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
        oldest = at - timedelta(days=self.terms().messages)
        return tuple(each for each, made in here.items() if not wanted.get(each, made >= oldest))

    def remove(self, at: datetime) -> int:
        """Remove them, and where callers went on a day ago; how many recordings that were."""
        self.departures.forget(at)
        gone = self.found(at)
        for each in gone:
            self.messages.remove(each)
        return len(gone)
