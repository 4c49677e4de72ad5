"""The network's REST API for a stage: notes what it is asked, and does at once what it is handed."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ivr.flow.waiting_call import Waiting
from ivr.telephony.twilio.rest import RestError


class Inline(Executor):
    """Threads of which each is done before the next begins."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass
class ByDial:
    """Knows what it is told to; notes what it is told."""

    busy: frozenset[str] = frozenset()
    told: list[tuple[Any, ...]] = field(default_factory=list)

    def engaged(self, call: str) -> frozenset[str]:
        """As it is set."""
        del call
        return self.busy

    def rings(self, call: str, person: str, seconds: int) -> None:
        """Noted."""
        self.told.append(("rings", call, person, seconds))

    def accepted(self, call: str) -> None:
        """Noted."""
        self.told.append(("accepted", call))

    def ended(self, call: str, *, reached: bool) -> None:
        """Noted."""
        self.told.append(("ended", call, reached))


class InTurn:
    """No queue: every caller is rung for by one Dial after the other."""

    def __init__(self) -> None:
        self.by_dial = ByDial()

    def able(self) -> bool:
        """Never."""
        return False

    def awaits(self, call: str) -> bool:
        """Never."""
        del call
        return False

    def tick(self, waiting: Waiting) -> None:
        """Nothing to do."""

    def left(self, call: str, entry: int, language: str, state: str) -> None:
        """Nothing to do."""

    def departed(self, call: str, entry: int) -> tuple[str, str] | None:
        """Nobody has left."""
        del call, entry
        return None

    def rung(self, call: str) -> tuple[str, ...] | None:
        """Nobody."""
        del call
        return ()

    def gone(self, call: str, *, waiting: bool = False) -> None:
        """Nothing to do."""

    def over(self, call: str, entry: int) -> None:
        """Nothing to do."""

    def answered(self, call: str, answer: str) -> None:
        """Nothing to do."""

    def work(self) -> None:
        """Nothing is to be done."""

    def nobody_reached(self, call: str, language: str) -> None:
        """Nobody is told."""


@dataclass(frozen=True)
class Placed:
    """A call that was ordered: whom, what they hear when they pick up, who is told, for how long it rings."""

    sid: str
    to: str
    url: str
    status_url: str
    seconds: int


@dataclass
class FakeRest:
    """Takes every order; what is in `fails` under a number, or under "" for any, is raised instead."""

    placed: list[Placed] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    redirected: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    picked_up: set[str] = field(default_factory=set)
    fails: dict[str, RestError] = field(default_factory=dict)

    def place(self, to: str, url: str, status_url: str, seconds: int) -> str:
        self._fail(to)
        sid = "CA" + sha256(f"{len(self.placed)} {to}".encode()).hexdigest()[:32]
        self.placed.append(Placed(sid, to, url, status_url, seconds))
        return sid

    def stop(self, sid: str) -> bool:
        self._fail(sid)
        self.stopped.append(sid)
        return sid not in self.picked_up

    def redirect(self, sid: str, url: str) -> bool:
        self._fail(sid)
        self.redirected.append((sid, url))
        return True

    def delete_queue(self, sid: str) -> bool:
        self._fail(sid)
        self.deleted.append(sid)
        return True

    def rung(self) -> list[str]:
        """The phones that were rung, in order."""
        return [each.to for each in self.placed]

    def _fail(self, whom: str) -> None:
        error = self.fails.get(whom) or self.fails.get("")
        if error:
            raise error
