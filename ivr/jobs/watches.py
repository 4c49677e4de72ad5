"""Watches over what nobody else would tell: new and overdue promises, and gaps in the roster ahead."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from ivr.content.service import NotifyTable
from ivr.jobs.notices import Fact, Kind, notify
from ivr.jobs.queue import Task
from ivr.storage.engine import reading, writing
from ivr.storage.notice_facts import overdue_promises, untold_promises
from ivr.storage.notices import is_kept

TASK = "watches"
LOOK_EVERY = 15.0  # seconds
NEW_FOR = timedelta(days=1)
NIGHT = timedelta(hours=6)

Gap = tuple[datetime, datetime]
_News = tuple[Kind, str, dict[str, Fact]]


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
                for kind, key, facts in news:
                    notify(connection, kind, key, **facts)

    def _news(self, connection: Connection, at: datetime) -> Iterator[_News]:
        table = self.table()
        for each in untold_promises(connection, "promise-new", at - NEW_FOR):
            yield "promise-new", str(each.id), {"promise": each.id}
        patience = timedelta(minutes=table.overdue_minutes)
        for each in overdue_promises(connection, at - patience):
            days = max((at - patience - each.since) // timedelta(days=1), 0)
            # What staff want tried again has a new time, so it is news when it fails again.
            yield "promise-overdue", f"{each.id}-{each.since:%Y%m%dT%H%M}-day-{days}", {"promise": each.id}
        for start, end in self.gaps(at, table.gap_hours):
            if start > at:
                yield "gap-ahead", _key(start, at), {"start": start, "end": end}


def _key(start: datetime, at: datetime) -> str:
    """One before the day of the gap, and another on it; nobody reads what is told at midnight sharp."""
    today = start.date() == at.astimezone(start.tzinfo).date() or start - at <= NIGHT
    return f"{start:%Y-%m-%dT%H:%M%z}{'-today' if today else ''}"
