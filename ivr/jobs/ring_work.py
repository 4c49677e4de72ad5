"""The thread that changes what storage knows of ringing, and then does at the network what follows from it.

A job is one transaction; what it wants done at the network is done after its commit, because a claim must be
safe before a phone rings. Any number of processes may do so at once.
"""

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from ivr.flow.leg import RungLeg, call_of
from ivr.jobs.ring_legs import Misses, RingLegs
from ivr.jobs.ring_memory import RingingPhones
from ivr.jobs.ring_orders import Floor, Job, Notify, Orders, Phones, Placement, Stop, Todo
from ivr.jobs.ring_rounds import Rounds
from ivr.logs import about, call_now
from ivr.storage import legs
from ivr.storage.errors import StorageError
from ivr.storage.reaching import arranging
from ivr.storage.waits import Wait

_LOG = logging.getLogger(__name__)
AWAY = (SQLAlchemyError, StorageError)
STORAGE, NETWORK = "storage", "network"
UNABLE_FOR = timedelta(seconds=30)
STUCK_AFTER = timedelta(seconds=6)
TOO_LATE_TO_PLACE = timedelta(seconds=8)  # before others count the leg as lost
PAUSE = 1.0  # seconds before what storage did not take is tried again
MOST_TRIES = 120


@dataclass(frozen=True, slots=True)
class Helpers:
    """What ringing works with; `bad_number` is the error that concerns one phone, `failures` all others.

    `storage_away` says from memory whether storage is known not to answer.
    """

    phones: Phones
    floor: Callable[[], Floor]
    now: Callable[[], datetime]
    misses: Misses
    notify: Notify
    bad_number: type[Exception]
    failures: tuple[type[Exception], ...]
    storage_away: Callable[[], bool] = lambda: False


class RingWork:
    """Does jobs one after the other, and their orders on `pool`; `do_all` does in tests what the thread does.

    A job that storage does not take is done again later, unless it was to be tried once: a tick comes again.
    """

    def __init__(self, engine: Engine, helpers: Helpers, pool: Executor) -> None:
        self._engine, self._helpers, self._pool = engine, helpers, pool
        self._todo: deque[Todo] = deque()
        self._later: deque[Todo] = deque()
        self._unable_until: dict[str, datetime] = {}
        self.phones = RingingPhones()
        self._wake, self._stopping = Event(), False
        self._thread: Thread | None = None

    def able(self) -> bool:
        """Whether storage and network did what was last asked, or that is a while ago; from memory."""
        return not self.storage_away() and self._may_place()

    def storage_away(self) -> bool:
        """Whether storage did not do what was last asked, a moment ago; from memory."""
        at = self._helpers.now()
        away = self._stuck(at) or self._helpers.storage_away()
        return away or self._unable_until.get(STORAGE, at) > at

    def unable(self, what: str) -> None:
        """Storage or the network has failed just now."""
        self._unable_until[what] = self._helpers.now() + UNABLE_FOR

    def legs(self) -> RingLegs:
        """The rules of legs, as the helpline is set up now."""
        wrap_up = timedelta(seconds=self._helpers.floor().ring.wrap_up_seconds)
        return RingLegs(self._helpers.misses, wrap_up)

    def soon(self, job: Job, tries: int = MOST_TRIES) -> None:
        """Have a job done; returns at once."""
        self._todo.append(Todo(job, self._helpers.now(), tries, call_now()))
        self._wake.set()

    def start(self) -> None:
        """Work on a thread until `stop`."""
        self._stopping = False
        self._thread = Thread(target=self._run, name="ringing", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is doing."""
        self._stopping = True
        self._wake.set()
        if self._thread:
            self._thread.join()
        self._thread = None

    def do_all(self) -> None:
        """Do what is to be done now; what storage does not take waits for the next time."""
        self._todo.extend(self._later)
        self._later.clear()
        while self._todo:
            todo = self._todo.popleft()
            with about(todo.call):
                self._do(todo)

    def carry_out(self, orders: Orders) -> None:
        """Have the network do what a committed transaction wants; returns at once."""
        at = self._helpers.now()
        for stop in orders.stop:
            self._ask(call_of(stop.leg), self._stop, stop)
        for wait in orders.lead_away:
            self._ask(wait.call, self._lead_away, wait)
        for placement in orders.place:
            self._ask(call_of(placement.leg), self._place, placement, at)

    def _run(self) -> None:
        while True:
            self.do_all()
            if self._stopping:
                return
            self._wake.wait(PAUSE if self._later else None)
            self._wake.clear()

    def _do(self, todo: Todo) -> None:
        try:
            with arranging(self._engine) as connection:
                orders = self._done(connection, todo.job)
        except (DataError, IntegrityError):
            # What storage refuses for good must not hold up the callers behind it.
            _LOG.exception("Storage refuses what was told of a call; it is left out")
            return
        except AWAY as error:
            _LOG.warning("Ringing waits: storage is away (%s)", type(error).__name__)
            self.unable(STORAGE)
            self._put_off(todo)
            return
        except Exception:  # noqa: BLE001 (whatever it is, the callers behind it must be rung for)
            _LOG.exception("Ringing failed")
            self.unable(STORAGE)
            return
        self._unable_until.pop(STORAGE, None)
        self.carry_out(orders)

    def _done(self, connection: Connection, job: Job) -> Orders:
        orders = job(connection)
        if not orders.look:
            return orders
        helpers = self._helpers
        rounds = Rounds(helpers.floor(), self.legs(), helpers.notify, helpers.now())
        return orders.and_then(rounds.look(connection, ring=self._may_place()))

    def _stuck(self, at: datetime) -> bool:
        try:
            return self._thread is not None and self._todo[0].since < at - STUCK_AFTER
        except IndexError:
            return False

    def _may_place(self) -> bool:
        until = self._unable_until.get(NETWORK)
        return until is None or until <= self._helpers.now()

    def _put_off(self, todo: Todo) -> None:
        """Nothing else will be taken now either; what is to be tried once is given up."""
        waiting = (replace(todo, tries=todo.tries - 1), *self._todo)
        self._todo.clear()
        self._later.extend(each for each in waiting if each.tries > 0)

    def _ask(self, call: str, what: Callable[..., None], *arguments: object) -> None:
        self._pool.submit(self._asked, call, what, *arguments)

    def _asked(self, call: str, what: Callable[..., None], *arguments: object) -> None:
        try:
            with about(call):
                what(*arguments)
        except Exception:  # noqa: BLE001 (nobody would ever see it on a thread of the pool)
            _LOG.exception("The network could not be asked")
            self.unable(NETWORK)

    def _place(self, placement: Placement, since: datetime) -> None:
        leg = placement.leg
        if self._helpers.now() > since + TOO_LATE_TO_PLACE:
            self._not_placed(leg, legs.FAILED)
            return
        try:
            sid = self._helpers.phones.place(placement.phone, leg, placement.seconds)
        except self._helpers.bad_number as error:
            _LOG.warning("The phone of %s cannot be rung: %s", leg.person, error)
            self._not_placed(leg, legs.BAD_NUMBER)
        except self._helpers.failures as error:
            _LOG.warning("No phone could be rung (%s); callers are rung for in turn", type(error).__name__)
            self._not_placed(leg, legs.FAILED)
        else:
            self._unable_until.pop(NETWORK, None)
            at = self._helpers.now()
            self.phones.placed(leg, sid, placement.seconds, at)
            self.soon(lambda connection: self.legs().rings(connection, leg.leg, sid, at))

    def _not_placed(self, leg: RungLeg, outcome: str) -> None:
        at = self._helpers.now()
        if outcome == legs.FAILED:
            self.unable(NETWORK)

        def note(connection: Connection) -> Orders:
            if outcome == legs.BAD_NUMBER:
                key = f"{leg.person}-{at:%Y%m%d}"
                self._helpers.notify(connection, "bad-number", key, person=leg.person)
            return self.legs().cannot_ring(connection, leg.leg, outcome, at)

        self.soon(note)

    def _stop(self, stop: Stop) -> None:
        if stop.sid is None:
            return  # it is stopped as soon as the network tells its id
        for last in (False, True):
            try:
                if stop.picked_up or not self._helpers.phones.stop(stop.sid):
                    self._helpers.phones.let_go(stop.sid, self._in_a_language(stop.leg))
            except (self._helpers.bad_number, *self._helpers.failures) as error:
                _LOG.warning("A phone could not be stopped (%s)", type(error).__name__)
                if last:
                    self.unable(NETWORK)
            else:
                return

    def _in_a_language(self, leg: RungLeg) -> RungLeg:
        return leg if leg.language else replace(leg, language=self._helpers.floor().helpline.default_language)

    def _lead_away(self, wait: Wait) -> None:
        try:
            self._helpers.phones.lead_away(wait.call, wait.language, wait.told)
        except (self._helpers.bad_number, *self._helpers.failures) as error:
            # Nothing is lost: the caller's own bound ends the wait.
            _LOG.warning("A caller waits on though nobody is left (%s)", type(error).__name__)
            self.unable(NETWORK)
