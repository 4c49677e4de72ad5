"""What the interpreter asks for and is told: values, and the two ports behind which time and sockets live."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from ivr.telephony.exchange.grammar import Scope
from ivr.telephony.exchange.twiml import Document

if TYPE_CHECKING:
    import asyncio

    from ivr.telephony.exchange.queues import Queue


class Status(Enum):
    """A call's state, in the network's words."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def final(self) -> bool:
        """Whether nothing can follow."""
        return self not in {Status.QUEUED, Status.INITIATED, Status.RINGING, Status.IN_PROGRESS}


@dataclass(frozen=True, slots=True)
class Go:
    """Ask this URL for the next document, saying `extra` beside what is always said."""

    url: str
    method: str = "POST"
    extra: Mapping[str, str] = field(default_factory=dict)


class Stop(Enum):
    """How a document ends when it names no next one."""

    END = "nothing follows"
    HANGUP = "hung up by the document"
    LEAVE = "left the queue"
    REJECTED = "rejected"
    REJECTED_BUSY = "rejected as busy"


Outcome = Go | Stop | None  # None: fall through to the next verb


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to be heard for `seconds`: a fetched sound, or (a last resort) text to be read aloud."""

    seconds: float
    url: str = ""
    text: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """Which keys are awaited: `digits` of them (0: any), up to `finish`, `seconds` between two."""

    seconds: int
    digits: int
    finish: str


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """Record for at most `longest` seconds, until a key of `finish` or `silence` seconds (0: never)."""

    longest: int
    silence: int
    finish: str
    beep: bool


@dataclass(frozen=True, slots=True)
class Take:
    """What was recorded: `seconds` of it (0: nothing), the key or `hangup` that ended it, and the media.

    Without media the network lets a generated voice speak for so long.
    """

    seconds: float
    ended_by: str
    media: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Watch:
    """Where the events of a call are reported, and which."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True)
class Call:
    """One call as the network knows it; the switch alone changes it."""

    sid: str
    caller: str
    to: str
    direction: str
    status: Status = Status.QUEUED
    parent: str = ""
    watch: Watch | None = None
    fallback: Go | None = None
    created: float = 0.0
    answered: float | None = None
    ended: float | None = None
    sequence: int = 0

    def seconds(self, now: float) -> int:
        """How long the two ends have been connected."""
        return 0 if self.answered is None else round((self.ended or now) - self.answered)


class Line(Protocol):
    """One end of a call. Everything that takes time raises HungUp as soon as that end is gone."""

    @property
    def gone(self) -> bool:
        """Whether that end has hung up."""

    @property
    def at(self) -> float:
        """Seconds since this line's call began."""

    async def hear(self, sound: Sound) -> str | None:
        """The sound is heard to its end; while keys are awaited, the first one stops it and is returned."""

    async def rest(self, seconds: float) -> str | None:
        """Silence; while keys are awaited, the first one ends it and is returned."""

    def listen(self, keys: Listening) -> None:
        """From now on keys are awaited; those pressed before are lost."""

    def deafen(self) -> None:
        """Keys are no longer awaited."""

    async def record(self, order: RecordOrder) -> Take:
        """The far end is recorded; hanging up ends it and is no HungUp."""

    async def ring(self, caller: str, seconds: float) -> Status:
        """Rings: in-progress when picked up, else busy, failed, no-answer or canceled."""

    async def hung_up(self) -> None:
        """Returns when that end hangs up."""

    async def pressed(self, key: str) -> None:
        """Returns when that key is pressed, whoever else is listening."""

    def hang_up(self, why: Status) -> None:
        """The network ends this end of the call."""

    def show(self, what: str, details: Mapping[str, object] | None = None) -> None:
        """Tells the phone what is going on, in the words of the line protocol."""


class Tape(Protocol):
    """What one Record records."""

    def keep(self, take: Take) -> Mapping[str, str]:
        """RecordingSid, RecordingUrl and RecordingDuration; none when nothing was said."""


class Network(Protocol):
    """What the interpreter needs of the world beyond its own line."""

    def queue(self, name: str, *, make: bool) -> "Queue | None":
        """The queue of that name, made if need be and wanted."""

    def fetch(self, call: Call, go: Go) -> "asyncio.Future[Document]":
        """The next document, asked for at once; TwimlError when it cannot be had or read."""

    def sound(self, url: str) -> "Coroutine[Any, Any, Sound]":
        """The sound behind a URL; TwimlError when it cannot be had."""

    def spoken(self, text: str, language: str) -> Sound:
        """Text as something to be heard."""

    def child(self, parent: Call, number: str, caller: str, watch: Watch | None) -> "Leg":
        """A new leg to that number; it does not ring yet."""

    def become(self, call: Call, status: Status) -> None:
        """The call has changed; whoever watches it is told."""

    def notify(self, call: Call, go: Go) -> None:
        """A request whose answer has no effect; it is made in the background."""

    def tape(self, call: Call, watch: Watch | None) -> Tape:
        """A recording begins, and whoever watches it is told each step."""

    def may_show(self, call: Call, number: str) -> bool:
        """Whether that number may stand as callerId of what this call dials."""


@dataclass(slots=True)
class Leg:
    """A call, its line, its network, the document it is in; `quiet` counts redirects since a sound."""

    call: Call
    line: Line
    network: Network
    scope: Scope = Scope.CALL
    document: Document = field(default_factory=lambda: Document((), "", ""))
    told: Callable[[], Mapping[str, str]] = dict
    quiet: int = 0
    answered: bool = False

    def pick_up(self) -> None:
        """The network answers for the number that was called, unless it has done so."""
        if not self.answered:
            self.answered = True
            self.network.become(self.call, Status.IN_PROGRESS)
            self.line.show("answered")

    def report(self, go: Go | None) -> None:
        """Asks an action, if there is one, for nothing; after a hang-up it is told that the call is over."""
        if go is None:
            return
        over = {"CallStatus": Status.COMPLETED.value} if self.line.gone else {}
        self.network.notify(self.call, Go(go.url, go.method, {**go.extra, **over}))
