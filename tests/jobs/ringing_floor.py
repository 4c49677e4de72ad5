"""A floor of named counsellors, a network that can be looked at, and ringing between the two."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from ivr.content.service import RingTable
from ivr.flow.helpline import Helpline, Limits
from ivr.flow.leg import RungLeg
from ivr.flow.roster import Counsellor
from ivr.flow.waiting_call import Waiting
from ivr.jobs.departures import Departures
from ivr.jobs.ring_orders import Floor
from ivr.jobs.ring_work import Helpers
from ivr.jobs.ringing import Ringing

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ANNA = Counsellor("anna", "Anna", "+27820000001", ("zu",))
BEN = Counsellor("ben", "Ben", "+27820000002", ("zu",))
CLEO = Counsellor("cleo", "Cleo", "+27820000003", ("zu",))
CALLER = "+27831112222"


class BadNumber(Exception):  # noqa: N818 (as the network names it)
    """One number cannot be rung."""


class Away(Exception):  # noqa: N818 (as the network names it)
    """The network does not answer."""


class Inline(Executor):
    """Does at once what it is handed."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass
class Network:
    """Notes what it is asked; phones in `bad` are bad numbers, `away` makes it fail.

    With `same` every call has that id, as with a network that is out of order.
    """

    asked: list[tuple[str, str]] = field(default_factory=list)
    legs: dict[str, RungLeg] = field(default_factory=dict)
    seconds: list[int] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)
    picked_up: set[str] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    away: bool = False
    same: str = ""

    def place(self, phone: str, leg: RungLeg, seconds: int) -> str:
        self._note("place", leg.person)
        if phone in self.bad:
            raise BadNumber("21211")
        sid = self.same or f"CA{leg.leg}"
        self.legs[sid] = leg
        self.seconds.append(seconds)
        return sid

    def stop(self, sid: str) -> bool:
        self._note("stop", self.legs[sid].person)
        return self.legs[sid].person not in self.picked_up

    def let_go(self, sid: str, leg: RungLeg) -> None:
        self._note(f"let go, {leg.why.value if leg.why else '-'}", leg.person)

    def lead_away(self, call: str, language: str, state: str) -> None:
        self._note("lead away", f"{call} {language} {state}")

    def delete_queue(self, sid: str) -> bool:
        self._note("delete", sid)
        return sid not in self.full

    def _note(self, what: str, whom: str) -> None:
        self.asked.append((what, whom))
        if self.away:
            raise Away("no answer")

    def rung(self) -> list[str]:
        return [whom for what, whom in self.asked if what == "place"]

    def leg(self, person: str) -> RungLeg:
        """The newest leg of this person."""
        return [each for each in self.legs.values() if each.person == person][-1]


@dataclass
class Misses:
    told: list[tuple[str, str]] = field(default_factory=list)

    def missed(self, connection: Connection, person: str, at: datetime) -> None:
        self.told.append(("missed", person))

    def answered(self, connection: Connection, person: str) -> None:
        self.told.append(("answered", person))


@dataclass
class OnDuty:
    people: list[Counsellor]

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        return tuple(self.people)

    def opens(self, at: datetime) -> datetime | None:
        return None


@dataclass
class House:
    """One process of the helpline; `another` is a second one on the same storage."""

    engine: Engine
    folder: Path
    roster: OnDuty
    ring: RingTable = field(default_factory=RingTable)
    limits: Limits = field(default_factory=Limits)
    fallback: str | None = None
    network: Network = field(default_factory=Network)
    misses: Misses = field(default_factory=Misses)
    notices: list[tuple[str, str]] = field(default_factory=list)
    at: datetime = NOON

    def __post_init__(self) -> None:
        helpers = Helpers(
            phones=self.network,
            floor=self.floor,
            now=lambda: self.at,
            misses=self.misses,
            notify=lambda connection, kind, key, **facts: self.notices.append((kind, key)),
            bad_number=BadNumber,
            failures=(Away,),
        )
        self.ringing = Ringing(self.engine, helpers, Departures(self.folder), b"secret", Inline())

    def floor(self) -> Floor:
        helpline = Helpline("H", ("zu",), "main", "overdose", {}, {}, self.limits)
        return Floor(replace(helpline, roster=self.roster, fallback_number=self.fallback), self.ring)

    def another(self) -> "House":
        return replace(self)

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def tick(self, number: int = 1, call: str = "CA1", entry: int = 1, **fields: Any) -> None:
        waited = int((self.at - NOON).total_seconds())
        told = waiting(number, call, entry, waited=waited)
        self.ringing.tick(replace(told, **fields))
        self.ringing.work()

    def press_1(self, person: str) -> str:
        found = self.ringing.takes(self.network.leg(person).leg).value
        self.ringing.work()
        return found


def waiting(tick: int = 1, call: str = "CA1", entry: int = 1, waited: int = 0) -> Waiting:
    queue = call if entry == 1 else f"{call}-{entry}"
    return Waiting(call, entry, queue, f"QU{queue}", "zu", "", False, CALLER, waited, tick, False, f"w{tick}")
