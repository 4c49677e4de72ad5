"""Phones over websockets, by the line protocol; only from this machine, only with the token."""

import asyncio
import hmac
import json
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from ivr.settings import is_loopback
from ivr.telephony.exchange.phones import BadMessage, Message, Phone, Phones

LONGEST_MESSAGE = 32 * 1024 * 1024  # a recording of several minutes, in base64


Make = Callable[[Callable[[Message], None]], Phone]


def phone_route(phones: Phones, make: Make, token: str) -> web.RouteDef:
    """GET /phones: one socket is one phone."""

    async def connect(request: web.Request) -> web.StreamResponse:
        _check(request, token)
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=LONGEST_MESSAGE)
        await socket.prepare(request)
        outbox: asyncio.Queue[Message] = asyncio.Queue()
        phone = make(outbox.put_nowait)
        sending = asyncio.ensure_future(_send(socket, outbox))
        phones.add(phone)
        try:
            await _receive(socket, phone)
        finally:
            phones.remove(phone)
            sending.cancel()
        return socket

    return web.get("/phones", connect)


def _check(request: web.Request, token: str) -> None:
    if not hmac.compare_digest(token.encode(), request.query.get("token", "").encode()):
        raise web.HTTPForbidden(text="the token is wrong; it stands in exchange.json in DATA_DIR")
    origin = request.headers.get("Origin")
    if origin and not is_loopback(urlsplit(origin).hostname or ""):
        raise web.HTTPForbidden(text=f"phones of {origin} may not be used here")


async def _send(socket: web.WebSocketResponse, outbox: "asyncio.Queue[Message]") -> None:
    while not socket.closed:
        await socket.send_json(dict(await outbox.get()))


async def _receive(socket: web.WebSocketResponse, phone: Phone) -> None:
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            _take(phone, message.data)


def _take(phone: Phone, text: str) -> None:
    try:
        said = json.loads(text)
        phone.take(said if isinstance(said, dict) else {})
    except (ValueError, BadMessage) as error:
        phone.say({"is": "refused", "message": str(error), "at": phone.line.at if phone.line else 0.0})
