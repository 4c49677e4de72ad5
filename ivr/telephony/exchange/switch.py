"""The switch: numbers, calls and queues; it is the network that the interpreter asks."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any, TypeVar

from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.clock import Clock
from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.leg import Call, Go, Leg, Line, Sound, Status, Watch
from ivr.telephony.exchange.nobody import NobodysLine
from ivr.telephony.exchange.numbers import Number, about, new_sid, progress
from ivr.telephony.exchange.phones import Phones
from ivr.telephony.exchange.queues import Queue
from ivr.telephony.exchange.recordings import Recordings
from ivr.telephony.exchange.sounds import Sounds
from ivr.telephony.exchange.taping import Tape
from ivr.telephony.exchange.twiml import Document, read_answer
from ivr.telephony.exchange.webhooks import Webhooks

LOG = logging.getLogger(__name__)
Result = TypeVar("Result")
WORDS_A_SECOND = 2.5  # how fast text is read aloud


@dataclass(frozen=True, slots=True)
class World:
    """What a switch is made with; `voice` speaks where a phone has no microphone."""

    account: Account
    clock: Clock
    wall: Callable[[], datetime]
    webhooks: Webhooks
    sounds: Sounds
    to_wav: Callable[[bytes], bytes]
    voice: Callable[[], bytes]
    api_url: str = ""
    recording_delay: float = 0.3  # seconds until a recording can be fetched
    patience: float = 8.0  # real seconds in which time does not jump past a recording nobody has fetched
    digestion: float = 0.5  # and those that whoever has fetched it needs to do something with it


@dataclass(slots=True)
class Switch:
    """One account's telephone network."""

    world: World
    numbers: dict[str, Number] = field(default_factory=dict)
    phones: Phones = field(default_factory=Phones)
    calls: dict[str, Call] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    recordings: Recordings = field(default_factory=Recordings)
    _errands: set[asyncio.Task[Any]] = field(default_factory=set)

    def may_jump(self) -> bool:
        """Whether all who are on a call are patient; what a queue waits for, only the world outside knows."""
        return self.phones.all_patient() and not any(each.members for each in self.queues.values())

    def queue(self, name: str, *, make: bool) -> Queue | None:
        """The queue of that name."""
        if make and name not in self.queues:
            self.queues[name] = Queue(new_sid("QU"), name)
        return self.queues.get(name)

    def fetch(self, call: Call, go: Go) -> asyncio.Task[Document]:
        """The next document of a call; a request once made arrives, whether or not somebody waits for it."""
        said = {**about(call, self.world.account.sid), **go.extra}
        asked = self.errand(self._document(go, said))
        asked.add_done_callback(_notice)
        return asked

    async def _document(self, go: Go, said: Mapping[str, str]) -> Document:
        with self.world.clock.working():
            answer, url = await self.world.webhooks.ask(go, said)
            return read_answer(answer.body, answer.content_type, url)

    async def sound(self, url: str) -> Sound:
        """The sound behind a URL."""
        with self.world.clock.working():
            return await self.world.sounds.get(url)

    def spoken(self, text: str, language: str) -> Sound:
        """Text, read aloud by whoever hears it."""
        return Sound(max(1.0, len(text.split()) / WORDS_A_SECOND), text=text, language=language)

    def open(self, caller: str, to: str, direction: str, parent: str = "") -> Call:
        """A new call in the books."""
        now = self.world.clock.now()
        call = Call(new_sid("CA"), caller, to, direction, parent=parent, created=now)
        self.calls[call.sid] = call
        return call

    def child(self, parent: Call, number: str, caller: str, watch: Watch | None) -> Leg:
        """A leg to that number; it does not ring yet."""
        call = self.open(caller, number, "outbound-dial", parent.sid)
        call.watch = watch
        return self.outbound(call)

    def outbound(self, call: Call) -> Leg:
        """The leg of a call to whichever phone rings for its number."""
        phone = self.phones.find(call.to, patient=self.phones.all_patient())
        if phone is None:
            return Leg(call, NobodysLine(Status.FAILED), self)
        if phone.busy:
            return Leg(call, NobodysLine(Status.BUSY), self)
        line = phone.begin()
        self.lines[call.sid] = line
        return Leg(call, line, self)

    def become(self, call: Call, status: Status) -> None:
        """The call is in a new state; whoever watches it is told."""
        if status is call.status or call.status.final:
            return
        call.status = status
        now = self.world.clock.now()
        if status is Status.IN_PROGRESS:
            call.answered = now
        if status.final:
            call.ended = now
            self.lines.pop(call.sid, None)
        self._tell(call)

    def _tell(self, call: Call) -> None:
        status = call.status
        event = "completed" if status.final else EVENTS.get(status, status.value)
        if call.watch and event in call.watch.events:
            timestamp = format_datetime(self.world.wall())
            said = progress(call, timestamp, call.seconds(self.world.clock.now()))
            call.sequence += 1
            self.notify(call, Go(call.watch.url, call.watch.method, said))

    def notify(self, call: Call, go: Go) -> None:
        """A request in the background; its answer has no effect, its failure is logged."""
        said = {**about(call, self.world.account.sid), **go.extra}  # as things are now, not when it is sent
        self.errand(self._ask(go, said))

    async def _ask(self, go: Go, said: Mapping[str, str]) -> None:
        try:
            with self.world.clock.working():
                await self.world.webhooks.ask(go, said)
        except TwimlError as error:
            LOG.warning("a callback failed: %s", error)

    def errand(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Work in the background."""
        task = asyncio.ensure_future(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
        return task

    async def settle(self) -> None:
        """Returns when nothing is under way in the background."""
        while self._errands:
            await asyncio.wait(set(self._errands))

    def tape(self, call: Call, watch: Watch | None) -> Tape:
        """A recording begins."""
        return Tape(self, call, watch)

    def may_show(self, call: Call, number: str) -> bool:
        """Whether that number may stand as callerId of what this call dials."""
        return number in {call.caller, call.to} or number in self.numbers


def _notice(asked: asyncio.Task[Document]) -> None:
    # Read here, because whoever asked may have hung up; asyncio reports an error that nobody reads.
    if not asked.cancelled():
        asked.exception()


EVENTS = {Status.IN_PROGRESS: "answered"}
