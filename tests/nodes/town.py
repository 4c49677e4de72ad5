"""A telephone network in front of several machines: signs as the network does, and asks another each time.

    caller = town.call("+27831110001")
    caller.key("2")
    assert "main.ask" in caller.heard

A machine that does not answer is asked no more than once: the URL's overrides ask for one repeat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import requests

from tests.app.stage import sign
from tests.nodes.machines import Machine
from tests.nodes.provider import Placed, Provider

PUBLIC = "http://127.0.0.1:9"  # nobody listens there: the town knows the machines behind it
ACCOUNT = "AC" + "0" * 32
NUMBER = "+27105550100"


@dataclass
class Town:
    """The network; `words` says which prompts a sound may be."""

    machines: Sequence[Machine]
    provider: Provider
    words: dict[str, frozenset[str]]
    turns: "count[int]" = field(default_factory=count)
    asked: list[str] = field(default_factory=list)
    calls: "count[int]" = field(default_factory=lambda: count(1))
    lines: list["Line"] = field(default_factory=list)
    over: int = 0
    fetches: bool = True

    def call(self, number: str) -> "Line":
        """Somebody rings the helpline, and hears the first document."""
        sid = "CA" + sha256(f"{number} {next(self.calls)}".encode()).hexdigest()[:32]
        line = Line(self, sid, number, NUMBER)
        self.lines.append(line)
        line.go(f"{PUBLIC}/voice")
        return line

    def pick_up(self, placed: Placed) -> "Line":
        """Whoever was rung picks up, and hears what the order says."""
        line = Line(self, placed.sid, NUMBER, placed.to, "outbound-api")
        line.tell(placed.status_url, CallStatus="in-progress")
        line.go(placed.url)
        return line

    def send(self, url: str, fields: dict[str, str]) -> requests.Response:
        """A signed webhook to the next machine; to the one after it if that does not answer."""
        bare = url.partition("#")[0]
        for machine in self._order():
            try:
                path = bare.removeprefix(PUBLIC)
                answer = requests.post(
                    f"{machine.url}{path}", data=fields, headers=signed(bare, fields), timeout=15
                )
            except requests.ConnectionError:
                continue
            self.asked.append(machine.name)
            assert answer.ok, (machine.name, path, answer.status_code, machine.log[-2000:])
            return answer
        raise AssertionError("no machine answers")

    def all_hang_up(self) -> None:
        """Nobody is on the telephone any more, and the network says so."""
        for placed in self.provider.placed[self.over :]:
            Line(self, placed.sid, NUMBER, placed.to, "outbound-api").tell(
                placed.status_url, CallStatus="canceled"
            )
        self.over = len(self.provider.placed)
        for line in self.lines:
            line.hangs_up()
        self.lines.clear()

    def sounds_at(self, machine: Machine, url: str) -> requests.Response:
        """What one machine hands out under a sound's URL."""
        return requests.get(f"{machine.url}{urlsplit(url).path}", timeout=15)

    def _order(self) -> list[Machine]:
        first = next(self.turns) % len(self.machines)
        return [*self.machines[first:], *self.machines[:first]]


@dataclass
class Line:
    """One leg of a call, and the document that is heard on it now."""

    town: Town
    sid: str
    caller: str
    called: str
    direction: str = "inbound"
    document: ET.Element = field(default_factory=lambda: ET.Element("Response"))

    @property
    def plays(self) -> list[str]:
        """The sounds' URLs."""
        return [each.text or "" for each in self.document.iter("Play")]

    @property
    def heard(self) -> set[str]:
        """The prompts that the sounds are, each by any of its names."""
        return {name for url in self.plays for name in self.town.words.get(_file(url), frozenset({url}))}

    def go(self, url: str, **fields: str) -> ET.Element:
        """Hear what is answered to a webhook of this leg."""
        answer = self.tell(url, **fields)
        self.document = ET.fromstring(answer.content)  # noqa: S314 (our own)
        for sound in self.plays:  # the network fetches sounds from whichever machine comes next
            machine = self.town.machines[next(self.town.turns) % len(self.town.machines)]
            if machine.process and self.town.fetches:
                fetched = self.town.sounds_at(machine, sound)
                assert fetched.ok, (machine.name, sound, fetched.status_code)
        return self.document

    def tell(self, url: str, **fields: str) -> requests.Response:
        """A webhook of this leg."""
        told = {
            "CallSid": self.sid,
            "AccountSid": ACCOUNT,
            "From": self.caller,
            "To": self.called,
            "Direction": self.direction,
        }
        return self.town.send(url, {**told, **fields})

    def key(self, digits: str, **fields: str) -> ET.Element:
        """Press keys where they are asked for."""
        return self.go(self.action(), Digits=digits, **fields)

    def waits(self, **fields: str) -> ET.Element:
        """Do nothing until the call goes on by itself."""
        found = self.document.find("Redirect")
        assert found is not None, ET.tostring(self.document)
        return self.go(found.text or "", **fields)

    def waits_for(self, wanted: Callable[[ET.Element], bool], most: int = 40, **fields: str) -> ET.Element:
        """Do nothing until a document is as wanted."""
        for _ in range(most):
            if wanted(self.document):
                return self.document
            self.waits(**fields)
        raise AssertionError(f"not within {most} documents: {ET.tostring(self.document)!r}")

    def speaks(self, recording: str, sound: bytes, seconds: int = 12) -> ET.Element:
        """Speak at the tone, and end with hash."""
        self.town.provider.recordings[recording] = sound
        return self.go(self.action(), RecordingSid=recording, RecordingDuration=str(seconds), Digits="#")

    def hangs_up(self) -> None:
        """The call is over."""
        self.tell(f"{PUBLIC}/voice/status", CallStatus="completed", CallDuration="9")

    def action(self) -> str:
        """Where what is done is told."""
        found = next(
            (each.attrib["action"] for each in self.document.iter() if "action" in each.attrib), None
        )
        assert found, ET.tostring(self.document)
        return found


def signed(url: str, fields: dict[str, str]) -> dict[str, str]:
    """The header that the network sends."""
    return {"X-Twilio-Signature": sign(url, fields)}


def _file(url: str) -> str:
    return "/".join(urlsplit(url).path.split("/")[-2:])
