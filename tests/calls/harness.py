"""Whole calls through the real exchange, without sockets, in virtual time: a minute takes milliseconds.

    heard = await place_call(app_wire(app), AnySound(), "2,0")
    assert "0.0 plays welcome" in heard.transcript

The application is reached by a Wire (`app_wire` wraps a Flask app), its sounds by a Shelf. For one that
checks signatures: `account=local_account(data_dir)`, and `voice=Go(PUBLIC_URL + "/voice")`. Counsellors that
ring, pick up and talk are there by themselves: `habit=Habit.SILENT` and the like change what they do.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.clock import Clock
from ivr.telephony.exchange.driving import Calls
from ivr.telephony.exchange.leg import Go, Watch
from ivr.telephony.exchange.numbers import Number
from ivr.telephony.exchange.parties import Caller, Counsellor, Habit, read_script
from ivr.telephony.exchange.phones import Phone
from ivr.telephony.exchange.sounds import Media, Shelf, Sounds
from ivr.telephony.exchange.switch import Switch, World
from ivr.telephony.exchange.webhooks import Answer, Request, Webhooks, Wire

ACCOUNT = Account("AC" + "0" * 32, "12345")
HELPLINE = "+12025550100"
CALLER = "+12025550142"
VOICE = Go("http://helpline.test/voice")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday


def silence_wav(seconds: float) -> bytes:
    """A WAV file of silence, 8 kHz, 16 bit, mono, written by hand."""
    data = bytes(2 * round(seconds * 8000))
    header = b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    header += bytes.fromhex("0100 0100 401f0000 803e0000 0200 1000")
    return header + b"data" + len(data).to_bytes(4, "little") + data


class AnySound:
    """A shelf on which every sound exists and lasts `seconds`."""

    def __init__(self, seconds: float = 2.0) -> None:
        self.seconds = seconds
        self.fetched: list[str] = []

    async def fetch(self, url: str) -> Media:
        self.fetched.append(url)
        return Media(200, "audio/wav", "max-age=31536000", silence_wav(self.seconds))


class AppWire:
    """Carries webhooks to a WSGI application by its own test client."""

    def __init__(self, app: Any) -> None:
        self.client = app.test_client()
        self.asked: list[Request] = []

    async def send(self, request: Request) -> Answer:
        self.asked.append(request)
        base, path = re.fullmatch(r"(https?://[^/]+)(.*)", request.url).groups()
        got = self.client.open(
            path, base_url=base, method=request.method, data=dict(request.form), headers=dict(request.headers)
        )
        return Answer(got.status_code, got.headers.get("Content-Type", ""), got.data)


def app_wire(app: Any) -> AppWire:
    """A Wire to a Flask application."""
    return AppWire(app)


@dataclass
class Heard:
    """What one phone was told and did, in order; `at` of a deed is that of the message before it."""

    told: list[Mapping[str, Any]] = field(default_factory=list)
    words: Callable[[str], str] = str

    def of(self, what: str) -> list[Mapping[str, Any]]:
        return [each for each in self.told if each.get("is", each.get("do")) == what]

    @property
    def played(self) -> list[str]:
        """The words of every sound, in order."""
        return [
            self.words(each.get("sound") or each["text"])
            for each in self.told
            if "seconds" in each and "play" in each
        ]

    @property
    def transcript(self) -> list[str]:
        """Lines such as `2.0 plays welcome`, `7.0 presses 2`, `9.5 connected`."""
        return [line for each in self.told if (line := self._line(each))]

    def _line(self, each: Mapping[str, Any]) -> str:
        at = f"{each['at']:.1f}"
        if each.get("is") in {"play", "say"}:
            return f"{at} {each['is']}s {self.words(each.get('sound') or each['text'])}"
        if each.get("do") == "key":
            return f"{at} presses {each['key']}"
        if each.get("do") in {"hangup", "answer"}:
            return f"{at} {'hangs up' if each['do'] == 'hangup' else 'answers'}"
        if each.get("is") in {"ringing", "answered", "connected", "parted", "recorded", "record", "waiting"}:
            return f"{at} {each['is']}"
        return f"{at} ended {each['why']}" if each.get("is") == "ended" else ""


@dataclass
class Party:
    """A person on a patient phone of this exchange; what they are told and do goes into `heard`."""

    react: Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]
    phone: Phone | None = None
    heard: Heard = field(default_factory=Heard)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def told(self, message: Mapping[str, Any]) -> None:
        asyncio.get_running_loop().call_soon(self._take, message)

    def _take(self, message: Mapping[str, Any]) -> None:
        self.heard.told.append(message)
        for deed in self.react(message):
            self.heard.told.append({**deed, "at": message["at"]})
            self.phone.take(deed)
        self.phone.take({"do": "seen"})
        if message["is"] == "ended":
            self.over.set()


@dataclass
class Town:
    """An exchange with a helpline's number in it, and the people on its phones."""

    switch: Switch
    calls: Calls
    clock: Clock

    def add(self, number: str, react: Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]) -> Party:
        party = Party(react)
        party.phone = Phone(party.told, self.clock, self.calls.place)
        self.switch.phones.add(party.phone)
        party.phone.take({"do": "register", "number": number, "patient": True, "plays": False})
        return party


def build_town(
    wire: Wire,
    shelf: Shelf,
    *,
    voice: Go = VOICE,
    fallback: Go | None = None,
    status: Watch | None = None,
    impatient_queue: bool = False,
    account: Account = ACCOUNT,
) -> Town:
    """An exchange in virtual time whose one number asks `voice`.

    `impatient_queue`: time jumps although somebody waits in a queue, because nothing outside is awaited.
    """
    clock = Clock(lambda: 0.0, lambda: impatient_queue or switch.may_jump())
    world = World(
        account=account,
        clock=clock,
        wall=lambda: NOON,
        webhooks=Webhooks(wire, account),
        sounds=Sounds(shelf, clock.now),
        to_wav=lambda media: media,
        voice=lambda: silence_wav(1),
        api_url="http://exchange.test",
        patience=0,
        digestion=0,
    )
    switch = Switch(world)
    switch.numbers[HELPLINE] = Number(HELPLINE, voice, fallback, status)
    return Town(switch, Calls(switch), clock)


async def place_call(
    wire: Wire,
    shelf: Shelf,
    script: str = "",
    *,
    habit: Habit = Habit.ANSWERS,
    counsellors: int = 3,
    words: Callable[[str], str] = str,
    caller: str = CALLER,
    **number: Any,
) -> Heard:
    """One call by `script` (see ivr.telephony.exchange.parties), to its end; counsellors have that habit."""
    town = build_town(wire, shelf, **number)
    party = town.add(caller, Caller(read_script(script)).react)
    party.heard.words = words
    for _ in range(counsellors):
        town.add("*", Counsellor(habit).react)
    party.phone.take({"do": "call", "to": HELPLINE})
    await asyncio.wait_for(party.over.wait(), 20)
    await asyncio.sleep(0)
    await town.calls.close()
    return party.heard
