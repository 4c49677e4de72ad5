"""The browser phone when lines break, pages close, and messages are recorded."""

import base64
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

CALLER = "+12025550142"
RECORDED = {"is": "recorded", "take": 1, "seconds": 2.0}
RECORD = {"is": "record", "take": 1, "seconds": 60, "beep": False}


def begin(page: Page, exchange: Any) -> None:
    page.get_by_role("button", name="Call the helpline").click()
    exchange.tell(CALLER, {"is": "calling", "to": "+12025550100"}, {"is": "answered"})
    expect(page.get_by_role("region", name="Caller")).to_contain_text("In the call")


def test_the_page_waits_for_an_exchange_that_is_starting(
    context: BrowserContext, helpline: Any, exchange: Any
) -> None:
    ready, helpline.address = helpline.address, None
    page = context.new_page()
    page.goto(f"{helpline.url}/phone")
    expect(page.get_by_text("Connecting to the exchange…").first).to_be_visible()
    helpline.address = ready

    expect(page.get_by_text("The exchange is ready.")).to_be_visible()


def test_a_broken_line_is_said_and_comes_back_when_the_exchange_does(page: Page, exchange: Any) -> None:
    begin(page, exchange)
    exchange.stop()
    expect(page.get_by_text("The exchange is away. Trying again…").first).to_be_visible()
    exchange.forget()
    exchange.start()

    exchange.wait_for(CALLER, {"do": "register"})
    expect(page.get_by_text("The exchange is ready.")).to_be_visible()


def test_a_closed_page_hangs_up(page: Page, exchange: Any) -> None:
    begin(page, exchange)
    page.close(run_before_unload=False)

    exchange.wait_for(CALLER, {"do": "(gone)"})


def test_a_reloaded_page_hangs_up_first(page: Page, exchange: Any) -> None:
    begin(page, exchange)
    page.reload()

    exchange.wait_for(CALLER, {"do": "hangup"})


def test_a_page_hidden_for_twenty_seconds_hangs_up(
    context: BrowserContext, helpline: Any, exchange: Any
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(f"{helpline.url}/phone")
    expect(page.get_by_text("The exchange is ready.")).to_be_visible()
    begin(page, exchange)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.clock.run_for(19_000)
    assert {"do": "hangup"} not in exchange.said[CALLER]
    page.clock.run_for(2_000)

    exchange.wait_for(CALLER, {"do": "hangup"})


def test_without_a_microphone_no_media_is_sent(page: Page, exchange: Any) -> None:
    begin(page, exchange)
    exchange.tell(CALLER, RECORD)
    expect(page.get_by_text("Recording your message")).to_be_visible()
    exchange.tell(CALLER, RECORDED)

    assert {"do": "recording", "take": 1} == exchange.wait_for(CALLER, {"do": "recording"})


def test_with_a_microphone_what_was_said_is_sent(page: Page, exchange: Any) -> None:
    page.get_by_label("Use my microphone").first.check()
    begin(page, exchange)
    exchange.tell(CALLER, RECORD)
    expect(page.get_by_text("Loudness of your voice").first).to_be_visible()
    page.wait_for_timeout(300)
    exchange.tell(CALLER, RECORDED)
    sent = exchange.wait_for(CALLER, {"do": "recording"})

    # WebM begins with the EBML magic number (RFC 8794).
    assert b"\x1a\x45\xdf\xa3" == base64.b64decode(sent["media"])[:4]
    assert sent["type"].startswith("audio/webm")


def test_the_exchange_judges_whether_a_key_ends_the_recording(page: Page, exchange: Any) -> None:
    begin(page, exchange)
    exchange.tell(CALLER, {**RECORD, "finish": "#"})
    expect(page.get_by_text("# ends the recording")).to_be_visible()
    page.keyboard.press("5")
    page.keyboard.press("#")
    exchange.wait_for(CALLER, {"do": "key", "key": "#"})
    exchange.tell(CALLER, RECORDED)
    exchange.wait_for(CALLER, {"do": "recording"})

    assert ["key", "key", "recording"] == [each["do"] for each in exchange.said[CALLER]][-3:]


def test_silence_ends_what_the_microphone_records(page: Page, exchange: Any) -> None:
    page.get_by_label("Use my microphone").first.check()
    begin(page, exchange)
    # Chromium's stand-in for a microphone beeps once a second: the rest of it is silent.
    exchange.tell(CALLER, {**RECORD, "silence": 0.3})

    sent = exchange.wait_for(CALLER, {"do": "recording"}, seconds=15)
    assert sent["media"]
    assert 0 <= sent["seconds"] < 15


def test_hanging_up_during_a_recording_still_sends_it(page: Page, exchange: Any) -> None:
    page.get_by_label("Use my microphone").first.check()
    begin(page, exchange)
    exchange.tell(CALLER, RECORD)
    expect(page.get_by_text("Loudness of your voice").first).to_be_visible()
    page.get_by_role("button", name="Hang up").first.click()
    exchange.wait_for(CALLER, {"do": "hangup"})
    exchange.tell(CALLER, RECORDED)
    assert exchange.wait_for(CALLER, {"do": "recording"})["media"]

    assert ["hangup", "recording"] == [each["do"] for each in exchange.said[CALLER]][-2:]


def test_the_page_breaks_none_of_its_own_content_rules(
    context: BrowserContext, helpline: Any, exchange: Any
) -> None:
    context.add_init_script(
        "window.broken = [];"
        "document.addEventListener('securitypolicyviolation', (each) => broken.push(each.blockedURI))"
    )
    page = context.new_page()
    page.goto(f"{helpline.url}/phone")
    begin(page, exchange)
    exchange.tell(CALLER, {"is": "play", "play": 1, "sound": helpline.sound("welcome.wav"), "seconds": 0.2})
    exchange.wait_for(CALLER, {"do": "ended", "play": 1})

    assert [] == page.evaluate("window.broken")
