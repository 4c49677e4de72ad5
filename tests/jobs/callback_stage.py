"""A helpline that keeps call-backs, as tests see it: a clock, phones that only note, people on duty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from ivr.content.service import CallBackTable
from ivr.flow.helpline import Helpline, Limits
from ivr.flow.ring_back import RingBack
from ivr.flow.roster import Counsellor
from ivr.jobs.callback_orders import Failures, Terms
from ivr.jobs.callbacks import CallBackHelpers, CallBacks
from ivr.jobs.missed_calls import RingBacks
from ivr.jobs.ring_legs import Ended, RingLegs
from ivr.jobs.untold import Untold
from ivr.journal.sealing import Sealing
from ivr.storage.callbacks import CallBack, MissedCall, store_callback, store_missed_call
from ivr.storage.engine import reading, writing
from ivr.storage.promises import Promise, list_promises
from ivr.storage.reaching import arranging

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, twelve o'clock in Johannesburg
NUMBER = "+27821234567"
ANNA = Counsellor("anna", "Anna", "+27105550111", ("zu", "en"))
BONGI = Counsellor("bongi", "Bongi", "+27105550112", ("en",))
SEALING = Sealing(b"the secret of the test")


class NoSuchNumberError(Exception):
    """The network knows no such number."""


class OverLimitsError(Exception):
    """The network has made no call."""


class KilledError(BaseException):
    """The process ends here."""


@dataclass
class Clock:
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class NotedPhones:
    """Notes whose phone rings; `fails` is raised instead, `then` after it has rung."""

    rung: list[tuple[str, RingBack]] = field(default_factory=list)
    fails: BaseException | None = None
    then: BaseException | None = None

    def offer(self, phone: str, leg: RingBack, seconds: int) -> str:
        return self._ring(phone, leg)

    def ring_back(self, number: str, leg: RingBack, seconds: int) -> str:
        return self._ring(number, leg)

    def _ring(self, phone: str, leg: RingBack) -> str:
        if self.fails:
            raise self.fails
        self.rung.append((phone, leg))
        if self.then:
            raise self.then
        return f"CA{len(self.rung):032x}"


@dataclass
class OnDuty:
    people: tuple[Counsellor, ...]

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        return tuple(sorted(self.people, key=lambda each: language not in each.languages))

    def opens(self, at: datetime) -> datetime | None:
        return None


class NoMisses:
    def missed(self, connection: Connection, person: str, at: datetime) -> None: ...
    def answered(self, connection: Connection, person: str) -> None: ...


@dataclass
class ToldLegs:
    """What the network tells of counsellors' legs, noted at once."""

    engine: Engine
    now: Callable[[], datetime]
    rules: RingLegs = field(default_factory=lambda: RingLegs(NoMisses(), timedelta(seconds=30)))

    def rings(self, leg: int, sid: str) -> None:
        with arranging(self.engine) as connection:
            self.rules.rings(connection, leg, sid, self.now())

    def picked_up(self, leg: int, sid: str) -> None:
        with arranging(self.engine) as connection:
            self.rules.picked_up(connection, leg, sid, self.now())

    def declines(self, leg: int) -> None:
        with arranging(self.engine) as connection:
            self.rules.declines(connection, leg, self.now())

    def ends(self, leg: int, how: Ended = Ended.NO_ANSWER) -> None:
        with arranging(self.engine) as connection:
            self.rules.ends(connection, leg, how, self.now())

    def sweep(self) -> None:
        """As the ringing of queues does now and then."""
        with arranging(self.engine) as connection:
            self.rules.end_overdue(connection, self.now())


@dataclass
class Stage:
    """One helpline on one database; `another` is a second worker on the same one."""

    engine: Engine
    clock: Clock = field(default_factory=Clock)
    phones: NotedPhones = field(default_factory=NotedPhones)
    duty: OnDuty = field(default_factory=lambda: OnDuty((ANNA, BONGI)))
    told: list[tuple[str, str]] = field(default_factory=list)
    sealing: Sealing = SEALING
    refused: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.legs = ToldLegs(self.engine, self.clock)
        failures = Failures((NoSuchNumberError,), (OverLimitsError,))
        self.callbacks = CallBacks(
            self.engine,
            CallBackHelpers(
                phones=self.phones,
                legs=self.legs,
                terms=self._terms,
                now=self.clock,
                sealing=self.sealing,
                notify=self._notify,
                failures=failures,
                wrap_up=timedelta(seconds=30),
                may_ring=lambda number: number not in self.refused,
            ),
            Untold(self.engine),
        )
        self.ring_backs = RingBacks(
            self.engine, Untold(self.engine), self.phones, self.sealing, failures, self.clock
        )

    def another(self, sealing: Sealing = SEALING) -> "Stage":
        return Stage(self.engine, self.clock, self.phones, self.duty, self.told, sealing)

    def ask(self, window: str = "now", call: str = "CA1", language: str = "zu") -> None:
        sealed = SEALING.seal(NUMBER)
        with writing(self.engine) as connection:
            store_callback(connection, CallBack(call, sealed, "567", language, window, 1, self.clock.at))

    def miss(self, call: str = "CA1", caller: str = "hash") -> None:
        missed = MissedCall(call, SEALING.seal(NUMBER), "567", "en", caller, 3, 30, self.clock.at)
        with writing(self.engine) as connection:
            store_missed_call(connection, missed)

    def look(self, **after: float) -> None:
        self.clock.forward(**after)
        self.legs.sweep()
        self.callbacks.look()

    def promise(self) -> Promise:
        return self.promises()[0]

    def promises(self) -> Sequence[Promise]:
        with reading(self.engine) as connection:
            return list_promises(connection)

    @property
    def last(self) -> RingBack:
        return self.phones.rung[-1][1]

    def rung(self) -> list[str]:
        return [phone for phone, _ in self.phones.rung]

    def takes(self) -> object:
        """The last counsellor who was rung picks up and presses 1."""
        leg = self.last
        self.callbacks.picked_up(leg.claim, f"CA{len(self.phones.rung):032x}")
        return self.callbacks.takes(leg.promise, leg.claim, leg.person)

    def ends(self, *, bridged: bool) -> None:
        self.callbacks.ended(self.last.promise, self.last.claim, bridged=bridged)

    def _terms(self) -> Terms:
        helpline = Helpline("Themba", ("en", "zu"), "main", "overdose", {}, {}, Limits(), roster=self.duty)
        return Terms(helpline, CallBackTable(), ZoneInfo("Africa/Johannesburg"))

    def _notify(self, connection: Connection, kind: str, key: str, **facts: str) -> None:
        self.told.append((kind, key))
