"""The browser phone over the real exchange, which executes TwiML written here by hand."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Response, request
from playwright.sync_api import BrowserContext, Locator, Page, expect

from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.config import ExchangeConfig
from ivr.telephony.exchange.page import ExchangeAddress
from ivr.telephony.exchange.server import serving

pytestmark = pytest.mark.browser

HELPLINE = "+12025550100"
COUNSELLOR = "+12025550190"


class Voice:
    """A helpline of four documents; keeps what the exchange said when it asked for them."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.asked: list[tuple[str, dict[str, str]]] = []

    def answer(self, name: str) -> Response:
        self.asked.append((name, request.form.to_dict()))
        document = getattr(self, f"_{name}")(request.form.get("Digits", ""))
        return Response(f"<Response>{document}</Response>", content_type="text/xml")

    def said(self, name: str, seconds: float = 5) -> list[dict[str, str]]:
        deadline = time.monotonic() + seconds
        while not (found := [form for asked, form in self.asked if asked == name]):
            assert time.monotonic() < deadline, f"/{name} was never asked, but {self.asked}"
            time.sleep(0.02)
        return found

    def _gather(self, action: str) -> str:
        play = f"<Play>{self.base}/audio/welcome.wav</Play>"
        return f'<Gather numDigits="1" timeout="20" action="{self.base}/{action}">{play}</Gather>'

    def _voice(self, digits: str) -> str:
        return self._gather("menu")

    def _menu(self, digits: str) -> str:
        if digits == "5":
            return f'<Record action="{self.base}/recorded" maxLength="60" timeout="0" finishOnKey="#"/>'
        if digits == "7":
            return "<Plai>wrong</Plai>"
        number = f'<Number url="{self.base}/screen">{COUNSELLOR}</Number>'
        return f'<Dial timeout="20" callerId="{HELPLINE}" action="{self.base}/after">{number}</Dial>'

    def _screen(self, digits: str) -> str:
        return self._gather("accept") + "<Hangup/>"

    def _accept(self, digits: str) -> str:
        return ""

    def _after(self, digits: str) -> str:
        return "<Hangup/>"

    def _recorded(self, digits: str) -> str:
        return "<Hangup/>"


class RealExchange:
    """The exchange in a thread of its own, until closed."""

    def __init__(self, config: ExchangeConfig) -> None:
        self.address: ExchangeAddress | None = None
        self._config = config
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with serving(self._config) as address:
            self.address = ExchangeAddress(address.url, address.token)
            self._ready.set()
            await self._stop.wait()
        await asyncio.sleep(0.1)  # a loop lets go of closed connections a round later


@pytest.fixture
def voice(starting_helpline: Any, tmp_path: Path, silence: Callable[[float], bytes]) -> Iterator[Voice]:
    voice = Voice(starting_helpline.url)
    starting_helpline.app.add_url_rule("/<name>", "voice", voice.answer, methods=["POST"])
    config = ExchangeConfig(
        account=Account("AC" + "0" * 32, "only-for-tests"),
        host="127.0.0.1",
        port=0,
        number=HELPLINE,
        voice_url=f"{voice.base}/voice",
        fallback_url="",
        status_url="",
        data_dir=tmp_path,
        to_wav=lambda media: media,
        speak=lambda words: silence(3),
    )
    exchange = RealExchange(config)
    starting_helpline.address = exchange.address
    yield voice
    exchange.close()


@pytest.fixture
def page(context: BrowserContext, voice: Voice) -> Iterator[Page]:
    page = context.new_page()
    page.goto(f"{voice.base}/phone")
    expect(page.get_by_text("The exchange is ready.")).to_be_visible()
    page.get_by_role("button", name="Call the helpline").click()
    expect(phone(page, "Caller").get_by_role("log")).to_contain_text("For English, press 1.")
    yield page
    page.close()  # before the exchange, which would wait for it


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def test_a_caller_and_a_counsellor_who_presses_a_key_are_connected(page: Page, voice: Voice) -> None:
    page.keyboard.press("0")
    phone(page, "Counsellor").get_by_role("button", name="Answer").and_(
        page.locator("[aria-disabled=false]")
    ).click()
    expect(phone(page, "Counsellor").get_by_role("log")).to_contain_text("For English, press 1.")
    page.keyboard.press("1")

    expect(page.get_by_text("Caller is connected with Counsellor.")).to_be_visible()
    phone(page, "Caller").get_by_role("button", name="Hang up").click()
    expect(page.get_by_text("Nobody is connected.")).to_be_visible()
    assert [{"Digits": "0"}] == [{"Digits": form["Digits"]} for form in voice.said("menu")]


def test_a_caller_hears_when_the_counsellor_declines(page: Page, voice: Voice) -> None:
    page.keyboard.press("0")
    phone(page, "Counsellor").get_by_role("button", name="Decline").click()

    expect(phone(page, "Caller")).to_contain_text("The call has ended.")
    assert ["busy"] == [form["DialCallStatus"] for form in voice.said("after")]


def test_a_message_is_recorded_without_a_microphone(page: Page, voice: Voice) -> None:
    page.keyboard.press("5")
    expect(phone(page, "Caller")).to_contain_text("Recording your message")
    page.wait_for_timeout(600)
    page.keyboard.press("#")

    expect(phone(page, "Caller")).to_contain_text("The call has ended.")
    assert ["#"] == [form["Digits"] for form in voice.said("recorded")]


def test_hanging_up_leaves_the_message(page: Page, voice: Voice) -> None:
    page.keyboard.press("5")
    expect(phone(page, "Caller")).to_contain_text("Recording your message")
    page.wait_for_timeout(600)
    phone(page, "Caller").get_by_role("button", name="Hang up").click()

    expect(phone(page, "Caller")).to_contain_text("The call was hung up.")
    assert ["hangup"] == [form["Digits"] for form in voice.said("recorded")]


def test_a_malformed_document_is_shown_as_it_came(page: Page, voice: Voice) -> None:
    page.keyboard.press("7")
    phone(page, "Caller").get_by_text("The document as it came").click()

    expect(phone(page, "Caller").locator("pre")).to_contain_text("<Plai>wrong</Plai>")
