"""Plays a script: the people in it do what it says once they can, and what they meet is held against it."""

import asyncio
import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ivr.storage.engine import engine_for, reading
from ivr.storage.promises import list_promises
from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.leg import Go
from tests.app.stage import PUBLIC, Stage, make_stage
from tests.calls import harness
from tests.calls.network import AppShelf, Breakable, Provider, Wire
from tests.calls.script import CALLER, OWN_MESSAGE, Script, Step

DEMONSTRATION = "+12025550101"
LAST_WORDS = 5  # rounds of the event loop until the last phone has been told that all is over
Message = Mapping[str, Any]


@dataclass
class Played:
    """One script under way."""

    script: Script
    stage: Stage
    wire: Wire
    breakable: Breakable
    town: Any
    parties: dict[str, harness.Party] = field(default_factory=dict)
    left: list[Step] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    can: set[tuple[str, str]] = field(default_factory=set)
    takes: dict[str, tuple[int, float | None]] = field(default_factory=dict)
    talking: bool = False

    def told(self, who: str, message: Message) -> list[Message]:
        """A phone is told something: who can do what changes, and the script may go on."""
        could = self.can
        self._note(who, message)
        met = self._met(who, message, could)
        if met:
            self.log.append(f"{message['at']:6.1f}  {who}: {met}")
            if self.left and _same(self.left[0], who, met):
                self.left.pop(0)
        while self.left and self._done(self.left[0]):
            self.log.append(f"{message['at']:6.1f}  {self.left.pop(0).text}")
        return []

    def _note(self, who: str, message: Message) -> None:
        what = str(message["is"])
        if what in {"deaf", "answered", "connected", "parted", "ended"}:
            self.can = {each for each in self.can if each[0] != who}
        if what in {"silence", "listening", "ringing", "record", "connected"}:
            self.can = {*self.can, (who, what)}
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
            return "ends" if who == CALLER else "stops ringing" if (who, "ringing") in could else "is free"
        return {"ringing": "rings", "connected": "connected"}.get(what, "")

    def _prompt(self, url: str) -> str:
        language, file = urlsplit(url).path.split("/")[-2:]
        prompt = self.stage.parts.publication.current().sounds.by_file(language, file)
        return f"{prompt} ({language})" if prompt else OWN_MESSAGE

    def _done(self, step: Step) -> bool:
        """Whether the deed could be done now; what happens by itself is no deed."""
        deed = DEEDS.get(step.what)
        return deed(self, step) if deed else False

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
        if name == "talked":
            self.talking = False
        elif name in {"#", "hangup"}:
            self.does(who, {"do": "hangup"} if name == "hangup" else {"do": "key", "key": "#"})
        elif name == "nothing":
            take, _ = self.takes.pop(who)
            self.does(who, {"do": "recording", "take": take, "seconds": 0})


def _same(step: Step, who: str, met: str) -> bool:
    if step.what == "connected":
        return met == "connected"
    if step.who != who:
        return False
    wanted = f"hears {step.detail}" if step.what == "hears" else step.what
    return met == wanted or (step.what == "hears" and met.partition(" (")[0] == wanted)


def _presses(played: Played, step: Step) -> bool:
    key, _, at_once = step.detail.partition(" ")
    if (step.who, "listening" if at_once else "silence") not in played.can:
        return False
    played.can.discard((step.who, "silence"))
    played.does(step.who, {"do": "key", "key": key})
    return True


def _is_silent(played: Played, step: Step) -> bool:
    if (step.who, "silence") not in played.can:
        return False
    played.can.discard((step.who, "silence"))
    return True


def _speaks(played: Played, step: Step) -> bool:
    if (step.who, "record") not in played.can:
        return False
    played.can.discard((step.who, "record"))
    found = re.match(r"(\d+)", step.detail)
    seconds = float(found[1]) if found else 0.0
    played.takes[step.who] = (played.takes[step.who][0], seconds)
    name = "hangup" if step.detail.endswith("hangs up") else "#"
    played.does(step.who, {"do": "wake", "seconds": seconds, "name": name})
    return True


def _says_nothing(played: Played, step: Step) -> bool:
    if (step.who, "record") not in played.can:
        return False
    played.can.discard((step.who, "record"))
    played.does(step.who, {"do": "wake", "seconds": 5, "name": "nothing"})
    return True


def _hangs_up(played: Played, step: Step) -> bool:
    if played.talking:
        return False
    played.does(step.who, {"do": "hangup"})
    return True


def _answers(played: Played, step: Step) -> bool:
    if (step.who, "ringing") not in played.can:
        return False
    played.can.discard((step.who, "ringing"))
    played.does(step.who, {"do": "answer" if step.what == "answers" else "hangup"})
    return True


def _talk(played: Played, step: Step) -> bool:
    if (CALLER, "connected") not in played.can:
        return False
    played.talking = True
    played.does(CALLER, {"do": "wake", "seconds": float(step.detail), "name": "talked"})
    return True


def _repeats(played: Played, step: Step) -> bool:
    del step
    played.wire.repeat()
    return True


def _breaks(played: Played, step: Step) -> bool:
    played.breakable.broken = step.what == "breaks"
    return True


DEEDS = {
    "presses": _presses,
    "is silent": _is_silent,
    "speaks": _speaks,
    "says nothing": _says_nothing,
    "hangs up": _hangs_up,
    "answers": _answers,
    "declines": _answers,
    "talk": _talk,
    "repeats": _repeats,
    "breaks": _breaks,
    "mends": _breaks,
}


async def play(script: Script, folder: Path, audio: Path, database: Path) -> Played:
    """The whole call, from the first ring to its end, in no time."""
    played = _prepare(script, folder, audio, database)
    caller = played.parties[CALLER]
    played.does(CALLER, {"do": "call", "to": harness.HELPLINE})
    await asyncio.wait_for(caller.over.wait(), 20)
    await played.town.calls.close()
    for _ in range(LAST_WORDS):
        await asyncio.sleep(0)
    played.stage.clock.passes(minutes=2)
    played.stage.background()
    return played


def _prepare(script: Script, folder: Path, audio: Path, database: Path) -> Played:
    provider = Provider()
    stage = make_stage(
        folder, audio, database, people=script.people, network=provider, exchange=script.demonstration
    )
    breakable = Breakable(stage.parts.publication)
    stage = Stage(replace(stage.parts, publication=breakable), stage.clock)  # type: ignore[arg-type]
    stage.clock.at = script.at
    stage.parts.snapshot.load()
    wire = Wire(stage)
    account = Account(*stage.parts.account)
    town = harness.build_town(wire, AppShelf(stage), voice=Go(f"{PUBLIC}/voice"), account=account)
    wire.town = provider.town = town
    played = Played(script, stage, wire, breakable, town, left=list(script.steps))
    _invite(played)
    return played


def _invite(played: Played) -> None:
    numbers = {CALLER: harness.CALLER, **{each.name: each.phone for each in played.script.people}}
    if played.script.demonstration:
        numbers["Demonstration"] = DEMONSTRATION
    for name, number in numbers.items():
        played.parties[name] = played.town.add(number, lambda message, name=name: played.told(name, message))
    for name in played.script.busy:
        phone = played.parties[name].phone
        assert phone is not None
        phone.begin()


def promised(played: Played) -> list[str]:
    """The promises of the database, in the words of a script."""
    with reading(engine_for(played.stage.parts.settings.database_url)) as connection:
        return [f"one {each.kind} in {each.language}" for each in list_promises(connection)]
