"""An exchange that runs as it does in life, over real HTTP on this machine, and whom it talks to."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from twilio.rest import Client

from ivr.telephony.exchange.account import Account

ACCOUNT = Account("AC" + "1" * 32, "secret")
HELPLINE = "+12025550100"
WAV = bytes.fromhex(
    "52494646 2c000000 57415645 666d7420 10000000 0100 0100 401f0000 803e0000 0200 1000 64617461 08000000"
) + bytes(8)


@dataclass
class Application:
    """A tiny helpline; `documents` by path, and what it was asked."""

    documents: dict[str, str]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((request.path, form))
        return web.Response(text=self.documents[request.path], content_type="text/xml")

    def of(self, path: str) -> list[dict[str, str]]:
        return [form for asked, form in self.asked if asked == path]


@dataclass
class Telephone:
    """A patient phone on a real websocket."""

    socket: aiohttp.ClientWebSocketResponse

    async def say(self, **message: object) -> None:
        await self.socket.send_json(message)

    async def until(self, what: str) -> dict[str, object]:
        while True:
            message = await self.socket.receive_json(timeout=5)
            if message["is"] == what:
                return message


@dataclass
class Exchange:
    application: Application
    client: Client
    url: str
    token: str
    session: aiohttp.ClientSession

    async def phone(self, number: str) -> Telephone:
        phone = Telephone(await self.session.ws_connect(f"{self.url}/phones?token={self.token}"))
        await phone.say(do="register", number=number, plays=False)
        await phone.until("registered")
        return phone


async def ask(what: Any, *args: object, **fields: object) -> Any:
    """What Twilio's client answers; it blocks, so it is asked on a thread of its own."""
    return await asyncio.to_thread(what, *args, **fields)
