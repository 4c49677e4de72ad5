"""Who may ask for a person just now: nobody is ever kept from listening, and nobody from the emergency."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from ivr.content.service import NuisanceTable
from ivr.flow.helpline import Welcome
from ivr.jobs.lately import Lately
from ivr.privacy import hashed, hashes

REPEATED_WITHIN = timedelta(minutes=10)
MOST_REMEMBERED = 10_000
_MINUTE, _HOUR = 60, 3600
_EVERYBODY = "everybody"
Rows = Sequence[Mapping[str, str]]


class Judge:
    """Judges callers from memory alone: the snapshot's blocks, and how often this process was asked.

    Each process counts for itself, so that a call needs no storage: with N web workers a number is let
    through at most N times as often. Withheld numbers are not one caller: each of their calls counts for
    itself, and for everybody. Blocks made with an `older` secret hold too. `limits` are helpline.toml's of
    this moment. `seconds` is a clock that never goes back, whatever is done to the machine's.
    """

    def __init__(
        self,
        secret: bytes,
        blocks: Callable[[], Rows],
        limits: Callable[[], NuisanceTable],
        now: Callable[[], datetime],
        older: tuple[bytes, ...] = (),
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._secret, self._blocks, self._limits, self._now = secret, blocks, limits, now
        self._older = older
        self._seconds = seconds
        self._everybody, self._each = Lately(_MINUTE), Lately(_HOUR)
        self._answers = _Answers()
        self._lock = Lock()

    def of(self, number: str | None) -> Welcome:
        """How the caller stands; nothing is counted."""
        caller = hashed(self._secret, number or "")
        if self._is_blocked(number):
            return Welcome.BLOCKED
        with self._lock:
            return Welcome.FREE if self._has_room(caller) else Welcome.LIMITED

    def asks(self, number: str | None, call: str, state: str) -> Welcome:
        """Count that the caller asks for a person; the same call at the same state counts once."""
        caller, at = hashed(self._secret, number or ""), self._now()
        with self._lock:
            known = self._answers.find((call, state), at)
            if known is None:
                known = Welcome.BLOCKED if self._is_blocked(number) else self._counted(caller or call)
                self._answers.keep((call, state), known, at)
            return known

    def door(self, number: str | None, call: str, state: str) -> "CallerDoor":
        """The door that this caller stands before, at this state of their call."""
        return CallerDoor(self, number, call, state)

    def _is_blocked(self, number: str | None) -> bool:
        rows = self._blocks()
        if not rows:
            return False
        callers, at = hashes((self._secret, *self._older), number or ""), self._now()
        return any(row["caller"] in callers and datetime.fromisoformat(row["until"]) > at for row in rows)

    def _counted(self, caller: str) -> Welcome:
        if not self._has_room(caller):
            return Welcome.LIMITED
        self._everybody.note(_EVERYBODY, self._seconds())
        self._each.note(caller, self._seconds())
        return Welcome.FREE

    def _has_room(self, caller: str) -> bool:
        limits, at = self._limits(), self._seconds()
        if self._everybody.number(_EVERYBODY, at) >= limits.everybody_per_minute:
            return False
        return not caller or self._each.number(caller, at) < limits.per_hour


@dataclass(frozen=True, slots=True)
class CallerDoor:
    """Judges one caller at one state of their call."""

    judge: Judge
    number: str | None = field(repr=False)
    call: str
    state: str

    def welcome(self) -> Welcome:
        """Whether they may ask for a person; that counts, once."""
        return self.judge.asks(self.number, self.call, self.state)

    def blocked(self) -> bool:
        """Whether they may not even leave a message; that counts nothing."""
        return self.judge.of(self.number) is Welcome.BLOCKED


class _Answers:
    """What was said lately, so that a repeated webhook is told the same."""

    def __init__(self) -> None:
        self._told: OrderedDict[tuple[str, str], tuple[Welcome, datetime]] = OrderedDict()

    def find(self, ask: tuple[str, str], at: datetime) -> Welcome | None:
        welcome, told = self._told.get(ask, (None, at))
        return welcome if at - told <= REPEATED_WITHIN else None

    def keep(self, ask: tuple[str, str], welcome: Welcome, at: datetime) -> None:
        self._told[ask] = (welcome, at)
        self._told.move_to_end(ask)
        if len(self._told) > MOST_REMEMBERED:
            self._told.popitem(last=False)
