"""Staff announce something, and have themselves called; over the real exchange, from page to telephone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from ivr.storage.accounts import Role
from tests.browser.staff import Office, office

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 30_000  # ms: what is awaited may stand behind some sentences that are spoken in full
WORDS = "A dangerous supply is about. Never use alone."
MINE = "+27821110009"


@pytest.fixture(scope="module")
def helpline(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> Iterator[Office]:
    """A helpline with sounds of its own: what is announced is spoken into the same folder."""
    folder = tmp_path_factory.mktemp("announcing")
    shutil.copytree(sounds, folder / "audio")
    with office(folder, folder / "audio") as made:
        yield made


def on_the_phone(context: BrowserContext, helpline: Office) -> Page:
    page = context.new_page()
    page.goto(f"{helpline.url}/phone")
    expect(page.get_by_text("The exchange is ready.")).to_be_visible(timeout=PATIENCE)
    return page


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def call_in_english(phones: Page) -> None:
    phones.get_by_role("button", name="Call the helpline").click()
    expect(phone(phones, "Caller")).to_contain_text("For English, press one.", timeout=PATIENCE)
    phone(phones, "Caller").get_by_role("group", name="Keys").locator("[data-key='1']").click()
    expect(phone(phones, "Caller")).to_contain_text("Welcome to Themba", timeout=PATIENCE)


def hang_up(phones: Page) -> None:
    phone(phones, "Caller").get_by_role("button", name="Hang up").click()
    expect(phones.get_by_role("button", name="Call the helpline")).to_be_enabled(timeout=PATIENCE)


def test_what_is_typed_is_spoken_to_the_next_caller_until_it_is_withdrawn(
    context: BrowserContext, browser: Browser, helpline: Office
) -> None:
    staff = helpline.signed_in(context, "Thandi", Role.RECORDER)
    staff.get_by_role("link", name="Announcements").click()
    staff.get_by_role("link", name="Make an announcement").click()
    staff.get_by_label("About").fill("Dangerous supply")
    staff.get_by_label("English").fill(WORDS)
    staff.get_by_role("button", name="Announce it").click()
    english = staff.get_by_role("row").filter(has=staff.get_by_role("rowheader", name="English"))
    expect(english).to_contain_text(WORDS)
    _until(staff, english, "generated voice")
    expect(staff.get_by_text("heard now")).to_be_visible()

    other = browser.new_context(reduced_motion="reduce")
    phones = on_the_phone(other, helpline)
    call_in_english(phones)
    expect(phone(phones, "Caller")).to_contain_text(WORDS, timeout=PATIENCE)
    hang_up(phones)

    staff.get_by_role("button", name="Withdraw it now").click()
    expect(staff.get_by_text("the next caller does not hear it")).to_be_visible()
    phones.reload()
    expect(phones.get_by_text("The exchange is ready.")).to_be_visible(timeout=PATIENCE)
    call_in_english(phones)
    expect(phone(phones, "Caller")).to_contain_text("If someone may have taken too much", timeout=PATIENCE)
    expect(phone(phones, "Caller")).not_to_contain_text(WORDS)
    hang_up(phones)
    other.close()


def test_call_me_now_rings_and_plays_the_welcome(
    context: BrowserContext, browser: Browser, helpline: Office
) -> None:
    other = browser.new_context(reduced_motion="reduce")
    phones = on_the_phone(other, helpline)
    phones.get_by_label("Its number").fill(MINE)
    phones.get_by_role("button", name="Add").click()
    mine = phone(phones, "Phone 3")
    expect(mine).to_contain_text("Ready")

    staff = helpline.signed_in(context, "Naledi", Role.ADMINISTRATOR)
    staff.get_by_role("link", name="Settings").click()
    staff.get_by_label("Telephone number").fill(MINE)
    staff.get_by_role("button", name="Call me now").click()
    expect(staff.get_by_text("The phone ending in 09 rings.")).to_be_visible(timeout=PATIENCE)
    expect(mine).to_contain_text("Ringing", timeout=PATIENCE)
    mine.get_by_role("button", name="Answer").click()

    expect(mine).to_contain_text("Welcome to Themba", timeout=PATIENCE)
    expect(staff.get_by_text("The phone ending in 09 was picked up")).to_be_visible(timeout=PATIENCE)
    expect(staff.get_by_text("and the call is over")).to_be_visible(timeout=PATIENCE)
    other.close()


def _until(page: Page, part: Locator, words: str) -> None:
    """Look again until it says so: what is built in the background is not on a page that is open."""
    for _ in range(30):
        if words in part.inner_text():
            return
        page.wait_for_timeout(1000)
        page.reload()
    expect(part).to_contain_text(words)
