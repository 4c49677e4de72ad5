"""The exchange as a process: REST and phones on one port of this machine, its address in a file."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache, partial

import aiohttp
from aiohttp import web

from ivr.clock import now
from ivr.settings import HIGHEST_PORT, is_loopback
from ivr.telephony.exchange import rest_account, rest_calls, rest_queues, rest_recordings
from ivr.telephony.exchange.address import Address, published
from ivr.telephony.exchange.clock import Clock
from ivr.telephony.exchange.config import ExchangeConfig, ExchangeRefused
from ivr.telephony.exchange.driving import Calls
from ivr.telephony.exchange.leg import Go, Watch
from ivr.telephony.exchange.numbers import Number
from ivr.telephony.exchange.phones import Message, Phone
from ivr.telephony.exchange.rest import Api, worded
from ivr.telephony.exchange.sockets import phone_route
from ivr.telephony.exchange.sounds import Sounds
from ivr.telephony.exchange.switch import Switch, World
from ivr.telephony.exchange.webhooks import Webhooks
from ivr.telephony.exchange.wire import HttpShelf, HttpWire, open_session

LOG = logging.getLogger(__name__)
VOICE = "Hello. This telephone has no microphone, so a generated voice is speaking. Please call me back."


def run(exchange: ExchangeConfig) -> None:
    """Serves until SIGTERM or SIGINT, then ends every call properly."""
    asyncio.run(_run(exchange))


async def _run(exchange: ExchangeConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    async with serving(exchange) as address:
        LOG.info("the exchange listens on %s", address.url)
        await stop.wait()


@asynccontextmanager
async def serving(exchange: ExchangeConfig) -> AsyncIterator[Address]:
    """A running exchange; its address is published while inside."""
    if not is_loopback(exchange.host):
        raise ExchangeRefused(
            f"{exchange.host} is not on this machine; the exchange listens on loopback only"
        )
    listener = _listen(exchange.host, exchange.port)
    url = f"http://{_shown(exchange.host)}:{listener.getsockname()[1]}"
    account = exchange.account
    token = secrets.token_urlsafe(24)
    base = exchange.voice_url.removesuffix("/voice")
    address = Address(url, token, account.sid, account.token, exchange.number, os.getpid(), base)
    async with open_session() as session:
        calls = build(exchange, session, url)
        runner = web.AppRunner(_application(calls, token), access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        try:
            with published(address, exchange.data_dir):
                yield address
        finally:
            await calls.close()
            await runner.cleanup()


def build(exchange: ExchangeConfig, session: aiohttp.ClientSession, url: str) -> Calls:
    """The switch with the helpline's numbers in it, over real HTTP and in real time."""
    clock = Clock(asyncio.get_running_loop().time, lambda: switch.may_jump())  # noqa: PLW0108 (the switch is made after its clock)
    world = World(
        account=exchange.account,
        clock=clock,
        wall=now,
        webhooks=Webhooks(HttpWire(session), exchange.account),
        sounds=Sounds(HttpShelf(session), clock.now),
        to_wav=exchange.to_wav,
        voice=lru_cache(partial(exchange.speak, VOICE)),
        api_url=url,
        recording_delay=exchange.recording_delay,
    )
    switch = Switch(world)
    fallback = Go(exchange.fallback_url, "GET") if exchange.fallback_url else None
    status = Watch(exchange.status_url) if exchange.status_url else None
    for each in (exchange.number, *exchange.others):
        switch.numbers[each] = Number(each, Go(exchange.voice_url), fallback, status)
    return Calls(switch)


def _application(calls: Calls, token: str) -> web.Application:
    api = Api(calls.switch, calls)
    application = web.Application(client_max_size=2**20, middlewares=[worded])
    make: Callable[[Callable[[Message], None]], Phone] = lambda tell: Phone(  # noqa: E731 (typed here)
        tell, calls.switch.world.clock, calls.place
    )
    application.add_routes([web.get("/healthz", _healthz), phone_route(calls.switch.phones, make, token)])
    for routes in (
        rest_calls.routes,
        rest_queues.routes,
        rest_recordings.routes,
        rest_account.number_routes,
        rest_account.message_routes,
    ):
        application.add_routes(routes(api))
    return application


async def _healthz(request: web.Request) -> web.Response:
    del request
    return web.json_response({"alive": True})


def _listen(host: str, port: int) -> socket.socket:
    with contextlib.suppress(OSError):
        return _bound(host, port if port <= HIGHEST_PORT else 0)
    return _bound(host, 0)


def _bound(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
