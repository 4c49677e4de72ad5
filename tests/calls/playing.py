"""Plays a script: the people in it do what it says once they can, and what they meet is held against it."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.app.stage import Stage
from tests.calls import harness
from tests.calls.network import Breakable, Wire
from tests.calls.rest import Rest
from tests.calls.script import CALLER, CALLERS, OWN_MESSAGE, Script, Step

BEAT = 5.0  # seconds between two looks of the helpline's tasks
STUCK = 120.0  # seconds in which nobody is on a call, after which nothing more is expected of a script
LONGEST = 1800.0  # seconds without anything that the script says
LAST_BEATS = 12
LAST_WORDS = 5  # rounds of the event loop until the last phone has been told that all is over
Message = Mapping[str, Any]


@dataclass
class Played:
    """One script under way."""

    script: Script
    stage: Stage
    wire: Wire
    rest: Rest
    breakable: Breakable
    town: Any
    parties: dict[str, harness.Party] = field(default_factory=dict)
    left: list[Step] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    can: set[tuple[str, str]] = field(default_factory=set)
    takes: dict[str, tuple[int, float | None]] = field(default_factory=dict)
    talks_with: dict[str, str] = field(default_factory=dict)
    rang: list[str] = field(default_factory=list)
    tests: list[int] = field(default_factory=list)
    ringing_at_end: list[str] = field(default_factory=list)
    waits: bool = False
    moved: float = 0.0

    def told(self, who: str, message: Message) -> list[Message]:
        """A phone is told something: who can do what changes, and the script may go on."""
        could = self.can
        self._note(who, message)
        self.met(who, self._met(who, message, could))
        return []

    def met(self, who: str, met: str) -> None:
        """Somebody has met something, which may be what the script says next."""
        if met:
            self.write(f"{who}: {met}")
            if self.left and _same(self, self.left[0], who, met):
                self._next()
        self.go_on()

    def go_on(self) -> None:
        """Do what can be done by now."""
        while self.left and not self.waits and self.deed(self.left[0]):
            self.write(self._next().text)

    def deed(self, step: Step) -> bool:
        """Whether the deed could be done now; what happens by itself is no deed."""
        from tests.calls.deeds import DEEDS  # noqa: PLC0415 (deeds are done to what is played here)

        deed = DEEDS.get(step.what)
        return deed(self, step) if deed else False

    def write(self, text: str) -> None:
        self.log.append(f"{self.town.clock.now():6.1f}  {text}")

    def _next(self) -> Step:
        self.moved = self.town.clock.now()
        return self.left.pop(0)

    def _note(self, who: str, message: Message) -> None:
        what = str(message["is"])
        if what in {"deaf", "answered", "connected", "parted", "ended"}:
            self.can = {each for each in self.can if each[0] != who}
            self.talks_with.pop(who, None)
        if what in {"silence", "listening", "ringing", "record", "connected"}:
            self.can = {*self.can, (who, what)}
        if what == "connected":
            self.talks_with[who] = str(message["conversation"])
        if what == "ringing":
            self.rang.append(who)
        if what == "record":
            self.takes[who] = (int(message["take"]), None)
        if what == "recorded":
            self._hand_over(who)
        if what == "woken":
            self._woken(who, str(message["name"]))

    def _met(self, who: str, message: Message, could: set[tuple[str, str]]) -> str:
        what = str(message["is"])
        if what == "play":
            return f"hears {self._prompt(str(message['sound']))}"
        if what == "say":
            return f"hears the network say {message['text']!r}"
        if what == "ended":
            return "stops ringing" if (who, "ringing") in could else "ends" if who in CALLERS else "is free"
        return {"ringing": "rings", "connected": "connected"}.get(what, "")

    def _prompt(self, url: str) -> str:
        language, file = urlsplit(url).path.split("/")[-2:]
        prompt = self.stage.parts.publication.current().sounds.by_file(language, file)
        return f"{prompt} ({language})" if prompt else OWN_MESSAGE

    def does(self, who: str, message: Message) -> None:
        phone = self.parties[who].phone
        assert phone is not None
        phone.take(message)

    def _hand_over(self, who: str) -> None:
        if who not in self.takes:
            return
        take, seconds = self.takes.pop(who)
        media = base64.b64encode(harness.silence_wav(seconds or 0)).decode()
        self.does(who, {"do": "recording", "take": take, "seconds": seconds, "media": media})

    def _woken(self, who: str, name: str) -> None:
        if name in {"#", "hangup"}:
            self.does(who, {"do": "hangup"} if name == "hangup" else {"do": "key", "key": "#"})
        elif name == "nothing":
            take, _ = self.takes.pop(who)
            self.does(who, {"do": "recording", "take": take, "seconds": 0})

    def pass_time(self, seconds: float) -> None:
        """Nothing more is done for so long; what happens meanwhile may be what the script says."""
        self.waits = True

        async def passes() -> None:
            await self.town.clock.sleep(seconds)
            self.waits, self.moved = False, self.town.clock.now()
            self.go_on()

        self.town.switch.errand(passes())

    def busy(self) -> list[str]:
        """Whose phones ring or are on a call."""
        return [
            name
            for name, party in self.parties.items()
            if name not in self.script.busy and party.phone and party.phone.busy
        ]


def _same(played: Played, step: Step, who: str, met: str) -> bool:
    if step.what == "connected":
        return met == "connected"
    if step.what == "connected with":
        with_ = played.talks_with
        return met == "connected" and with_.get(step.who, 1) == with_.get(step.detail, 2)
    if step.who != who:
        return False
    if step.what == "told":
        return met.startswith("told by SMS: ") and step.detail.casefold() in met.casefold()
    wanted = f"hears {step.detail}" if step.what == "hears" else step.what
    return met == wanted or (step.what == "hears" and met.partition(" (")[0] == wanted)


async def run(played: Played) -> None:
    """From the first ring until nothing is left to happen, in no time."""
    played.does(CALLER, {"do": "call", "to": harness.HELPLINE})
    await asyncio.wait_for(_to_the_end(played), 30)
    await played.town.calls.close()
    for _ in range(LAST_WORDS):
        await asyncio.sleep(0)
    played.stage.clock.passes(minutes=2)
    played.stage.background()


async def _to_the_end(played: Played) -> None:
    clock = played.town.clock
    active = clock.now()
    while played.waits or (played.left and clock.now() < active + STUCK) or played.busy():
        await _beat(played)
        if played.busy() or played.waits:
            active = clock.now()
        if clock.now() > played.moved + LONGEST and not played.waits:
            break
    # Callers are gone: whatever is still to happen must not be a phone that rings on.
    for _ in range(LAST_BEATS):
        await _beat(played)
    played.ringing_at_end = played.busy()


async def _beat(played: Played) -> None:
    await played.town.clock.sleep(BEAT)
    played.wire.look()
    played.go_on()
