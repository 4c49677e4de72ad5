"""Three counsellors' phones and a caller's, each on a page of its own, over the real exchange."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 30_000  # ms: what is awaited may stand behind some sentences that are spoken in full
PHONES = ("+27821110001", "+27821110002", "+27821110003")


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def own_phone(page: Page) -> Locator:
    """The phone that was added to a page."""
    return page.get_by_role("region", name="Phone 3", exact=True)


def press(page: Page, name: str, key: str) -> None:
    phone(page, name).get_by_role("group", name="Keys").locator(f"[data-key='{key}']").click()


def opened(context: BrowserContext, server: str) -> Page:
    page = context.new_page()
    page.goto(f"{server}/phone")
    expect(page.get_by_text("The exchange is ready.")).to_be_visible(timeout=PATIENCE)
    return page


def with_number(context: BrowserContext, server: str, number: str) -> Page:
    page = opened(context, server)
    page.get_by_label("Its number").fill(number)
    page.get_by_role("button", name="Add").click()
    expect(own_phone(page)).to_contain_text("Ready")
    return page


@pytest.fixture
def contexts(browser: Browser) -> list[BrowserContext]:
    return [browser.new_context(reduced_motion="reduce") for _ in range(4)]


def test_two_phones_ring_one_takes_the_call_and_the_other_stops(
    contexts: list[BrowserContext], staffed: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    thandi, sipho, naledi = (
        with_number(context, staffed, number) for context, number in zip(contexts, PHONES, strict=False)
    )
    caller = opened(contexts[3], staffed)
    caller.get_by_role("button", name="Call the helpline").click()
    expect(phone(caller, "Caller")).to_contain_text("For English, press one.", timeout=PATIENCE)
    press(caller, "Caller", "1")
    expect(phone(caller, "Caller")).to_contain_text("If someone may have taken too much", timeout=PATIENCE)
    press(caller, "Caller", "0")

    expect(own_phone(thandi)).to_contain_text("Ringing", timeout=PATIENCE)
    expect(own_phone(sipho)).to_contain_text("Ringing", timeout=PATIENCE)
    expect(own_phone(naledi)).to_contain_text("Ready")

    own_phone(sipho).get_by_role("button", name="Answer").click()
    expect(own_phone(sipho)).to_contain_text("To take the call, press one", timeout=PATIENCE)
    press(sipho, "Phone 3", "1")

    expect(own_phone(sipho)).to_contain_text("Connected", timeout=PATIENCE)
    expect(phone(caller, "Caller")).to_contain_text("Connected", timeout=PATIENCE)
    expect(own_phone(thandi)).not_to_contain_text("Ringing", timeout=5000)
    expect(own_phone(naledi)).to_contain_text("Ready")
    _look_at(tmp_path_factory, thandi, sipho, naledi, caller)

    own_phone(sipho).get_by_role("button", name="Hang up").click()
    expect(phone(caller, "Caller")).to_contain_text("Thank you for talking.", timeout=PATIENCE)


def _look_at(tmp_path_factory: pytest.TempPathFactory, *pages: Page) -> None:
    folder = tmp_path_factory.mktemp("looked-at")
    for number, page in enumerate(pages):
        page.screenshot(path=folder / f"{number}.png", full_page=True)
