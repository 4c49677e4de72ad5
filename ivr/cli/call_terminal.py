"""The phones of one terminal: the caller's and some counsellors', each on a socket of the exchange."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp

from ivr.cli.call_heard import Heard
from ivr.cli.call_words import describe, describe_counsellor, describe_sound, say_time
from ivr.telephony.exchange.address import Address

Message = Mapping[str, object]
React = Callable[[Message], Sequence[Message]]
Note = Callable[[Message], Awaitable[None]]
LONGEST = 32 * 1024 * 1024


@dataclass(slots=True, eq=False)
class Handset:
    """One phone: what it is told is noted, then reacted to."""

    socket: aiohttp.ClientWebSocketResponse
    react: React
    note: Note
    patient: bool
    _at: float = 0.0
    _told: float = 0.0

    async def serve(self) -> None:
        """Until the call on it has ended, or the exchange is gone."""
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                await self._take(json.loads(message.data))

    async def _take(self, message: Message) -> None:
        self._at, self._told = float(str(message.get("at", 0.0))), asyncio.get_running_loop().time()
        await self.note(message)
        for deed in self.react(message):
            await self.do(deed)
        await self.socket.send_json({"do": "seen"})

    async def do(self, deed: Message) -> None:
        """What the person at the phone does; for a patient one no time has passed since the last message."""
        since = 0.0 if self.patient else asyncio.get_running_loop().time() - self._told
        await self.note({**deed, "at": self._at + since if self._told else 0.0})
        await self.socket.send_json(dict(deed))


@dataclass(slots=True)
class Terminal:
    """Prints what happens and keeps what was heard; `problems` says what went wrong."""

    address: Address
    session: aiohttp.ClientSession
    say: Callable[[str], None]
    heard: Heard | None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    _words: dict[str, Mapping[str, str] | None] = field(default_factory=dict)
    _sounds: dict[str, bytes] = field(default_factory=dict)

    async def handset(self, number: str, react: React, note: Note, *, patient: bool) -> Handset:
        """A registered phone."""
        url = f"{self.address.url}/phones?token={self.address.token}"
        socket = await self.session.ws_connect(url, max_msg_size=LONGEST)
        await socket.send_json({"do": "register", "number": number, "plays": False, "patient": patient})
        return Handset(socket, react, note, patient)

    async def note_caller(self, message: Message) -> None:
        """Something on the caller's phone."""
        if message.get("is") == "play":
            await self._note_sound(message)
        elif text := describe(message):
            self.say(f"{say_time(message['at']):>7}  {text}")
        if self.heard:
            self.heard.take(message)
        self._note_end(message)

    def _note_end(self, message: Message) -> None:
        if message.get("is") in {"error", "refused"}:
            self.problems.append(str(message["message"]))
        elif message.get("why") == "failed" and not self.problems:
            self.problems.append("the call failed")
        if message.get("is") in {"ended", "refused"}:
            self.seconds = float(str(message["at"]))
            self.ended.set()

    async def note_counsellor(self, message: Message) -> None:
        """Something on a counsellor's phone."""
        if message.get("is") == "play":
            text = describe_sound(message, await self._words_of(str(message["sound"])))
        else:
            text = describe_counsellor(message)
        if text:
            self.say(f"     counsellor's phone: {text}")
        if message.get("is") == "error":
            self.problems.append(str(message["message"]))

    async def _note_sound(self, message: Message) -> None:
        url = str(message["sound"])
        self.say(f"{say_time(message['at']):>7}  {describe_sound(message, await self._words_of(url))}")
        if self.heard:
            if url not in self._sounds:
                async with self.session.get(url) as response:
                    self._sounds[url] = await response.read()
            self.heard.play(float(str(message["at"])), message["play"], self._sounds[url])

    async def _words_of(self, sound: str) -> Mapping[str, str] | None:
        if sound not in self._words:
            url = f"{self.address.helpline}/phone/words"
            async with self.session.get(url, params={"sound": sound}) as response:
                self._words[sound] = await response.json() if response.ok else None
        return self._words[sound]
