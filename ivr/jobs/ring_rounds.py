"""Looks at everybody who waits, longest first, and claims the phones that are to ring for them now."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ivr.flow.codec import rung_one_by_one
from ivr.flow.leg import Why
from ivr.flow.reaching import bound
from ivr.flow.ring_plan import FALLBACK
from ivr.flow.rounds import Exhausted, PastLeg, Plan, Ring, Rung, next_legs, over_after
from ivr.jobs.ring_legs import RingLegs
from ivr.jobs.ring_orders import Floor, Notify, Orders, Placement, rung
from ivr.storage import conversations, legs, waits
from ivr.storage.holds import held
from ivr.storage.waits import Wait

UNSEEN = timedelta(seconds=60)
"""A wait document plays fifteen seconds at most: of a caller so long unseen the end was not told."""
FORGOTTEN = timedelta(seconds=300)
REMEMBERED = timedelta(days=7)


class Rounds:
    """One look at the queues; call it within `arranging`, and do at the network what it says after that."""

    def __init__(self, floor: Floor, legs_: RingLegs, notify: Notify, at: datetime) -> None:
        self._floor, self._legs, self._notify, self._at = floor, legs_, notify, at

    def look(self, connection: Connection, *, ring: bool) -> Orders:
        """End what is overdue, then ring, if `ring` allows it, for each who waits."""
        orders = self._legs.end_overdue(connection, self._at)
        waiting = waits.waiting_callers(connection)
        for each in waiting:
            orders = orders.and_then(self._forgotten(connection, each))
        if not ring:
            return orders
        past = _by_call(legs.legs_of_calls(connection, [each.call for each in waiting]))
        # Whoever is rung in this look is held, and not asked for again in it.
        last = legs.last_rung(connection, self._at - REMEMBERED) if waiting else {}
        for each in waiting:
            if each.seen > self._at - UNSEEN:
                orders = orders.and_then(self._serve(connection, each, past.get(each.call, []), last))
        return orders

    def _forgotten(self, connection: Connection, wait: Wait) -> Orders:
        if wait.seen > self._at - FORGOTTEN or not waits.end_wait(connection, wait.id, waits.GONE, self._at):
            return Orders()
        return self._legs.stop_all(connection, wait, Why.GONE, self._at)

    def _serve(
        self, connection: Connection, wait: Wait, past: list[legs.Leg], last: Mapping[str, datetime]
    ) -> Orders:
        people = self._floor.helpline.roster.on_duty(self._at, wait.language)
        waited = int((self._at - wait.since).total_seconds())
        before = [*(_past(each, wait) for each in past), *_one_by_one(wait)]
        known = Rung(before, last)
        plan = self._plan(connection, wait, past)
        decided = next_legs(plan, people, wait.language, known, held(connection, self._at), waited, self._at)
        if isinstance(decided, Ring):
            phones = {each.key: each.phone for each in people}
            phones[FALLBACK] = self._floor.helpline.fallback_number or ""
            return self._claim(connection, wait, decided, phones, past)
        if isinstance(decided, Exhausted) and not wait.listening:
            return self._exhaust(connection, wait)
        return Orders()

    def _plan(self, connection: Connection, wait: Wait, past: list[legs.Leg]) -> Plan:
        limits, ring = self._floor.helpline.limits, self._floor.ring
        fresh = not any(each.wait_id == wait.id for each in past)
        return Plan(
            ring_seconds=limits.ring_seconds,
            ring_total=bound(self._floor.helpline),  # no phone rings beyond what the caller may wait
            at_once=None if ring.at_once == "all" else ring.at_once,
            fallback=bool(self._floor.helpline.fallback_number),
            first=conversations.cut_off_from(connection, wait.caller, wait.since) if fresh else "",
        )

    def _claim(
        self, connection: Connection, wait: Wait, ring: Ring, phones: dict[str, str], past: list[legs.Leg]
    ) -> Orders:
        here = [each for each in past if each.wait_id == wait.id]
        number = max((each.round for each in here), default=0) + 1
        until = self._at + timedelta(seconds=over_after(ring.seconds))
        placed = []
        for person in ring.people:
            nth = sum(each.person == person for each in here) + 1
            new = legs.NewLeg(wait.id, None, person, nth, number, self._at, until)
            leg = legs.find_leg(connection, legs.claim(connection, new) or 0)
            if leg:
                minutes = int((self._at - wait.since).total_seconds()) // 60
                placed.append(Placement(phones[person], rung(leg, wait, minutes), ring.seconds))
        return Orders(place=tuple(placed))

    def _exhaust(self, connection: Connection, wait: Wait) -> Orders:
        if not waits.end_wait(connection, wait.id, waits.EXHAUSTED, self._at):
            return Orders()
        self._notify(connection, "nobody-reachable", wait.call, language=wait.language)
        return Orders(lead_away=(wait,))


def _by_call(found: Iterable[tuple[str, legs.Leg]]) -> dict[str, list[legs.Leg]]:
    past: dict[str, list[legs.Leg]] = {}
    for call, leg in found:
        past.setdefault(call, []).append(leg)
    return past


def _past(leg: legs.Leg, wait: Wait) -> PastLeg:
    return PastLeg(leg.person, leg.wait_id == wait.id, leg.state, leg.outcome, leg.until, leg.ended_at)


def _one_by_one(wait: Wait) -> list[PastLeg]:
    return [PastLeg(each, False, legs.ENDED, "", wait.since) for each in rung_one_by_one(wait.told)]
