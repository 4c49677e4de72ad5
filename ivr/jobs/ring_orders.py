"""What is to be done at the network once storage has it: phones to ring, to stop, callers to lead away."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from ivr.content.service import RingTable
from ivr.flow.helpline import Helpline
from ivr.flow.leg import RungLeg, Why
from ivr.jobs.notices import Kind
from ivr.storage.legs import ACCEPTED, ANSWERED, Leg
from ivr.storage.waits import Wait

_NO_QUEUE = "none"


class Phones(Protocol):
    """The network's REST API, as far as ringing needs it; raises errors of its own when it fails."""

    def place(self, phone: str, leg: RungLeg, seconds: int) -> str:
        """Ring the phone for so long; the network's id of the call."""

    def stop(self, sid: str) -> bool:
        """Stop a phone that rings; False if it was picked up before that."""

    def let_go(self, sid: str, leg: RungLeg) -> None:
        """Tell the counsellor who has picked up why there is no caller (`leg.why`), and hang up."""

    def lead_away(self, call: str, language: str, state: str) -> None:
        """Take a caller out of the queue: nobody is left who could be rung."""

    def delete_queue(self, sid: str) -> bool:
        """Delete an empty queue, or one that is not there; False if somebody is still in it."""


class Notify(Protocol):
    """Tells staff, once for each kind and key, in the transaction that it is handed."""

    def __call__(self, connection: Connection, kind: Kind, key: str, **facts: str) -> object:
        """Note what is to be told."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The helpline at one moment, as far as ringing needs it: roster, limits, and how it rings."""

    helpline: Helpline
    ring: RingTable


@dataclass(frozen=True, slots=True)
class Placement:
    """A phone to ring, whose leg is ours."""

    phone: str
    leg: RungLeg
    seconds: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A leg that has ended for us; `sid` is None while the network has not told it."""

    sid: str | None
    leg: RungLeg
    picked_up: bool


@dataclass(frozen=True, slots=True)
class Orders:
    """What one transaction wants done; `look`: somebody may be to ring now."""

    place: tuple[Placement, ...] = ()
    stop: tuple[Stop, ...] = ()
    lead_away: tuple[Wait, ...] = ()
    look: bool = field(default=False, compare=False)

    def and_then(self, other: "Orders") -> "Orders":
        """Both."""
        return Orders(
            self.place + other.place, self.stop + other.stop, self.lead_away + other.lead_away, other.look
        )


Job = Callable[[Connection], Orders]


@dataclass(frozen=True, slots=True)
class Todo:
    """A job that waits `since` a moment, how often it may be tried, and the call that it is about, if any."""

    job: Job
    since: datetime
    tries: int
    call: str = ""


def stops(legs: Iterable[Leg], wait: Wait | None, why: Why) -> tuple[Stop, ...]:
    """The order to stop each of these legs of one stay."""
    return tuple(Stop(each.sid, replace(rung(each, wait), why=why), _picked_up(each)) for each in legs)


def rung(leg: Leg, wait: Wait | None, minutes: int = 0) -> RungLeg:
    """The leg as it travels in URLs; one for a call-back has no queue, nor a language that is known here."""
    if wait is None:
        return RungLeg(leg.id, leg.person, "", _NO_QUEUE)
    return RungLeg(leg.id, leg.person, wait.language, wait.queue or wait.call, wait.topic, minutes)


def _picked_up(leg: Leg) -> bool:
    return leg.state in (ANSWERED, ACCEPTED)
