"""Phones that Dial rings one after the other: held like those for a queue.

While storage does not answer, what this process rings is known from memory, and nothing else.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from ivr.flow.ring_plan import LEAD_SECONDS
from ivr.flow.rounds import over_after
from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.jobs.ring_legs import LONGEST_CONVERSATION
from ivr.jobs.ring_orders import Orders
from ivr.jobs.ring_work import AWAY, RingWork
from ivr.storage import holds
from ivr.storage.engine import reading

_LOG = logging.getLogger(__name__)
ENGAGED_SECONDS = 0.3
"""What a caller may be held up, beside what else their webhook waits for."""


class OneByOne:
    """Who cannot be rung by Dial, and who is; everything but `engaged` returns at once."""

    def __init__(self, engine: Engine, work: RingWork, now: Callable[[], datetime]) -> None:
        self._engine, self._work, self._now = engine, work, now
        self._in_time = InTime()
        self._memory: dict[str, tuple[str, datetime]] = {}

    def engaged(self, call: str) -> frozenset[str]:
        """Who is rung for other callers, talks to them or rests; as far as storage says it in time."""
        try:
            return self._in_time.ask(partial(self._engaged, call), ENGAGED_SECONDS)
        except (NotInTimeError, *AWAY) as error:
            _LOG.warning("Who is on a call is not known: %s", type(error).__name__)
            return self._remembered(call)

    def rings(self, call: str, person: str, seconds: int) -> None:
        """The network rings this phone for the caller, and none of those before it any more."""
        at = self._now()
        until = at + timedelta(seconds=LEAD_SECONDS + over_after(seconds))
        self._forget_old(at)
        self._memory[call] = person, until

        def note(connection: Connection) -> Orders:
            holds.free(connection, holds.while_dialled(call))
            holds.expire(connection, person, at)
            if person not in holds.held(connection, at):
                holds.hold(connection, person, holds.while_dialled(call), until)
            return Orders()

        self._work.soon(note)

    def accepted(self, call: str) -> None:
        """Whoever is rung for the caller has pressed 1."""
        self._until(call, self._now() + LONGEST_CONVERSATION)

    def ended(self, call: str, *, reached: bool) -> None:
        """The phone rings no more, and its person is free; or they have talked (`reached`), and rest."""
        self._until(call, self._now() + (self._work.legs().wrap_up if reached else timedelta()))

    def _until(self, call: str, until: datetime) -> None:
        known = self._memory.get(call)
        if known:
            self._memory[call] = known[0], until

        def note(connection: Connection) -> Orders:
            holds.shorten(connection, holds.while_dialled(call), until)
            return Orders()

        self._work.soon(note)

    def _remembered(self, call: str) -> frozenset[str]:
        at = self._now()
        self._forget_old(at)
        dialled = {person for each, (person, _) in tuple(self._memory.items()) if each != call}
        return frozenset(dialled | self._work.phones.people_of_others(call, at))

    def _forget_old(self, at: datetime) -> None:
        for call, (_, until) in tuple(self._memory.items()):
            if until <= at:
                self._memory.pop(call, None)

    def _engaged(self, call: str) -> frozenset[str]:
        with reading(self._engine) as connection:
            return holds.held_by_others(connection, call, self._now())
