"""Removes what is older than it may be, every day by itself or when asked; never what is still promised."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import starmap
from threading import Event
from typing import Protocol

from sqlalchemy import Engine

from ivr.content.service import RetentionTable
from ivr.jobs.fetching import RECORDINGS
from ivr.jobs.queue import Task
from ivr.jobs.retention_files import KIND as FILES
from ivr.jobs.retention_files import REFUSED, OldFiles
from ivr.jobs.retention_records import KIND as RECORDS
from ivr.jobs.retention_records import OldRecords
from ivr.jobs.retention_takes import OldTakes
from ivr.sound.takes import Takes
from ivr.storage.engine import reading, writing
from ivr.storage.purges import LONGEST, hold_purge, is_doubtful, last_known, may_purge, note_purge
from ivr.storage.retention import old_rows
from ivr.storage.retention_copies import Copy, copies_to_delete, delete_copies
from ivr.storage.retention_rows import Old

_LOG = logging.getLogger(__name__)
TASK = "retention"
EVERY = 3600.0  # seconds between two looks whether it was done today
AT_ONCE = 500  # rows in one transaction: who writes meanwhile waits for no more than these
FETCHED_WITHIN = timedelta(days=2)
"""What is younger at the provider may be on its way here."""
COPIES = "recordings at the provider"


class Provider(Protocol):
    """The network's recordings; raises errors of its own when it does not answer."""

    def older_than(self, moment: datetime) -> Iterable[Copy]:
        """All of the account that were made before then."""


@dataclass(frozen=True, slots=True)
class Purged:
    """So many of a kind were removed, or would be; `problem` says why that is not known."""

    kind: str
    number: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """Everything that is removed in time; `failures` are the errors of the provider.

    Recordings at the provider are left to whoever deletes them there, woken by `soon`. A provider that starts
    together with us, as our exchange does, has `starting` to answer before the first look counts.
    """

    engine: Engine
    terms: Callable[[], RetentionTable]
    now: Callable[[], datetime]
    files: OldFiles
    records: OldRecords
    takes: Takes
    provider: Provider
    failures: tuple[type[Exception], ...]
    soon: Callable[[str], None]
    starting: timedelta = timedelta()
    _told: Event = field(default_factory=Event, init=False)
    _waited: Event = field(default_factory=Event, init=False)

    def tasks(self) -> tuple[Task, ...]:
        """What is to run: once a day somewhere, and on every machine for its own disk."""
        return Task(TASK, self.look, EVERY, threads=1), self.files.task()

    def look(self) -> timedelta | None:
        """Purge, unless that was done today; one that was cut off is begun again an hour later.

        While the clock cannot be believed nothing is removed: that is left to whoever calls `purge`.
        """
        at = self.now()
        if self._doubtful(at):
            return None
        if self._is_starting(at):
            return self.starting
        with writing(self.engine) as connection:
            if not may_purge(connection, at):
                return None
        self._purge(at)
        return None

    def purge(self) -> tuple[Purged, ...]:
        """Remove everything that is too old, some at a time; how much of each kind."""
        return self._purge(self.now())

    def counted(self) -> tuple[Purged, ...]:
        """What `purge` would remove; nothing is changed."""
        at, terms = self.now(), self.terms()
        copies = self._copies(terms, at)
        with reading(self.engine) as connection:
            rows = [Purged(each.kind, each.count(connection)) for each in old_rows(terms, at)]
        kept = Purged(COPIES, 0, copies) if isinstance(copies, str) else Purged(COPIES, len(copies))
        files = Purged(FILES, len(self.files.found(at))), Purged(REFUSED, len(self.files.refused(at)))
        takes = starmap(Purged, self._old_takes().count(terms, at).items())
        return kept, *rows, *files, *takes, Purged(RECORDS, *self.records.count(at))

    def _is_starting(self, at: datetime) -> bool:
        """Whether the provider does not answer at the first look because it may not be up yet."""
        if not self.starting or self._waited.is_set():
            return False
        self._waited.set()
        try:
            any(self.provider.older_than(at - FETCHED_WITHIN))
        except self.failures:
            return True
        return False

    def _doubtful(self, at: datetime) -> bool:
        with reading(self.engine) as connection:
            last = last_known(connection)
        if last is None or not is_doubtful(last, at):
            self._told.clear()
            return False
        if not self._told.is_set():  # once is enough until it is well
            _LOG.error("%s", doubt(last))
        self._told.set()
        return True

    def _purge(self, at: datetime) -> tuple[Purged, ...]:
        """All of it by one moment, whatever the clock does meanwhile."""
        found = []
        for each in self._purged(at):
            found.append(each)
            with writing(self.engine) as connection:
                hold_purge(connection, self.now())
        with writing(self.engine) as connection:
            note_purge(connection, at)
        self.soon(RECORDINGS)
        # Last, because it may take long: one after the other, and what is left over goes the next day.
        return *found, Purged(RECORDS, *self.records.delete(at))

    def _purged(self, at: datetime) -> Iterator[Purged]:
        terms = self.terms()
        # First, because calls that are forgotten are not known as ours any more.
        copies = self._copies(terms, at)
        if isinstance(copies, str):
            yield Purged(COPIES, 0, copies)
        else:
            with writing(self.engine) as connection:
                delete_copies(connection, copies, at)
            yield Purged(COPIES, len(copies))
        for each in old_rows(terms, at):
            yield Purged(each.kind, self._remove(each))
        yield Purged(FILES, self.files.remove(at))
        yield Purged(REFUSED, self.files.remove_refused(at))
        yield from starmap(Purged, self._old_takes().discard(terms, at).items())

    def _copies(self, terms: RetentionTable, at: datetime) -> tuple[str, ...] | str:
        """What the provider is to delete; or why it could not be asked."""
        try:
            copies = list(self.provider.older_than(at - FETCHED_WITHIN))
        except self.failures as error:
            _LOG.warning("The provider's recordings could not be listed (%s)", type(error).__name__)
            return str(error)
        unknown = at - timedelta(days=min(terms.messages, terms.calls))
        with reading(self.engine) as connection:
            return copies_to_delete(connection, copies, unknown)

    def _remove(self, old: Old) -> int:
        number = 0
        while True:
            with old.transaction(self.engine) as connection:
                removed = old.remove(connection, AT_ONCE)
            number += removed
            if removed < AT_ONCE:
                return number

    def _old_takes(self) -> OldTakes:
        return OldTakes(self.engine, self.takes)


def doubt(last: datetime) -> str:
    """Why nothing is removed by itself any more, and what to do; `last` is what is known last."""
    why = f"by the clock {LONGEST.days} days and more have passed since {last:%d %b %Y}"
    return f"nothing old is removed by itself: {why}; see that it is right, then run: ivr purge"
