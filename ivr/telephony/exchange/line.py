"""A call's line to one phone: what is asked of it is shown there, what is done there is told back."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.telephony.exchange.clock import Clock
from ivr.telephony.exchange.errors import HungUp
from ivr.telephony.exchange.leg import Listening, RecordOrder, Sound, Status, Take
from ivr.telephony.exchange.races import first_of

GUARD = 5  # seconds after which a play counts as heard although the phone never said so
MEDIA_WAIT = 4  # seconds a phone has for handing over what it recorded


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a phone recorded: its media (empty: a generated voice speaks), and for how long, if it says so."""

    media: bytes
    seconds: float | None


class PhoneLine:
    """The line of one call on one phone; `over` once the network is done with it."""

    def __init__(self, say: Callable[[Mapping[str, object]], None], clock: Clock, *, plays: bool) -> None:
        self._say = say
        self._clock = clock
        self._plays = plays
        self._began = clock.now()
        self._gone = asyncio.Event()
        self._up = asyncio.Event()
        self._awaited = False
        self._keys: deque[str] = deque()
        self._pressed = asyncio.Event()
        self._listeners: list[tuple[str, asyncio.Event]] = []
        self._heard: dict[int, asyncio.Event] = {}
        self._takes: dict[int, asyncio.Event] = {}
        self._spoken: dict[int, Spoken] = {}
        self._numbered = 0
        self._recording = False
        self.over = False

    @property
    def gone(self) -> bool:
        """Whether the phone has hung up."""
        return self._gone.is_set()

    @property
    def at(self) -> float:
        """Seconds since the call began."""
        return self._clock.now() - self._began

    def show(self, what: str, details: Mapping[str, object] | None = None) -> None:
        """Tells the phone, until its call is over."""
        if not self.over:
            self._say({"is": what, **(details or {}), "at": round(self.at, 3)})

    async def hear(self, sound: Sound) -> str | None:
        """The sound, to its end or to the first key that is awaited."""
        if self._keys:
            return self._keys.popleft()
        number = self._number()
        self._heard[number] = asyncio.Event()
        self._show_sound(number, sound)
        key = None
        try:
            key = await self._until(self._finish(number, sound.seconds))
        finally:
            if not self._heard.pop(number).is_set():
                self.show("stop", {"play": number})
        return key

    def _show_sound(self, number: int, sound: Sound) -> None:
        details: dict[str, object] = {"play": number, "seconds": round(sound.seconds, 3)}
        if sound.url:
            self.show("play", {**details, "sound": sound.url})
        else:
            self.show("say", {**details, "text": sound.text, "language": sound.language})

    async def _finish(self, number: int, seconds: float) -> None:
        heard = self._heard[number]
        if self._plays:
            await first_of(heard.wait(), self._clock.sleep(seconds + GUARD))
        else:
            await self._clock.sleep(seconds)
        heard.set()

    async def rest(self, seconds: float) -> str | None:
        """Silence, to its end or to the first key that is awaited."""
        return await self._until(self._clock.sleep(seconds))

    async def _until(self, over: Coroutine[Any, Any, object]) -> str | None:
        if not self.gone and not self._keys:
            self._pressed.clear()
            await first_of(over, self._gone.wait(), self._pressed.wait())
        else:
            over.close()
        if self.gone:
            raise HungUp
        return self._keys.popleft() if self._keys else None

    def listen(self, keys: Listening) -> None:
        """Keys are awaited from now on."""
        self._awaited = True
        self._keys.clear()
        self.show("listening", {"seconds": keys.seconds, "digits": keys.digits, "finish": keys.finish})

    def deafen(self) -> None:
        """Keys are no longer awaited."""
        self._awaited = False
        self._keys.clear()
        self.show("deaf")

    async def pressed(self, key: str) -> None:
        """Returns when that key is pressed."""
        event = asyncio.Event()
        self._listeners.append((key, event))
        try:
            await event.wait()
        finally:
            self._listeners.remove((key, event))

    async def hung_up(self) -> None:
        """Returns when the phone hangs up."""
        await self._gone.wait()

    async def ring(self, caller: str, seconds: float) -> Status:
        """Rings for so long; declining by hanging up is busy."""
        self.show("ringing", {"from": caller})
        ended = await first_of(self._up.wait(), self._gone.wait(), self._clock.sleep(seconds))
        if ended == 0:
            self.show("answered")
        return (Status.IN_PROGRESS, Status.BUSY, Status.NO_ANSWER)[ended]

    async def record(self, order: RecordOrder) -> Take:
        """What is spoken until a finishing key, the limit, the phone's own end of it, or hanging up."""
        number, started = self._number(), self.at
        self._takes[number] = asyncio.Event()
        details = {"take": number, "seconds": order.longest, "beep": order.beep}
        self.show("record", {**details, "silence": order.silence, "finish": order.finish})
        self._awaited = True
        self._keys.clear()
        self._recording = True
        try:
            ended_by = await self._speaking(number, order, started)
        finally:
            self._awaited = self._recording = False
        seconds = self.at - started
        self.show("recorded", {"take": number, "seconds": round(seconds, 3)})
        return await self._media(number, seconds, ended_by)

    async def _speaking(self, number: int, order: RecordOrder, started: float) -> str:
        while True:
            self._pressed.clear()
            limit = self._clock.sleep(order.longest - (self.at - started))
            spoken = self._takes[number].wait()
            ended = await first_of(spoken, self._gone.wait(), limit, self._pressed.wait())
            if ended == 1:
                return "hangup"
            key = self._keys.popleft() if self._keys else ""
            if not key or key in order.finish:
                return key

    async def _media(self, number: int, seconds: float, ended_by: str) -> Take:
        await first_of(self._takes[number].wait(), self._clock.sleep(MEDIA_WAIT))
        spoken = self._spoken.get(number, Spoken(b"", None))
        said = seconds if spoken.seconds is None else min(max(0.0, spoken.seconds), seconds)
        return Take(said, ended_by, spoken.media)

    def hang_up(self, why: Status) -> None:
        """The network ends the call on this phone."""
        if not self.over:
            self.show("ended", {"why": "hangup" if self.gone else why.value})
        self.over = True
        self._gone.set()

    def far_hangs_up(self) -> None:
        """The phone has hung up; it may call again at once, unless it still owes what it recorded."""
        self._gone.set()
        if not self._recording:
            self.hang_up(Status.COMPLETED)

    def answer(self) -> None:
        """The phone has been picked up."""
        self._up.set()

    def press(self, key: str) -> None:
        """A key has been pressed on the phone."""
        for wanted, event in self._listeners:
            if wanted == key:
                event.set()
        if self._awaited:
            self._keys.append(key)
            self._pressed.set()

    def played(self, number: int) -> None:
        """The phone has played that sound to its end."""
        if number in self._heard:
            self._heard[number].set()

    def spoke(self, number: int, spoken: Spoken) -> None:
        """The phone hands over what it recorded."""
        if number in self._takes:
            self._spoken[number] = spoken
            self._takes[number].set()

    def _number(self) -> int:
        self._numbered += 1
        return self._numbered
