"""Counsellors' own word about their duty: on, off, pause; judged by what the database says at that moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from ivr.duty.calendar import Shift
from ivr.duty.changes import LONGEST_ON, Change, Kind
from ivr.duty.roster import BEFORE, DutyRoster, around, make_roster
from ivr.flow.line_state import Duty
from ivr.flow.roster import Counsellor
from ivr.jobs.notices import notify
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import list_changes, set_duty
from ivr.storage.shifts import list_shifts

NOTE = "by phone"
_MOMENT = timedelta(seconds=1)
_LOCK = 7_483_202  # any number, the same in every process
_KINDS = {Duty.ON: Kind.ON, Duty.OFF: Kind.OFF, Duty.PAUSED: Kind.PAUSE}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is stored of the roster at a moment."""

    people: tuple[Counsellor, ...]
    shifts: tuple[Shift, ...]
    changes: tuple[Change, ...]
    zone: ZoneInfo
    at: datetime

    def roster(self) -> DutyRoster:
        return make_roster(self.people, self.shifts, self.zone, self.at, self.at + _MOMENT, self.changes)

    def is_in_shift(self, person: str) -> bool:
        """By the calendar and its swaps, whatever they have said since."""
        swaps = [each for each in self.changes if each.kind is Kind.SWAP]
        planned = make_roster(self.people, self.shifts, self.zone, self.at, self.at + _MOMENT, swaps)
        return person in _keys(planned, self.at)


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """Reads and changes one counsellor's duty within the transaction that it is handed.

    `zone` is the helpline's.
    """

    zone: ZoneInfo

    def state(self, connection: Connection, person: str, at: datetime) -> Duty:
        """How the counsellor with that key stands at `at`."""
        return _state(self._plan(connection, at).roster(), person, at)

    def until(self, connection: Connection, person: str, at: datetime) -> datetime | None:
        """When their duty ends, in the helpline's zone; None if they are not on duty at `at`."""
        roster = self._plan(connection, at).roster()
        duty = roster.duty_of(person, at)
        return duty[1] if duty and _state(roster, person, at) is Duty.ON else None

    def change(
        self, connection: Connection, person: str, wanted: Duty, at: datetime, *, even_last: bool = False
    ) -> Duty | None:
        """How they stand then; None, and nothing is changed, if nobody else is on duty, unless `even_last`.

        Of the last two not both can go: the second waits until the first is committed. On lasts until the end
        of the shift, or LONGEST_ON outside one; off and pause until the end of what they interrupt.
        An UnknownCounsellorError if nobody has that key.
        """
        _one_at_a_time(connection)
        plan = self._plan(connection, at)
        roster = plan.roster()
        now = _state(roster, person, at)
        if now is wanted or (now, wanted) == (Duty.OFF, Duty.PAUSED):
            return now
        if wanted is not Duty.ON and not even_last and _keys(roster, at) == [person]:
            return None
        outside = wanted is Duty.ON and not plan.is_in_shift(person)
        end = at + LONGEST_ON if outside else None
        set_duty(connection, person, _KINDS[wanted], at, end, NOTE, at)
        return self.state(connection, person, at)

    def gone(self, connection: Connection, person: str, at: datetime) -> None:
        """Have staff told, if nobody is on duty now that this counsellor has gone, until when that is so."""
        plan = self._plan(connection, at)
        first, last = around(at, plan.changes)
        roster = make_roster(plan.people, plan.shifts, self.zone, first, last, plan.changes)
        if not roster.on_duty(at):
            end = roster.opens(at) or last.astimezone(self.zone)
            key = f"{person}-{at:%Y%m%dT%H%M%S}"
            notify(connection, "gap-ahead", key, start=at.astimezone(self.zone), end=end)

    def _plan(self, connection: Connection, at: datetime) -> _Plan:
        people, shifts = list_counsellors(connection), list_shifts(connection)
        return _Plan(people, shifts, list_changes(connection, at - BEFORE), self.zone, at)


def _keys(roster: DutyRoster, at: datetime) -> list[str]:
    return [each.key for each in roster.on_duty(at)]


def _state(roster: DutyRoster, person: str, at: datetime) -> Duty:
    if person in _keys(roster, at):
        return Duty.ON
    return Duty.PAUSED if roster.paused(person, at) else Duty.OFF


def _one_at_a_time(connection: Connection) -> None:
    # SQLite has one writer at a time anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
