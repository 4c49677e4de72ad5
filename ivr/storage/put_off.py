"""What is put off for longer than it ever is: a clock was ahead when that was noted, and has been put right.

Pauses end at once then; what somebody has in hand, or is locked, lasts as long from now as it ever does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, and_, func, or_, select, text, update

from ivr.flow.windows import HOURS
from ivr.storage.callbacks import MISSED_CALL
from ivr.storage.legs import ACCEPTED, ENDED, RINGING
from ivr.storage.notices import WAITING
from ivr.storage.promise_states import IN_WORK, OPEN
from ivr.storage.tables import promises, recordings
from ivr.storage.tables_accounts import attempts
from ivr.storage.tables_notices import deliveries
from ivr.storage.tables_reaching import holds, legs, old_queues
from ivr.storage.tables_staff_line import line_answers, pins
from ivr.storage.tables_studio import studio_recordings

MARGIN = timedelta(minutes=5)
"""Clocks of machines differ by some seconds, and leases last some minutes: none of that is touched."""
_NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Longest:
    """How long each is put off, or held, at most; `try_` is until a call-back is tried once more."""

    fetching: timedelta
    telling: timedelta
    answering: timedelta
    queue: timedelta
    try_: timedelta
    calling: timedelta
    taken: timedelta
    conversation: timedelta
    wrap_up: timedelta
    lock: timedelta


@dataclass(frozen=True, slots=True)
class Pause:
    """One kind: those of `which` last `longest`; one that lasts longer is let end in `left`."""

    column: Column[datetime]
    which: ColumnElement[bool]
    longest: timedelta
    left: timedelta = _NONE

    def too_long(self, at: datetime) -> ColumnElement[bool]:
        """Those that no clock which is right has put off."""
        return and_(self.which, self.column > at + self.longest + MARGIN)

    def is_there(self, connection: Connection, at: datetime) -> bool:
        """Whether there is one."""
        return connection.execute(select(self.column).where(self.too_long(at)).limit(1)).first() is not None

    def end(self, connection: Connection, at: datetime) -> int:
        """Bring them back; how many."""
        table = self.column.table
        changed = update(table).where(self.too_long(at)).values({self.column.name: at + self.left})
        return connection.execute(changed).rowcount


def pauses(longest: Longest) -> tuple[Pause, ...]:
    """Every kind."""
    return (*_of_jobs(longest), *_of_promises(longest), *_of_phones(longest), *_locks(longest))


def clock_of(connection: Connection) -> datetime | None:
    """The clock that all machines share: PostgreSQL's; SQLite has this machine's."""
    if connection.dialect.name != "postgresql":
        return None
    return connection.scalar(select(func.clock_timestamp()))


def _of_jobs(longest: Longest) -> Iterator[Pause]:
    # Written out, because a database does not look behind a parameter for an index of such rows alone.
    there, waits = text("recordings.deleted_at IS NULL"), deliveries.c.state == WAITING
    answers, studio = line_answers.c.next_at, studio_recordings.c.next_at
    yield Pause(recordings.c.next_at, and_(there, recordings.c.tries == 0), _NONE)
    yield Pause(recordings.c.next_at, and_(there, recordings.c.tries > 0), longest.fetching)
    yield Pause(studio, studio_recordings.c.tries == 0, _NONE)
    yield Pause(studio, studio_recordings.c.tries > 0, longest.fetching)
    yield Pause(deliveries.c.next_at, and_(waits, deliveries.c.tries == 0), _NONE)
    yield Pause(deliveries.c.next_at, and_(waits, deliveries.c.tries > 0), longest.telling)
    yield Pause(answers, answers.is_not(None), longest.answering)
    yield Pause(old_queues.c.next_at, old_queues.c.next_at.is_not(None), longest.queue)


def _of_promises(longest: Longest) -> Iterator[Pause]:
    when, is_open, in_work = promises.c.next_at, promises.c.state == OPEN, promises.c.state == IN_WORK
    first = and_(promises.c.tries == 0, promises.c.window.not_in(HOURS))
    soon = or_(promises.c.claim != "", promises.c.kind == MISSED_CALL, first)
    yield Pause(when, and_(is_open, soon), _NONE)
    yield Pause(when, and_(is_open, ~soon), longest.try_)
    answered, mine = promises.c.answered_at.is_not(None), promises.c.claim == ""
    yield Pause(when, and_(in_work, mine), longest.taken, longest.taken)
    yield Pause(when, and_(in_work, ~mine, ~answered), longest.calling, longest.calling)
    yield Pause(when, and_(in_work, ~mine, answered), longest.conversation, longest.conversation)


def _of_phones(longest: Longest) -> Iterator[Pause]:
    mine, theirs = legs.c.id == holds.c.leg_id, -promises.c.id == holds.c.leg_id
    ringing = select(legs.c.id).where(mine, legs.c.state.in_(RINGING)).exists()
    talking = select(legs.c.id).where(mine, legs.c.state == ACCEPTED).exists()
    over = select(legs.c.id).where(mine, legs.c.state == ENDED).exists()
    calling = select(promises.c.id).where(theirs, promises.c.state == IN_WORK).exists()
    dialled = and_(~ringing, ~talking, ~over, ~calling)
    yield Pause(holds.c.until, over, longest.wrap_up)
    yield Pause(holds.c.until, ringing, longest.calling, longest.calling)
    yield Pause(holds.c.until, or_(talking, calling), longest.conversation, longest.conversation)
    yield Pause(holds.c.until, dialled, longest.conversation)
    yield Pause(legs.c.until, legs.c.state.in_(RINGING), longest.calling, longest.calling)
    yield Pause(legs.c.until, legs.c.state == ACCEPTED, longest.conversation, longest.conversation)


def _locks(longest: Longest) -> Iterator[Pause]:
    for column in (pins.c.locked_until, attempts.c.locked_until):
        yield Pause(column, column.is_not(None), longest.lock, longest.lock)
