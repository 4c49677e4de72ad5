"""A running exchange for the tests of its REST side."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from twilio.rest import Client

from ivr.telephony.exchange.config import ExchangeConfig
from ivr.telephony.exchange.server import serving
from tests.telephony.exchange.running import ACCOUNT, HELPLINE, WAV, Application, Exchange


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    application = Application(
        {
            "/voice": "<Response><Enqueue waitUrl='/wait'>q1</Enqueue></Response>",
            "/wait": "<Response><Pause length='10'/></Response>",
            "/elsewhere": "<Response><Pause length='60'/></Response>",
            "/leg": "<Response><Dial><Queue>q1</Queue></Dial></Response>",
            "/record": "<Response><Record action='/recorded' finishOnKey='#'/></Response>",
            "/recorded": "<Response/>",
            "/status": "<Response/>",
        }
    )
    site = web.Application()
    site.router.add_route("*", "/{path:.*}", application.answer)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    application.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    config = ExchangeConfig(
        ACCOUNT, "127.0.0.1", 0, HELPLINE, application.url + "/voice", "", application.url + "/status",
        tmp_path, lambda media: media, lambda text: WAV, recording_delay=0.2,
    )  # fmt: skip
    async with serving(config) as address, aiohttp.ClientSession() as session:
        client = Client(ACCOUNT.sid, ACCOUNT.token)
        client.api.base_url = address.url
        yield Exchange(application, client, address.url, address.token, session)
        client.http_client.session.close()
    await runner.cleanup()
    await asyncio.sleep(0.02)  # a loop lets go of closed connections a round later
