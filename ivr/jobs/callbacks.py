"""Keeps call-backs: offers them to counsellors, lets the first who takes one ring the caller, notes the end.

A job is one transaction, and what it wants rung is rung after its commit: killed in between, a phone has not
rung, is not rung in that round again, and the promise goes on with somebody else.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, Engine

from ivr.flow.leg import Claim
from ivr.jobs.callback_offers import OfferPlaced, Offers
from ivr.jobs.callback_orders import REFUSED, UNREADABLE, CallBackPhones, Failures, Giving, Now, Terms
from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.jobs.ring_legs import LONGEST_CONVERSATION
from ivr.jobs.ring_orders import Notify
from ivr.jobs.untold import AWAY, IN_TIME, Untold
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.logs import about
from ivr.storage import holds, legs
from ivr.storage.callback_work import (
    Work,
    claim_try,
    due_work,
    find_work,
    has_claim,
    keep_by,
    note_answered,
)
from ivr.storage.callbacks import CALLBACK
from ivr.storage.engine import reading
from ivr.storage.promise_states import IN_WORK
from ivr.storage.promises import MESSAGE
from ivr.storage.reaching import arranging

_LOG = logging.getLogger(__name__)
CALLING = timedelta(seconds=120)
"""Ringing the caller, and their question: after this a claim of which nothing was told is over."""


class Legs(Protocol):
    """What counsellors' phones tell; each returns at once."""

    def rings(self, leg: int, sid: str) -> None:
        """The network has made the call."""

    def picked_up(self, leg: int, sid: str) -> None:
        """The phone was picked up."""

    def declines(self, leg: int) -> None:
        """Its person does not want it."""


@dataclass(frozen=True, slots=True)
class CallBackHelpers:
    """What keeping call-backs works with; `wrap_up` is how long nobody is rung after a conversation.

    `may_ring` says of a caller's number whether it may be rung now; it was allowed when it was promised.
    """

    phones: CallBackPhones
    legs: Legs
    terms: Callable[[], Terms]
    now: Now
    sealing: Sealing
    notify: Notify
    failures: Failures
    wrap_up: timedelta
    may_ring: Callable[[str], bool]


class CallBacks:
    """Every call-back that was promised; `look` does what is due, the others are what webhooks tell."""

    def __init__(self, engine: Engine, helpers: CallBackHelpers, untold: Untold) -> None:
        self._engine, self._helpers, self._untold = engine, helpers, untold
        self._in_time = InTime()

    def look(self) -> timedelta | None:
        """Ring a counsellor for each call-back that is due; never sooner than asked for."""
        self._untold.tell()
        at = self._helpers.now()
        with reading(self._engine) as connection:
            if not any(due_work(connection, kind, at, 1) for kind in (CALLBACK, MESSAGE)):
                return None
        with arranging(self._engine) as connection:
            placed = Offers(self._giving(), at).look(connection)
        for each in placed:
            with about(each.call):
                self._ring(each)
        return None

    def picked_up(self, leg: str, sid: str) -> None:
        """The counsellor's phone was picked up."""
        self._helpers.legs.picked_up(int(leg), sid)

    def declined(self, leg: str) -> None:
        """The counsellor does not take it; somebody else is asked."""
        self._helpers.legs.declines(int(leg))

    def takes(self, promise: int, claim: str, person: str) -> str | Claim:
        """The number to ring, for the first who asks; TAKEN, GONE, or UNKNOWN if storage is not in time.

        `claim` is the number of a leg of ours, or the network's id of any other call of the person's.
        """
        try:
            return self._in_time.ask(partial(self._takes, promise, claim, person), IN_TIME)
        except (NotInTimeError, *AWAY) as error:
            _LOG.warning("A call-back could not be claimed: %s", type(error).__name__)
            return Claim.UNKNOWN

    def confirmed(self, promise: int, claim: str) -> None:
        """The caller has picked up and pressed the key; returns at once."""
        self._untold.soon(partial(_confirmed, promise=promise, claim=claim, at=self._helpers.now()))

    def ended(self, promise: int, claim: str, *, bridged: bool) -> None:
        """The two have talked (`bridged`: the promise is kept), or the caller was not reached; at once."""
        at = self._helpers.now()
        self._untold.soon(partial(self._ended, promise=promise, claim=claim, bridged=bridged, at=at))

    def _giving(self) -> Giving:
        return Giving(self._helpers.terms())

    def _ring(self, placed: OfferPlaced) -> None:
        failures = self._helpers.failures
        try:
            sid = self._helpers.phones.offer(placed.phone, placed.leg, placed.seconds)
        except failures.bad_number:
            self._not_rung(placed, legs.BAD_NUMBER)
        except failures.not_made as error:
            _LOG.warning("A counsellor could not be rung for a call-back: %s", type(error).__name__)
            self._not_rung(placed, legs.FAILED)
        except Exception:  # noqa: BLE001 (whatever it is, the phone may ring; the leg's own time decides)
            _LOG.exception("Whether a counsellor is rung for a call-back is not known")
        else:
            self._helpers.legs.rings(placed.leg_id, sid)

    def _not_rung(self, placed: OfferPlaced, outcome: str) -> None:
        person, at = placed.leg.person, self._helpers.now()
        with arranging(self._engine) as connection:
            legs.end(connection, placed.leg_id, outcome, at)
            if outcome == legs.BAD_NUMBER:
                self._helpers.notify(connection, "bad-number", f"{person}-{at:%Y%m%d}", person=person)

    def _takes(self, promise: int, claim: str, person: str) -> str | Claim:
        at = self._helpers.now()
        with arranging(self._engine) as connection:
            first = claim_try(connection, promise, claim, person, at, at + CALLING)
            # The same webhook, told again, gets the same answer.
            if not first and not has_claim(connection, promise, claim):
                _end_leg(connection, claim, legs.TOO_LATE, at)
                return Claim.TAKEN
            number = self._number(connection, promise, at)
            if number is None:
                _end_leg(connection, claim, legs.GONE, at)
                return Claim.GONE
            if claim.isdigit():
                legs.accept(connection, int(claim), at, at + LONGEST_CONVERSATION)
            return number

    def _number(self, connection: Connection, promise: int, at: datetime) -> str | None:
        work = find_work(connection, promise)
        if work is None:
            return None
        try:
            number = self._helpers.sealing.open(work.number or "")
        except SealBrokenError as error:
            _LOG.error("Promise %d: %s", promise, error)
            self._giving().to_staff(connection, work, at, UNREADABLE)
            return None
        if self._helpers.may_ring(number):
            return number
        self._giving().to_staff(connection, work, at, REFUSED)
        return None

    def _ended(
        self, connection: Connection, *, promise: int, claim: str, bridged: bool, at: datetime
    ) -> None:
        work = find_work(connection, promise)
        # What staff have taken from the phone keeps its claim: talking keeps the promise all the same.
        if work is not None and work.claim == claim and (bridged or work.state == IN_WORK):
            self._settle(connection, work, bridged=bridged, at=at)
        _end_leg(connection, claim, legs.TALKED if bridged else legs.GONE, at)
        if bridged and claim.isdigit():
            holds.shorten(connection, int(claim), at + self._helpers.wrap_up)

    def _settle(self, connection: Connection, work: Work, *, bridged: bool, at: datetime) -> None:
        if bridged:
            keep_by(connection, work, at)
        else:
            self._giving().not_reached(connection, work, at)


def _confirmed(connection: Connection, *, promise: int, claim: str, at: datetime) -> None:
    note_answered(connection, promise, claim, at, at + LONGEST_CONVERSATION)


def _end_leg(connection: Connection, claim: str, outcome: str, at: datetime) -> None:
    if claim.isdigit():
        legs.end(connection, int(claim), outcome, at)
