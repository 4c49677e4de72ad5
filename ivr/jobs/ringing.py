"""Rings counsellors for the callers in queues: in the background, from storage, and never twice."""

import logging
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from time import monotonic, sleep

from sqlalchemy import Connection, Engine

from ivr.flow.leg import Claim, Why
from ivr.flow.rounds import rung_for
from ivr.flow.waiting_call import Waiting
from ivr.jobs.departures import Departures
from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.jobs.one_by_one import OneByOne
from ivr.jobs.ring_legs import Ended
from ivr.jobs.ring_memory import RingingPhone
from ivr.jobs.ring_orders import Orders, Stop
from ivr.jobs.ring_work import AWAY, STORAGE, Helpers, RingWork
from ivr.privacy import hashed
from ivr.storage import conversations, legs, old_queues, waits
from ivr.storage.engine import reading
from ivr.storage.reaching import arranging

_LOG = logging.getLogger(__name__)
CLAIM_SECONDS = 0.7  # a webhook answers within one
DEPARTED_SECONDS = 0.5
LOOK_AGAIN = 0.05  # seconds
AT_ONCE = 8


class Ringing:
    """Everything that rings, stops or connects counsellors' phones for callers in queues.

    Whatever a webhook calls returns at once and is done on a thread, except `takes`, `departed` and `rung`,
    which wait for storage only so long as a caller may be held. `work` does in tests what the thread does.
    """

    def __init__(
        self,
        engine: Engine,
        helpers: Helpers,
        departures: Departures,
        secret: bytes,
        pool: Executor | None = None,
    ) -> None:
        self._engine, self._departures, self._secret, self._now = engine, departures, secret, helpers.now
        self._notify = helpers.notify
        pool = pool or ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ringing")
        self._work = RingWork(engine, helpers, pool)
        self._in_time = InTime()
        self.by_dial = OneByOne(engine, self._work, self._now)
        self.able, self.start, self.stop = self._work.able, self._work.start, self._work.stop
        self.work = self._work.do_all

    def awaits(self, call: str) -> bool:
        """Whether a phone that this process rings for the call may still be answered; from memory."""
        return self._work.phones.for_call(call, self._now())

    def tick(self, waiting: Waiting) -> None:
        """A caller waits; the same tick again has no second effect."""
        self._work.soon(partial(self._ticked, waiting), tries=1)

    def left(self, call: str, entry: int, language: str, state: str) -> None:
        """The caller leaves the queue and goes on at `state`: phones stop."""
        self._stop(self._work.phones.stopped(call), Why.GONE)
        self._departures.note(call, entry, language, state)
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().caller_leaves(open_, call, entry, language, state, at))

    def departed(self, call: str, entry: int) -> tuple[str, str] | None:
        """The language and state of a caller who has left; None if that is not known here, or not in time."""
        known = self._departures.find(call, entry)
        if known:
            return known
        try:
            return self._in_time.ask(partial(self._departed, call, entry), DEPARTED_SECONDS)
        except (NotInTimeError, *AWAY) as error:
            _LOG.warning("Where a caller goes on is not known: %s", type(error).__name__)
            return None

    def rung(self, call: str) -> tuple[str, ...] | None:
        """Whose phones were rung for this call, once for each time; None if that is not known in time."""
        try:
            return self._in_time.ask(partial(self._rung, call), DEPARTED_SECONDS)
        except (NotInTimeError, *AWAY) as error:
            _LOG.warning("Who was rung for a caller is not known: %s", type(error).__name__)
            return None

    def gone(self, call: str, *, waiting: bool = False) -> None:
        """The call has ended: phones stop, the queue goes; `waiting`: it ended there, before any talk."""
        self._stop(self._work.phones.stopped(call), Why.GONE)
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().caller_gone(open_, call, at, waiting=waiting))
        self.by_dial.ended(call, reached=True)

    def over(self, call: str, entry: int) -> None:
        """The conversation has ended and the caller is still there."""
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().caller_stays(open_, call, entry, at))

    def answered(self, call: str, answer: str) -> None:
        """The caller has said whether the conversation helped: "yes" or "no"."""
        self._work.soon(partial(_note_answer, call, answer))

    def nobody_reached(self, call: str, language: str) -> None:
        """The caller is offered a promise, because nobody has come; staff hear of it once for a call."""
        self._work.soon(partial(self._tell_of_nobody, call, language))

    def takes(self, leg: int) -> Claim:
        """Whose the caller is, after a counsellor's 1; UNKNOWN if storage does not say in time."""
        try:
            return self._in_time.ask(partial(self._takes, leg), CLAIM_SECONDS)
        except (NotInTimeError, *AWAY) as error:
            _LOG.warning("Whose a caller is, the network's queue decides (%s)", type(error).__name__)
        self._work.unable(STORAGE)
        self._stop(self._work.phones.keep(leg), Why.TAKEN)
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().takes(open_, leg, at)[1])
        return Claim.UNKNOWN

    def rings(self, leg: int, sid: str) -> None:
        """The network tells that this leg's call is made, under that id."""
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().rings(open_, leg, sid, at))

    def picked_up(self, leg: int, sid: str) -> None:
        """The network tells that the phone was picked up."""
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().picked_up(open_, leg, sid, at))

    def declines(self, leg: int) -> None:
        """The counsellor does not want this caller."""
        self._work.phones.ended(leg)
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().declines(open_, leg, at))

    def ends(self, leg: int, how: Ended) -> None:
        """The network tells that the leg's call is over."""
        self._work.phones.ended(leg)
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().ends(open_, leg, how, at))

    def dial_ended(self, leg: int, bridged: bool) -> None:
        """The counsellor is no longer connected to the queue; `bridged`: they have talked to the caller."""
        at, rules = self._now(), self._work.legs
        self._work.soon(lambda open_: rules().dial_ended(open_, leg, bridged, at))

    def outcome(self, leg: int, word: str) -> None:
        """The counsellor says how the conversation went."""
        self._work.soon(partial(self._note_outcome, leg, word))

    def _stop(self, phones: Iterable[RingingPhone], why: Why) -> None:
        """Stop them without storage, when that is away; else it says which."""
        if self._work.storage_away():
            found = tuple(Stop(each.sid, replace(each.leg, why=why), False) for each in phones if each.sid)
            self._work.carry_out(Orders(stop=found))

    def _ticked(self, waiting: Waiting, connection: Connection) -> Orders:
        at = self._now()
        if not waits.note_tick(connection, waiting, hashed(self._secret, waiting.caller), at):
            return Orders()
        old_queues.note_queue(connection, waiting.queue_sid, waiting.call, at)
        stay = waits.find_stay(connection, waiting.call, waiting.entry)
        if stay and stay.state == waits.TAKEN:
            self._work.legs().returns(connection, stay, at)
        return Orders(look=True)

    def _tell_of_nobody(self, call: str, language: str, connection: Connection) -> Orders:
        if call:
            self._notify(connection, "nobody-reachable", call, language=language)
        return Orders()

    def _note_outcome(self, leg: int, outcome: str, connection: Connection) -> Orders:
        found = conversations.note_outcome(connection, leg, outcome)
        if found and outcome == conversations.URGENT:
            key, person, language = str(found.id), found.person, found.language
            self._notify(
                connection, "conversation-urgent", key, conversation=key, person=person, language=language
            )
        return Orders()

    def _departed(self, call: str, entry: int) -> tuple[str, str] | None:
        # The machine that let the caller leave notes it in the background; the network may come here before.
        until = monotonic() + DEPARTED_SECONDS - LOOK_AGAIN
        while True:
            with reading(self._engine) as connection:
                found = waits.departed(connection, call, entry)
            if found or monotonic() > until:
                return found
            sleep(LOOK_AGAIN)

    def _rung(self, call: str) -> tuple[str, ...]:
        with reading(self._engine) as connection:
            found = legs.legs_of_calls(connection, (call,))
        return rung_for((leg.person, leg.outcome, leg.sid is not None) for _, leg in found)

    def _takes(self, leg: int) -> Claim:
        with arranging(self._engine) as connection:
            claim, orders = self._work.legs().takes(connection, leg, self._now())
        self._work.carry_out(orders)
        if orders.look:
            self._work.soon(lambda _: Orders(look=True))
        return claim


def _note_answer(call: str, answer: str, connection: Connection) -> Orders:
    conversations.note_answer(connection, call, answer)
    return Orders()
