"""How long after `0` the first phone rings, and how many webhooks that takes, against one bare webhook."""

import asyncio
import base64
import hmac
import secrets
import statistics
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web

from ivr.clock import now
from ivr.settings import read_settings
from ivr.telephony.exchange import server
from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.config import ExchangeConfig
from ivr.telephony.exchange.driving import Calls
from ivr.telephony.exchange.phones import Phone
from ivr.telephony.exchange.webhooks import Answer, Request, Webhooks
from ivr.telephony.exchange.wire import HttpWire, open_session
from tests.app.people import OnDuty, keep_people
from tests.benchmarks.bench_turns import FORM, SID, TOKEN, free_port, running

HELPLINE, CALLER, COUNSELLOR = "+12025550199", "+12025550142", "+27821110001"
CALLS, WEBHOOKS, PATIENCE = 10, 30, 20


@dataclass
class Counting:
    """A wire that notes when it was asked for what."""

    wire: HttpWire
    asked: list[tuple[float, str]] = field(default_factory=list)

    async def send(self, request: Request) -> Answer:
        self.asked.append((time.perf_counter(), request.url))
        return await self.wire.send(request)


@dataclass
class Somebody:
    """A phone that presses its keys as soon as one is awaited, and notes what it is told, and when."""

    keys: str = ""
    told: asyncio.Queue[tuple[float, str]] = field(default_factory=asyncio.Queue)
    phone: Phone | None = None
    left: list[str] = field(default_factory=list)

    def tell(self, message: Any) -> None:
        self.told.put_nowait((time.perf_counter(), str(message["is"])))
        if message["is"] == "listening" and self.left:
            asyncio.get_running_loop().call_soon(self._press, self.left.pop(0))

    def _press(self, key: str) -> None:
        assert self.phone is not None
        self.told.put_nowait((time.perf_counter(), f"pressed {key}"))
        self.phone.take({"do": "key", "key": key})

    async def until(self, what: str) -> float:
        """When that was told, of what was not asked for yet."""
        async with asyncio.timeout(PATIENCE):
            while True:
                at, told = await self.told.get()
                if told == what:
                    return at


def bare_webhook(public: str) -> float:
    """Seconds that one signed webhook takes, there and back."""
    signed = f"{public}/voice" + "".join(f"{name}{FORM[name]}" for name in sorted(FORM))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    asked = urllib.request.Request(  # noqa: S310 (our own server)
        f"{public}/voice", urlencode(FORM).encode(), {"X-Twilio-Signature": signature}
    )
    began = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 (our own server)
        answer.read()
    return time.perf_counter() - began


@asynccontextmanager
async def exchange(port: int, public: str, folder: Path) -> AsyncIterator[tuple[Calls, Counting]]:
    """A network on that port, whose one number is the helpline's."""
    config = ExchangeConfig(
        account=Account(SID, TOKEN),
        host="127.0.0.1",
        port=port,
        number=HELPLINE,
        voice_url=f"{public}/voice",
        fallback_url="",
        status_url=f"{public}/voice/status",
        data_dir=folder,
        to_wav=lambda media: media,
        speak=lambda words: words.encode(),
    )
    async with open_session() as session:
        calls = server.build(config, session, f"http://127.0.0.1:{port}")
        counting = Counting(HttpWire(session))
        calls.switch.world = replace(calls.switch.world, webhooks=Webhooks(counting, config.account))
        runner = web.AppRunner(server._application(calls, secrets.token_urlsafe(8)), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield calls, counting
        finally:
            await calls.close()
            await runner.cleanup()


def somebody(calls: Calls, number: str, keys: str = "") -> Somebody:
    person = Somebody(keys)
    person.phone = Phone(person.tell, calls.switch.world.clock, calls.place)
    calls.switch.phones.add(person.phone)
    person.phone.take({"do": "register", "number": number, "patient": False, "plays": False})
    return person


async def reach(caller: Somebody, counsellor: Somebody, counting: Counting) -> tuple[float, int]:
    """Seconds from the key to the ringing, and webhooks in between, beside the one that tells of the key."""
    assert caller.phone is not None
    caller.left = list("10")
    caller.phone.take({"do": "call", "to": HELPLINE})
    pressed = await caller.until("pressed 0")
    rang = await counsellor.until("ringing")
    between = [url for at, url in counting.asked if pressed < at < rang and "/e/" not in url]
    caller.phone.take({"do": "hangup"})
    await counsellor.until("ended")
    await asyncio.sleep(0.3)
    return rang - pressed, len(between) - 1


async def measure(port: int, public: str, folder: Path) -> tuple[list[tuple[float, int]], list[float]]:
    async with exchange(port, public, folder) as (calls, counting):
        caller, counsellor = somebody(calls, CALLER), somebody(calls, COUNSELLOR)
        bare = [await asyncio.to_thread(bare_webhook, public) for _ in range(WEBHOOKS)]
        return [await reach(caller, counsellor, counting) for _ in range(CALLS)], bare


def test_from_the_key_to_the_first_ring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port, rest = free_port(), free_port()
    public = f"http://127.0.0.1:{port}"
    live = {
        "PORT": str(port),
        "PUBLIC_URL": public,
        "DATA_DIR": str(tmp_path / "data"),
        "AUDIO_DIR": str(tmp_path / "audio"),
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": f"http://127.0.0.1:{rest}",
        "HELPLINE_NUMBER": HELPLINE,
    }
    at = now()
    shift = (at - timedelta(hours=1), at + timedelta(hours=5))
    keep_people(read_settings(live), [OnDuty("Thandi", COUNSELLOR, ("en",), 1, *shift)])
    with running(port, ["ivr", "serve"], live):
        reached, bare = asyncio.run(measure(rest, public, tmp_path))
    seconds = statistics.median(each for each, _ in reached)
    webhook = statistics.median(bare)
    with capsys.disabled():
        print(
            f"\nfrom 0 to the first ring: {seconds * 1000:.0f} ms (slowest {max(reached)[0] * 1000:.0f} ms), "
            f"webhooks in between: {statistics.median(each for _, each in reached):.0f}; "
            f"a bare signed webhook {webhook * 1000:.1f} ms, ratio {seconds / webhook:.1f}"
        )
