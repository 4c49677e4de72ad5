"""The browser phone over a stand-in exchange: what a person at the page sees, hears and does."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.phone_seen import CALLER, HELPLINE, in_a_call, phone

pytestmark = pytest.mark.browser


def test_a_newcomer_calls_the_helpline_with_one_press(page: Page, exchange: Any) -> None:
    page.get_by_role("button", name="Call the helpline").click()

    assert {"do": "call", "to": HELPLINE} == exchange.wait_for(CALLER, {"do": "call"})


def test_there_is_a_caller_and_a_counsellor_for_every_other_number(page: Page, exchange: Any) -> None:
    exchange.wait_for(CALLER, {"do": "register"})
    exchange.wait_for("*", {"do": "register"})

    expect(phone(page, "Caller")).to_contain_text(CALLER)
    expect(phone(page, "Counsellor")).to_contain_text("Ready to be rung")


def test_the_words_of_a_sound_are_written_and_logged_with_their_time(
    page: Page, exchange: Any, helpline: Any
) -> None:
    in_a_call(exchange)
    play = {"is": "play", "play": 1, "sound": helpline.sound("welcome.wav"), "seconds": 0.2, "at": 62.5}
    exchange.tell(CALLER, play)
    phone(page).get_by_text("Log of the call").click()

    expect(phone(page).get_by_role("log").get_by_text("For English, press 1.")).to_have_attribute(
        "lang", "en"
    )
    expect(phone(page).get_by_role("listitem").filter(has_text="For English")).to_have_text(
        "1:02.5 Heard: For English, press 1."
    )


def test_the_exchange_is_told_when_a_sound_has_ended(page: Page, exchange: Any, helpline: Any) -> None:
    page.get_by_role("button", name="Call the helpline").click()
    in_a_call(exchange)
    exchange.tell(CALLER, {"is": "play", "play": 7, "sound": helpline.sound("welcome.wav"), "seconds": 0.2})

    assert {"do": "ended", "play": 7} == exchange.wait_for(CALLER, {"do": "ended"})


def test_a_sound_that_cannot_be_played_is_said_and_the_call_goes_on(
    page: Page, exchange: Any, helpline: Any
) -> None:
    page.get_by_role("button", name="Call the helpline").click()
    in_a_call(exchange)
    exchange.tell(CALLER, {"is": "play", "play": 8, "sound": helpline.sound("missing.wav"), "seconds": 3})

    assert {"do": "ended", "play": 8} == exchange.wait_for(CALLER, {"do": "ended"})
    expect(phone(page).get_by_role("alert").first).to_contain_text("could not be played")


def test_a_stopped_sound_is_silent_and_does_not_end(page: Page, exchange: Any, helpline: Any) -> None:
    page.evaluate(
        "() => { const play = HTMLMediaElement.prototype.play; window.heard = [];"
        "HTMLMediaElement.prototype.play = function () { window.heard.push(this); return play.call(this); } }"
    )
    page.get_by_role("button", name="Call the helpline").click()
    in_a_call(exchange)
    exchange.tell(CALLER, {"is": "play", "play": 1, "sound": helpline.sound("long.wav"), "seconds": 8})
    page.wait_for_function("() => window.heard.length === 1 && window.heard[0].currentTime > 0")
    exchange.tell(CALLER, {"is": "stop", "play": 1})
    page.wait_for_function("() => window.heard[0].paused")
    exchange.tell(CALLER, {"is": "play", "play": 2, "sound": helpline.sound("welcome.wav"), "seconds": 0.2})
    exchange.wait_for(CALLER, {"do": "ended", "play": 2})

    assert [] == [each for each in exchange.said[CALLER] if each == {"do": "ended", "play": 1}]


def test_words_without_a_sound_are_shown_and_given_their_time(page: Page, exchange: Any) -> None:
    in_a_call(exchange)
    exchange.tell(CALLER, {"is": "say", "play": 3, "text": "Bly kalm.", "language": "af", "seconds": 0.1})

    assert {"do": "ended", "play": 3} == exchange.wait_for(CALLER, {"do": "ended"})
    expect(phone(page).get_by_role("log").get_by_text("Bly kalm.")).to_have_attribute("lang", "af")


def test_a_called_phone_sounds_its_bell_until_it_is_answered(
    context: BrowserContext, helpline: Any, exchange: Any
) -> None:
    context.add_init_script(
        "window.sounding = 0; for (const [name, change] of [['start', 1], ['stop', -1]]) {"
        "const real = OscillatorNode.prototype[name]; OscillatorNode.prototype[name] = function (at) {"
        "if (name === 'start' || at === undefined) window.sounding += change; return real.call(this, at); } }"
    )
    page = context.new_page()
    page.goto(f"{helpline.url}/phone")
    exchange.wait_for("*", {"do": "register"})
    page.get_by_role("heading", name="Helpline phone").click()
    exchange.tell("*", {"is": "ringing", "from": HELPLINE})
    page.wait_for_function("() => window.sounding === 4")
    exchange.tell("*", {"is": "answered"})

    page.wait_for_function("() => window.sounding === 0")


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_the_page_never_scrolls_sideways(page: Page, exchange: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    document = f"<Response>{'x' * 500}</Response>"
    exchange.tell(CALLER, {"is": "error", "code": 12100, "message": "m" * 200, "document": document})
    phone(page).get_by_text("The document as it came").click()

    assert width == page.evaluate("document.documentElement.scrollWidth")


def test_the_page_says_who_is_connected_with_whom(page: Page, exchange: Any) -> None:
    in_a_call(exchange)
    exchange.tell("*", {"is": "ringing", "from": HELPLINE}, {"is": "answered"})
    exchange.tell("*", {"is": "connected", "to": HELPLINE, "conversation": "CA1"})
    exchange.tell(CALLER, {"is": "connected", "to": HELPLINE, "conversation": "CA1"})

    expect(page.get_by_text("Caller is connected with Counsellor.")).to_be_visible()
    expect(phone(page)).to_contain_text("Connected")


def test_the_page_says_that_a_caller_in_a_queue_waits_for_a_counsellor_and_a_counsellor_for_the_caller(
    page: Page, exchange: Any
) -> None:
    in_a_call(exchange)
    exchange.tell(CALLER, {"is": "waiting"})
    exchange.tell(
        "*", {"is": "ringing", "from": HELPLINE}, {"is": "answered"}, {"is": "dialing", "phones": 1}
    )

    expect(page.get_by_text("Caller is waiting for a counsellor.")).to_be_visible()
    expect(page.get_by_text("Counsellor is waiting for another phone.")).to_be_visible()


def test_a_caller_who_is_put_through_is_told_whom_it_rings_and_how_it_ended(
    page: Page, exchange: Any
) -> None:
    in_a_call(exchange)
    exchange.tell(CALLER, {"is": "dialing", "phones": 1})
    expect(page.get_by_text("Caller is waiting for another phone.")).to_be_visible()
    exchange.tell(CALLER, {"is": "dialed", "status": "no-answer", "bridged": False})
    phone(page).get_by_text("Log of the call").click()

    expect(phone(page)).to_contain_text("Not put through: no-answer")
    expect(page.get_by_text("Nobody is connected.")).to_be_visible()


def test_the_page_says_how_long_the_helpline_waits_for_a_key(page: Page, exchange: Any) -> None:
    in_a_call(exchange)
    exchange.tell(CALLER, {"is": "listening", "seconds": 5, "digits": 1, "finish": ""})
    exchange.tell(CALLER, {"is": "silence", "seconds": 5})

    expect(phone(page)).to_contain_text("Your turn: the helpline waits 5 seconds")


def test_an_error_is_shown_with_the_document_that_caused_it(page: Page, exchange: Any) -> None:
    in_a_call(exchange)
    document = "<Response><Plai/></Response>"
    exchange.tell(CALLER, {"is": "error", "code": 12200, "message": "No verb Plai", "document": document})
    alert = phone(page).get_by_role("alert").first
    expect(alert).to_contain_text("Error 12200: No verb Plai")
    alert.get_by_text("The document as it came").click()

    expect(alert.locator("pre")).to_be_visible()
    assert document == alert.locator("pre").inner_text()


def test_the_end_of_a_call_is_said_and_another_can_begin(page: Page, exchange: Any) -> None:
    in_a_call(exchange)
    exchange.tell(CALLER, {"is": "ended", "why": "busy"})

    expect(phone(page)).to_contain_text("The line is busy.")
    page.get_by_role("button", name="Call the helpline").click()
    exchange.wait_for(CALLER, {"do": "call"})


def test_another_phone_can_be_added_with_its_own_number(page: Page, exchange: Any) -> None:
    page.get_by_label("Its number").fill("+1 202 555 0177")
    page.get_by_role("button", name="Add a phone").click()

    exchange.wait_for("+12025550177", {"do": "register"})
    expect(phone(page, "Phone 3").get_by_role("button", name="Call the helpline")).to_be_focused()


def test_a_number_that_is_none_is_refused_with_the_way_to_write_it(page: Page) -> None:
    page.get_by_label("Its number").fill("0123")
    page.get_by_role("button", name="Add a phone").click()

    expect(page.get_by_text("Write + and the country code, as +12025550143")).to_be_visible()
    expect(page.get_by_role("region", name="Phone 3")).to_have_count(0)


def test_a_refused_phone_says_why_and_can_try_again(
    context: BrowserContext, helpline: Any, exchange: Any
) -> None:
    exchange.refuses.add(CALLER)
    page = context.new_page()
    page.goto(f"{helpline.url}/phone")
    expect(phone(page).get_by_role("alert").first).to_contain_text(f"{CALLER} is in use")
    exchange.refuses.clear()
    phone(page).get_by_role("button", name="Try again").click()

    expect(phone(page)).to_contain_text("Ready")


def test_the_log_can_be_copied(page: Page, exchange: Any, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    in_a_call(exchange)
    phone(page).get_by_text("Log of the call").click()
    phone(page).get_by_role("button", name="Copy the log").click()
    expect(phone(page)).to_contain_text("Copied.")

    copied = page.evaluate("navigator.clipboard.readText()")
    assert "0:00.0 Calling +12025550100\n0:00.0 Answered" == copied
