"""What becomes of legs, as the network and the counsellors tell it, in whatever order and however often.

Every method is called within `arranging`, and says what is to be done at the network after that.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from sqlalchemy import Connection

from ivr.flow.leg import Claim, Why
from ivr.jobs.ring_orders import Orders, stops
from ivr.storage import conversations, holds, legs, old_queues, waits
from ivr.storage.legs import Leg

LONGEST_CONVERSATION = timedelta(seconds=14_400 + 300)
SCREENING = timedelta(seconds=60)
"""The longest that screening may take with recordings as slow as they may be, asked twice."""
JUDGING = timedelta(seconds=45)
"""What a counsellor has for saying how it went, before wrap-up begins."""
_OUTCOMES = {waits.TAKEN: legs.TOO_LATE, waits.OVER: legs.TOO_LATE}
_ANSWERS = {legs.TOO_LATE: Claim.TAKEN, legs.GONE: Claim.GONE, legs.TALKED: Claim.MINE}
_SILENT = timedelta(seconds=10)
_NEVER_CONNECTED = timedelta(seconds=20)
"""Who still asks for wait documents so long after somebody has taken them does not talk to anybody."""


class Ended(Enum):
    """How the network says that a leg has ended."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


_UNHEARD = {Ended.BUSY: legs.BUSY, Ended.FAILED: legs.FAILED, Ended.CANCELED: legs.STOPPED}


class Misses(Protocol):
    """Counts rings missed in a row; both in the transaction that they are handed."""

    def missed(self, connection: Connection, person: str, at: datetime) -> None:
        """A phone rang in vain."""

    def answered(self, connection: Connection, person: str) -> None:
        """A phone was picked up by its person."""


@dataclass(frozen=True, slots=True)
class RingLegs:
    """The rules of legs; `wrap_up` is how long nobody is rung after a conversation."""

    misses: Misses
    wrap_up: timedelta

    def rings(self, connection: Connection, leg: int, sid: str, at: datetime) -> Orders:
        """The network has made the call; one that nobody wants any more is stopped."""
        found = legs.find_leg(connection, leg)
        if found is None or found.sid is not None:
            return Orders()
        legs.place(connection, leg, sid)
        wait = waits.find_wait(connection, found.wait_id or 0)
        found = replace(found, sid=sid)
        waiting = wait is not None and wait.state == waits.WAITING
        if found.state == legs.ENDED and waiting and legs.revive(connection, leg):
            holds.extend(connection, found.person, leg, max(found.until, at))
            return Orders()
        if found.state != legs.ENDED or found.outcome not in (legs.STOPPED, *legs.UNCERTAIN, legs.GONE):
            return Orders()
        return Orders(stop=stops([found], wait, _why(wait)))

    def picked_up(self, connection: Connection, leg: int, sid: str, at: datetime) -> Orders:
        """The phone was picked up, by its person or by a voicemail box."""
        orders = self.rings(connection, leg, sid, at)
        legs.answer(connection, leg, at, at + SCREENING)
        return orders

    def declines(self, connection: Connection, leg: int, at: datetime) -> Orders:
        """Its person has pressed another key than 1."""
        found = legs.find_leg(connection, leg)
        if found is None or found.state == legs.ACCEPTED or not legs.end(connection, leg, legs.DECLINED, at):
            return Orders()
        self.misses.answered(connection, found.person)
        return Orders(look=True)

    def takes(self, connection: Connection, leg: int, at: datetime) -> tuple[Claim, Orders]:
        """Its person has pressed 1: the first gets the caller, and all the other phones stop."""
        found = legs.find_leg(connection, leg)
        wait = waits.find_wait(connection, found.wait_id or 0) if found else None
        if found is None or wait is None:
            return Claim.GONE, Orders()
        if told := _ANSWERS.get(found.outcome) or (found.state == legs.ACCEPTED and Claim.MINE):
            return told, Orders()  # the same key again
        self.misses.answered(connection, found.person)
        if not waits.take(connection, wait.id, leg):
            late = _OUTCOMES.get(wait.state, legs.GONE)
            legs.end(connection, leg, late, at)
            legs.judge(connection, leg, late)
            return _ANSWERS[late], Orders(look=True)
        legs.accept(connection, leg, at, at + LONGEST_CONVERSATION)
        conversations.begin(connection, wait, leg, found.person, at)
        return Claim.MINE, self.stop_all(connection, wait, Why.TAKEN, at)

    def dial_ended(self, connection: Connection, leg: int, bridged: bool, at: datetime) -> Orders:
        """The counsellor and the caller have talked (`bridged`), or were never connected.

        The caller's own leg tells whether they are still there, so their stay in the queue ends with that.
        """
        found = legs.find_leg(connection, leg)
        if found is None or found.wait_id is None:
            return Orders()
        if not bridged:
            conversations.never_was(connection, leg)
            if found.outcome == legs.TALKED:  # as it seemed, and the phone is off the line
                holds.free(connection, leg)
            legs.end(connection, leg, legs.GONE, at)
            legs.judge(connection, leg, legs.GONE)
            return Orders(look=True)
        known = found.state in (legs.ACCEPTED, legs.ENDED)
        orders = Orders() if known else self.takes(connection, leg, at)[1]
        legs.judge(connection, leg, legs.TALKED)
        conversations.end_conversation(connection, leg, at)
        judging = timedelta() if found.state == legs.ENDED else JUDGING
        holds.shorten(connection, leg, at + judging + self.wrap_up)
        return orders.and_then(Orders(look=True))

    def ends(self, connection: Connection, leg: int, how: Ended, at: datetime) -> Orders:
        """The leg's own call is over; its person rests after a conversation, and is free otherwise."""
        found = legs.find_leg(connection, leg)
        if found is None:
            return Orders()
        if found.state == legs.ACCEPTED:
            self._rest(connection, leg, at)
        elif found.state == legs.ENDED and found.outcome == legs.TALKED:
            holds.shorten(connection, leg, at + self.wrap_up)
        else:
            self._unheard(connection, found, _UNHEARD.get(how, legs.MISSED), at)
        return Orders(look=True)

    def cannot_ring(self, connection: Connection, leg: int, outcome: str, at: datetime) -> Orders:
        """The network has refused this leg, or has not answered."""
        legs.end(connection, leg, outcome, at)
        return Orders(look=True)

    def stop_all(self, connection: Connection, wait: waits.Wait, why: Why, at: datetime) -> Orders:
        """Every phone that rings for this stay stops, and is free for others."""
        found = legs.ringing_legs(connection, [wait.id])
        ended = [each for each in found if legs.end(connection, each.id, _outcome(each, why), at)]
        return Orders(stop=stops(ended, wait, why), look=True)

    def end_overdue(self, connection: Connection, at: datetime) -> Orders:
        """Legs of which nothing more was told are over; should a phone still ring, it is stopped."""
        orders = Orders()
        for each in legs.overdue_legs(connection, at):
            orders = orders.and_then(self._overdue(connection, each, at))
        return orders

    def returns(self, connection: Connection, wait: waits.Wait, at: datetime) -> bool:
        """Whether a caller who still waits, though somebody took them, is to be rung for again."""
        leg = legs.find_leg(connection, wait.leg_id or 0)
        if leg and leg.state == legs.ACCEPTED:
            return self._never_connected(connection, wait, leg.id, at)
        if leg is None or leg.state != legs.ENDED or leg.ended_at is None:
            return False
        talked = leg.outcome == legs.TALKED and leg.ended_at > at - _SILENT
        return not talked and waits.give_back(connection, wait.id, leg.id)

    def _never_connected(self, connection: Connection, wait: waits.Wait, leg: int, at: datetime) -> bool:
        if conversations.begun_after(connection, leg, at - _NEVER_CONNECTED):
            return False
        self.dial_ended(connection, leg, False, at)
        return waits.give_back(connection, wait.id, leg)

    def caller_gone(self, connection: Connection, call: str, at: datetime, *, waiting: bool) -> Orders:
        """The caller's call has ended, in whatever it was; `waiting`: in the queue, before any talk."""
        orders = self._connecting(connection, call) if waiting else Orders()
        for leg in waits.legs_that_took(connection, call):
            conversations.was_dropped(connection, leg)
        self._caller_ends(connection, call, at)
        for each in waits.end_call(connection, call, at):
            wait = waits.find_wait(connection, each)
            orders = orders.and_then(self.stop_all(connection, wait, Why.GONE, at)) if wait else orders
        return orders

    def caller_leaves(
        self, connection: Connection, call: str, entry: int, language: str, state: str, at: datetime
    ) -> Orders:
        """The caller leaves the queue for something else, and goes on at `state`."""
        waits.leave(connection, call, entry, language, state, at)
        old_queues.queues_are_over(connection, call, at)
        wait = waits.find_stay(connection, call, entry)
        return self.stop_all(connection, wait, Why.GONE, at) if wait else Orders()

    def caller_stays(self, connection: Connection, call: str, entry: int, at: datetime) -> Orders:
        """The conversation is over, and the caller still on the line."""
        wait = waits.find_stay(connection, call, entry)
        if wait is None or not waits.end_wait(connection, wait.id, waits.OVER, at):
            return Orders(look=True)  # not known here, or told before
        self._caller_ends(connection, call, at)
        return self.stop_all(connection, wait, Why.TAKEN, at)

    def _connecting(self, connection: Connection, call: str) -> Orders:
        """Who has just taken a caller that hung up in the queue is not kept waiting for them."""
        found = [leg for _, leg in legs.legs_of_calls(connection, (call,)) if leg.state == legs.ACCEPTED]
        stays = [waits.find_wait(connection, leg.wait_id or 0) for leg in found]
        pairs = zip(found, stays, strict=True)
        return Orders(stop=tuple(stop for leg, wait in pairs for stop in stops([leg], wait, Why.GONE)))

    def _caller_ends(self, connection: Connection, call: str, at: datetime) -> None:
        for leg in conversations.end_caller(connection, call, at):
            holds.shorten(connection, leg, at + JUDGING + self.wrap_up)
        old_queues.queues_are_over(connection, call, at)

    def _rest(self, connection: Connection, leg: int, at: datetime) -> None:
        legs.end(connection, leg, legs.TALKED, at)
        conversations.end_conversation(connection, leg, at)
        holds.shorten(connection, leg, at + self.wrap_up)

    def _unheard(self, connection: Connection, leg: Leg, outcome: str, at: datetime) -> None:
        if legs.end(connection, leg.id, outcome, at) and outcome == legs.MISSED:
            self.misses.missed(connection, leg.person, at)
        holds.free(connection, leg.id)

    def _overdue(self, connection: Connection, leg: Leg, at: datetime) -> Orders:
        if leg.state == legs.ACCEPTED:
            self._rest(connection, leg.id, at)
            return Orders()
        outcome = legs.LOST if leg.state == legs.CLAIMED else legs.MISSED
        legs.end(connection, leg.id, outcome, at)
        if leg.sid is None:
            return Orders()
        return Orders(stop=stops([leg], waits.find_wait(connection, leg.wait_id or 0), Why.GONE))


def _why(wait: waits.Wait | None) -> Why:
    return Why.TAKEN if wait and wait.state in _OUTCOMES else Why.GONE


def _outcome(leg: Leg, why: Why) -> str:
    if leg.state != legs.ANSWERED:
        return legs.STOPPED
    return legs.TOO_LATE if why is Why.TAKEN else legs.GONE
