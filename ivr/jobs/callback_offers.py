"""Offers each call-back that is due to the counsellors on duty who are free, one after the other.

Everything here happens within `arranging`: whom to ring is claimed before any phone rings, and a claim of
which nothing more was told is over after a while, without that phone being rung again in the same round.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ivr.flow.ring_back import RingBack
from ivr.flow.roster import Counsellor
from ivr.flow.rounds import over_after
from ivr.flow.windows import opening
from ivr.jobs.callback_orders import UNKNOWN, UNREADABLE, Giving
from ivr.storage import holds, legs, waits
from ivr.storage.callback_work import Work, due_work, offer, postpone, rung_in_round
from ivr.storage.callbacks import CALLBACK
from ivr.storage.promise_states import IN_WORK, put_back
from ivr.storage.promises import MESSAGE

NOT_FINISHED = "not-finished"
"""Somebody has taken a message, and was not heard of again."""
SOON = timedelta(seconds=15)
"""Somebody on duty is busy just now, or callers wait in the queue."""
LATER = timedelta(minutes=1)
"""Nobody is on duty."""


@dataclass(frozen=True, slots=True)
class OfferPlaced:
    """A counsellor's phone to ring, whose leg is ours; `call` is the one in which the caller asked."""

    phone: str
    leg: RingBack
    leg_id: int
    seconds: int
    call: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """One look at the call-backs; what it returns is to be rung once the transaction is committed."""

    giving: Giving
    at: datetime

    def look(self, connection: Connection) -> tuple[OfferPlaced, ...]:
        """Claim a counsellor's phone for each call-back that is due and can be offered to somebody."""
        for each in due_work(connection, MESSAGE, self.at):
            put_back(connection, each.id, self.at, NOT_FINISHED)
        found = [self._serve(connection, each) for each in due_work(connection, CALLBACK, self.at)]
        return tuple(each for each in found if each)

    def _serve(self, connection: Connection, work: Work) -> OfferPlaced | None:
        if work.state == IN_WORK:
            self._lapsed(connection, work)
            return None
        zone = self.giving.terms.zone
        due = work.due or opening(work.window, work.created, zone)
        opens = opening(work.window, self.at, zone)
        if opens > self.at:
            postpone(connection, work, opens, due)
            return None
        if work.number is None:
            self.giving.to_staff(connection, work, self.at, UNREADABLE)
            return None
        return self._offer(connection, work, due)

    def _lapsed(self, connection: Connection, work: Work) -> None:
        """Nothing more was told of a caller who was rung: that was a try; if they picked up, staff decide."""
        if work.answered_at is None:
            holds.free(connection, holds.while_calling_back(work.id))
            self.giving.not_reached(connection, work, self.at)
        else:
            self.giving.to_staff(connection, work, self.at, UNKNOWN)

    def _offer(self, connection: Connection, work: Work, due: datetime) -> OfferPlaced | None:
        people = self.giving.terms.helpline.roster.on_duty(self.at, work.language)
        asked = rung_in_round(connection, work.id, work.rounds)
        left = [each for each in people if each.key not in asked]
        if people and not left:
            self.giving.nobody_took(connection, work, self.at)
            return None
        for person in self._free(connection, left):
            placed = self._claim(connection, work, person, due)
            if placed:
                return placed
        postpone(connection, work, self.at + (SOON if people else LATER), due)
        return None

    def _free(self, connection: Connection, people: list[Counsellor]) -> list[Counsellor]:
        """Who can be rung now; nobody while callers wait in the queue, who come first."""
        if waits.waiting_callers(connection):
            return []
        busy = holds.held(connection, self.at)
        return [each for each in people if each.key not in busy]

    def _claim(
        self, connection: Connection, work: Work, person: Counsellor, due: datetime
    ) -> OfferPlaced | None:
        seconds = self.giving.terms.helpline.limits.ring_seconds
        until = self.at + timedelta(seconds=over_after(seconds))
        new = legs.NewLeg(None, work.id, person.key, work.rounds, work.rounds, self.at, until)
        leg = legs.claim(connection, new)
        if leg is None:
            return None
        if not offer(connection, work, leg, until, due):
            legs.end(connection, leg, legs.STOPPED, self.at)
            holds.free(connection, leg)  # no phone has rung
            return None
        ring_back = RingBack(work.id, str(leg), person.key, work.language)
        return OfferPlaced(person.phone, ring_back, leg, seconds, work.call)
