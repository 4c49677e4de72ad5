"""Watches over what nobody else would tell: new and overdue promises, and gaps in the roster ahead."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from ivr.content.service import NotifyTable
from ivr.jobs.notices import Fact, Kind, notify
from ivr.jobs.queue import Task
from ivr.jobs.watches_gaps import Gap, news_of_gaps, write_gaps
from ivr.logs import about
from ivr.storage.engine import reading, writing
from ivr.storage.notice_facts import overdue_promises, untold_promises
from ivr.storage.notices import facts_of, is_kept

_LOG = logging.getLogger(__name__)
TASK = "watches"
LOOK_EVERY = 15.0  # seconds
NEW_FOR = timedelta(days=1)

_News = tuple[Kind, str, dict[str, Fact], str]


@dataclass(frozen=True, slots=True)
class Watches:
    """Looks and notifies; whatever it finds again is told once, so any number of processes may watch.

    `gaps` says which times of the next hours have nobody on duty, from memory, in the helpline's zone.
    """

    engine: Engine
    table: Callable[[], NotifyTable]
    gaps: Callable[[datetime, int], Sequence[Gap]]
    now: Callable[[], datetime]

    def task(self) -> Task:
        """What is to run."""
        return Task(TASK, self.work, LOOK_EVERY, threads=1)

    def work(self) -> None:
        """Have staff told of what is new, overdue, or ahead."""
        at = self.now()
        with reading(self.engine) as connection:
            news = [each for each in self._news(connection, at) if not is_kept(connection, each[0], each[1])]
        if news:
            with writing(self.engine) as connection:
                for kind, key, facts, call in news:
                    with about(call):
                        _LOG.info("Staff are to be told of %s", kind)
                        notify(connection, kind, key, **facts)

    def _news(self, connection: Connection, at: datetime) -> Iterator[_News]:
        table = self.table()
        for each in untold_promises(connection, "promise-new", at - NEW_FOR):
            yield "promise-new", str(each.id), {"promise": each.id}, each.call
        patience = timedelta(minutes=table.overdue_minutes)
        for each in overdue_promises(connection, at - patience):
            days = max((at - patience - each.since) // timedelta(days=1), 0)
            # What staff want tried again has a new time, so it is news when it fails again.
            key = f"{each.id}-{each.since:%Y%m%dT%H%M}-day-{days}"
            yield "promise-overdue", key, {"promise": each.id}, each.call
        yield from self._gaps_ahead(connection, at, table.gap_hours)

    def _gaps_ahead(self, connection: Connection, at: datetime, hours: int) -> Iterator[_News]:
        told = partial(facts_of, connection, "gap-ahead")
        for key, gaps in news_of_gaps(self.gaps(at, hours), at, hours, told):
            start, end = gaps[0]
            yield "gap-ahead", key, {"start": start, "end": end, "gaps": write_gaps(gaps)}, ""
