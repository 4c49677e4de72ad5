"""A whole call on the page, over the real exchange and the real helpline."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 30_000  # ms: what is awaited may stand behind some sentences that are spoken in full


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def wait_until_heard(page: Page, name: str, words: str, times: int = 1) -> None:
    heard = phone(page, name).get_by_role("listitem").filter(has_text=words)
    expect(heard.nth(times - 1)).to_be_visible(timeout=PATIENCE)


def press(page: Page, name: str, key: str) -> None:
    phone(page, name).get_by_role("group", name="Keys").locator(f"[data-key='{key}']").click()


@pytest.fixture
def phones(context: BrowserContext, server: str) -> Page:
    page = context.new_page()
    page.goto(f"{server}/phone")
    expect(page.get_by_text("The exchange is ready.")).to_be_visible(timeout=PATIENCE)
    for log in page.get_by_text("Log of the call").all():
        log.click()
    return page


def test_a_newcomer_walks_the_menu_and_reaches_a_counsellor(phones: Page) -> None:
    page = phones
    page.get_by_role("button", name="Call the helpline").click()
    wait_until_heard(page, "Caller", "For English, press one.")
    press(page, "Caller", "1")
    wait_until_heard(page, "Caller", "If someone may have taken too much, or will not wake, press one.")
    page.keyboard.press("4")
    wait_until_heard(page, "Caller", "To hear what heroin does, press one.")
    page.keyboard.press("*")
    wait_until_heard(page, "Caller", "If someone may have taken too much", times=2)
    press(page, "Caller", "0")

    counsellor = phone(page, "Counsellor")
    expect(counsellor).to_contain_text("Ringing", timeout=PATIENCE)
    counsellor.get_by_role("button", name="Answer").click()
    wait_until_heard(page, "Counsellor", "To take the call, press one.")
    press(page, "Counsellor", "1")

    expect(page.get_by_text("Caller is connected with Counsellor.")).to_be_visible(timeout=PATIENCE)
    expect(phone(page, "Caller")).to_contain_text("Connected")
    expect(counsellor).to_contain_text("Connected")
    phone(page, "Caller").get_by_role("button", name="Hang up").click()

    expect(phone(page, "Caller")).to_contain_text("The call was hung up.", timeout=PATIENCE)
    expect(page.get_by_text("Nobody is connected.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("listitem").filter(has_text="Heard the sound")).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="Error")).to_have_count(0)
