"""The page is worked by keyboard alone, and by keys on the screen that sound."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.phone_seen import CALLER, HELPLINE, in_a_call, phone

pytestmark = pytest.mark.browser


def test_a_key_on_the_screen_is_sent_with_its_two_tones(
    context: BrowserContext, helpline: Any, exchange: Any
) -> None:
    # Q.23: key 5 is 770 Hz and 1336 Hz.
    context.add_init_script(
        "window.tones = []; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) { window.tones.push(this.frequency.value);"
        "return start.call(this, at); }"
    )
    page = context.new_page()
    page.goto(f"{helpline.url}/phone")
    exchange.wait_for(CALLER, {"do": "register"})
    in_a_call(exchange)
    expect(phone(page)).to_contain_text("In the call")
    phone(page).get_by_role("button", name="5", exact=False).click()

    assert {"do": "key", "key": "5"} == exchange.wait_for(CALLER, {"do": "key"})
    assert [770, 1336] == page.evaluate("window.tones.filter((each) => each !== 440 && each !== 480)")


def test_a_key_of_the_keyboard_presses_the_call_going_on(page: Page, exchange: Any) -> None:
    in_a_call(exchange)
    expect(phone(page)).to_contain_text("In the call")
    page.keyboard.press("#")

    assert {"do": "key", "key": "#"} == exchange.wait_for(CALLER, {"do": "key"})


def test_a_key_of_the_keyboard_presses_the_phone_that_has_focus(page: Page, exchange: Any) -> None:
    in_a_call(exchange)
    exchange.tell("*", {"is": "ringing", "from": HELPLINE}, {"is": "answered"})
    expect(phone(page, "Counsellor")).to_contain_text("In the call")
    phone(page, "Caller").get_by_role("button", name="Hang up").focus()
    page.keyboard.press("1")

    assert {"do": "key", "key": "1"} == exchange.wait_for(CALLER, {"do": "key"})
    assert [] == [each for each in exchange.said["*"] if each["do"] == "key"]


def test_digits_typed_into_a_field_press_no_key(page: Page, exchange: Any) -> None:
    in_a_call(exchange)
    expect(phone(page)).to_contain_text("In the call")
    field = page.get_by_label("Its number")
    field.fill("")
    field.press_sequentially("+271")

    expect(field).to_have_value("+271")
    assert [] == [each for each in exchange.said[CALLER] if each["do"] == "key"]


def test_a_ringing_phone_is_answered_by_keyboard_alone(page: Page, exchange: Any) -> None:
    exchange.tell("*", {"is": "ringing", "from": HELPLINE})
    expect(page).to_have_title("Ringing: Counsellor")
    page.get_by_role("button", name="Go to Counsellor").focus()
    page.keyboard.press("Enter")
    expect(phone(page, "Counsellor").get_by_role("button", name="Answer")).to_be_focused()
    page.keyboard.press("Space")

    exchange.wait_for("*", {"do": "answer"})


def test_tab_reaches_every_control_and_leaves_the_page(page: Page) -> None:
    names = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        names.add(page.evaluate("document.activeElement.textContent.trim()"))

    assert {"Call the helpline", "2ABC", "*star", "Log of the call", "Answer", "Add a phone"} <= names


def test_a_phone_in_no_call_cannot_hang_up(page: Page, exchange: Any) -> None:
    hangup = phone(page).get_by_role("button", name="Hang up")
    expect(hangup).to_have_attribute("aria-disabled", "true")
    hangup.click(force=True)
    page.get_by_role("button", name="Call the helpline").click()
    exchange.wait_for(CALLER, {"do": "call"})

    assert [] == [each for each in exchange.said[CALLER] if each["do"] == "hangup"]
