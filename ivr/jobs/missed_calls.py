"""Rings back callers whose call was rejected so that it cost them nothing: once, soon, and claimed before."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from ivr.flow.ring_back import HELPLINE, RingBack
from ivr.jobs.callback_orders import UNKNOWN, UNREADABLE, CallBackPhones, Failures, Now
from ivr.jobs.untold import Untold
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.logs import about
from ivr.storage.callback_work import (
    Work,
    claim_try,
    due_work,
    find_work,
    leave_to_staff,
    release,
)
from ivr.storage.callbacks import MISSED_CALL
from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import IN_WORK, give_up, keep

_LOG = logging.getLogger(__name__)
RING_SECONDS = 25
RINGING = timedelta(seconds=120)
"""The call is made, rings and is answered; after this a claim of which nothing was told is over."""
AGAIN = timedelta(seconds=10)
MOST_TRIES = 5
TOO_LATE = timedelta(minutes=30)
NOT_ANSWERED, BAD_NUMBER, NOT_MADE, LATE = "not-answered", "bad-number", "call-not-made", "too-late"


@dataclass(frozen=True, slots=True)
class RingBacks:
    """Every missed call that is to be rung back; `look` does what is due, webhooks tell the rest."""

    engine: Engine
    untold: Untold
    phones: CallBackPhones
    sealing: Sealing
    failures: Failures
    now: Now

    def look(self) -> timedelta | None:
        """Ring each caller who is due; how soon to look again because a call could not be made."""
        self.untold.tell()
        at = self.now()
        with reading(self.engine) as connection:
            due = due_work(connection, MISSED_CALL, at)
        if not due:
            return None
        for each in due:
            self._serve(each, at)
        return AGAIN

    def confirmed(self, promise: int, claim: str) -> None:
        """The caller has picked up and pressed the key: the promise is kept; at once."""
        self.untold.soon(partial(_end, promise=promise, claim=claim, at=self.now(), reason=""))

    def ended(self, promise: int, claim: str) -> None:
        """The call is over; if nobody has pressed the key, the promise is given up; at once."""
        self.untold.soon(partial(_end, promise=promise, claim=claim, at=self.now(), reason=NOT_ANSWERED))

    def _serve(self, work: Work, at: datetime) -> None:
        number = self._claimed(work, at)
        if number is not None:
            with about(work.call):
                self._ring(work, number)

    def _claimed(self, work: Work, at: datetime) -> str | None:
        """The number, if it is ours to ring it now; that is a try, whatever becomes of it."""
        reason = _reason_to_end(work, at)
        number = None if reason else self._number(work)
        with writing(self.engine) as connection:
            if reason:
                give_up(connection, work.id, at, reason)
            elif number is None:
                leave_to_staff(connection, work, at, UNREADABLE)
            elif claim_try(connection, work.id, _claim(work), "", at, at + RINGING):
                return number
        return None

    def _number(self, work: Work) -> str | None:
        try:
            return self.sealing.open(work.number or "")
        except SealBrokenError as error:
            _LOG.error("Promise %d: %s", work.id, error)
            return None

    def _ring(self, work: Work, number: str) -> None:
        leg = RingBack(work.id, _claim(work), HELPLINE, work.language)
        try:
            self.phones.ring_back(number, leg, RING_SECONDS)
        except self.failures.bad_number:
            with writing(self.engine) as connection:
                _end(connection, promise=work.id, claim=leg.claim, at=self.now(), reason=BAD_NUMBER)
        except self.failures.not_made as error:
            _LOG.warning("A missed call could not be rung back: %s", type(error).__name__)
            self._later(work, leg.claim)
        except Exception:  # noqa: BLE001 (whatever it is, the phone may ring; the claim's own time decides)
            _LOG.exception("Whether a missed call is rung back is not known")

    def _later(self, work: Work, claim: str) -> None:
        at = self.now()
        with writing(self.engine) as connection:
            found = find_work(connection, work.id)
            if found is not None and found.claim == claim:
                release(connection, found, at, at + AGAIN * found.tries, NOT_MADE)


def _reason_to_end(work: Work, at: datetime) -> str:
    if work.state == IN_WORK:
        return UNKNOWN
    if at - work.created > TOO_LATE:
        return LATE
    return NOT_MADE if work.tries >= MOST_TRIES else ""


def _claim(work: Work) -> str:
    """Another word for each try."""
    return f"r{work.rounds}"


def _end(connection: Connection, *, promise: int, claim: str, at: datetime, reason: str) -> None:
    """Kept, or with a reason given up, if this claim still has it."""
    work = find_work(connection, promise)
    if work is None or (work.claim, work.state) != (claim, IN_WORK):
        return
    if reason:
        give_up(connection, promise, at, reason)
    else:
        keep(connection, promise, at)
