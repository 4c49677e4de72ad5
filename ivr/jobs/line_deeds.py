"""What counsellors ask for on their line, done in one transaction each, once, and in time or not at all."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Flag

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.duty.roster import DutyRoster
from ivr.flow import line_state as on
from ivr.flow.events import Event
from ivr.flow.line_state import Duty, Item, ItemKind
from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.jobs.line_pins import PinTries
from ivr.jobs.own_duty import OwnDuty
from ivr.storage.callbacks import CALLBACK
from ivr.storage.duty_changes import UnknownCounsellorError
from ivr.storage.engine import reading, writing
from ivr.storage.errors import StorageError
from ivr.storage.line_deeds import once
from ivr.storage.promise_states import keep, put_back, take
from ivr.storage.waiting import next_waiting, recording_of, take_again

_LOG = logging.getLogger(__name__)
LONGEST_WAIT = 0.7  # seconds that a counsellor may wait; a webhook answers within one
TAKEN_FOR = timedelta(minutes=30)
"""After this a message that was taken, by a line that then broke off, waits for everybody again."""
LAST, OTHER, AWAY, SETTLED = "last", "other", "away", "settled"
_MOST_SHIFTS = 2
FAILURES: tuple[type[Exception], ...] = (
    SQLAlchemyError,
    StorageError,
    NotInTimeError,
    UnknownCounsellorError,
)


class _TooLateError(Exception):
    """Nobody waits for the answer any more, so nothing may come of it."""


_NOT_DONE: tuple[type[Exception], ...] = (*FAILURES, _TooLateError)


@dataclass(frozen=True, slots=True)
class LineDeeds:
    """Does what the counsellors' line asks for; every answer is committed before it is given.

    `roster` is the one in memory, for what only is read aloud.
    """

    engine: Engine
    duty: OwnDuty
    roster: Callable[[], DutyRoster]
    longest_wait: float = LONGEST_WAIT
    in_time: InTime = field(default_factory=InTime)

    def do(self, id_: str, person: str, deed: on.Deed, at: datetime) -> Event:
        """What comes of a deed of the counsellor with that key; Failed if it is not so, whatever the reason.

        `id_` names the deed: told again it has no second effect, and the same answer.
        """
        if isinstance(deed, on.AskShifts):
            return on.ShiftsAre(at, shifts_ahead(self.roster(), person, at))
        late = Flag()
        try:
            return self.in_time.ask(lambda: self._done(id_, person, deed, at, late), self.longest_wait)
        except _NOT_DONE as error:
            late.set()
            _LOG.warning("A counsellor's wish was not kept: %s", type(error).__name__)
            return on.Failed(at)

    def _done(self, id_: str, person: str, deed: on.Deed, at: datetime, late: Flag) -> Event:
        if isinstance(deed, on.FindWaiting):
            with reading(self.engine) as connection:
                return on.Found(at, _found(connection, person, at, deed.after))
        if isinstance(deed, on.CheckPin):
            return self._pin_tried(id_, person, deed, at)
        with _unless_late(self.engine, late) as connection:
            told = once(connection, id_, at, lambda: self._outcome(connection, person, deed, at))
        return _event(deed, told, at)

    def _pin_tried(self, id_: str, person: str, deed: on.CheckPin, at: datetime) -> Event:
        outcome = PinTries(self.engine).outcome(id_, person, deed.pin, at)
        if outcome is None:
            return on.Failed(at)
        with reading(self.engine) as connection:
            return on.PinTried(at, outcome, self.duty.state(connection, person, at))

    def _outcome(self, connection: Connection, person: str, deed: on.Deed, at: datetime) -> str:
        match deed:
            case on.ChangeDuty():
                return self._changed(connection, person, deed, at)
            case on.Take():
                return _taken(connection, person, deed.item, at)
            case on.Settle():
                return _settled(connection, person, deed, at)
            case _:
                raise TypeError(f"{type(deed).__name__} changes nothing")

    def _changed(self, connection: Connection, person: str, deed: on.ChangeDuty, at: datetime) -> str:
        duty = self.duty.change(connection, person, deed.duty, at, even_last=deed.even_last)
        if duty is None:
            return LAST
        if deed.even_last:
            self.duty.gone(connection, person, at)
        return duty.value


@contextmanager
def _unless_late(engine: Engine, late: Flag) -> Iterator[Connection]:
    """A transaction that is undone if the counsellor has been told by its end that it was not kept."""
    with writing(engine) as connection:
        yield connection
        if late.is_set():
            raise _TooLateError


def _found(connection: Connection, person: str, at: datetime, after: int) -> Item | None:
    found = next_waiting(connection, person, at, after)
    if found is None:
        return None
    kind = ItemKind.CALLBACK if found.kind == CALLBACK else ItemKind.MESSAGE
    return Item(found.id, kind, found.language)


def _taken(connection: Connection, person: str, item: Item, at: datetime) -> str:
    """Of a message; a call-back is claimed by LineCalls."""
    recording = recording_of(connection, item.id)
    if not recording:
        return AWAY
    until = at + TAKEN_FOR
    mine = take(connection, item.id, at, until, person) or take_again(connection, item.id, until, person)
    return f"took {recording}" if mine else OTHER


def _settled(connection: Connection, person: str, deed: on.Settle, at: datetime) -> str:
    if deed.kept:
        keep(connection, deed.item.id, at, person=person)
    elif take_again(connection, deed.item.id, at, person):
        put_back(connection, deed.item.id, at)
    return SETTLED


def _event(deed: on.Deed, told: str, at: datetime) -> Event:
    first, _, second = told.partition(" ")
    match deed:
        case on.ChangeDuty():
            return on.LastOnDuty(at) if first == LAST else on.DutyIs(at, Duty(first))
        case on.Take():
            others = {OTHER: on.TakenByOther(at), AWAY: on.NotHere(at)}
            return others.get(first) or on.Took(at, second)
        case _:
            return on.Settled(at)


def shifts_ahead(roster: DutyRoster, person: str, at: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The duty of that counsellor now, or their next one, and the one after it; in the helpline's zone."""
    found: list[tuple[datetime, datetime]] = []
    moment = at
    while len(found) < _MOST_SHIFTS and (shift := roster.duty_of(person, moment)):
        found.append(shift)
        moment = shift[1]
    return tuple(found)
