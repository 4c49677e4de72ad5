"""People in a real browser: the first administrator, a colleague by invitation, codes; keyboard alone.

The pages that no link leads to are looked at by axe-core here, the others in test_console_accessible.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.staff import Office, office

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "four quiet harbours"


@pytest.fixture(scope="module")
def helpline_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("people")


@pytest.fixture(scope="module")
def place(helpline_folder: Path) -> Iterator[Office]:
    with office(helpline_folder, helpline_folder / "audio") as opened:
        yield opened


@pytest.fixture
def other(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody else's browser."""
    context = browser.new_context(viewport={"width": 360, "height": 700})
    yield context
    context.close()


def type_on(page: Page, *texts: str) -> None:
    """Type each text into the field that has the focus, one after the other; the last is sent."""
    for nth, text in enumerate(texts):
        page.keyboard.type(text)
        page.keyboard.press("Enter" if nth == len(texts) - 1 else "Tab")


def is_on(page: Page, heading: str) -> None:
    """Wait for the page of that heading."""
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']} on {page.url}" for each in found if each["impact"] in {"serious", "critical"}]


def first_administrator(page: Page, folder: Path) -> None:
    printed = re.search(r"First administrator:\s+(\S+)", (folder / "serve.log").read_text())
    assert printed
    page.goto(printed[1])
    page.get_by_label("Your name").focus()
    type_on(page, "Thandi", "thandi@example.org", PASSWORD, PASSWORD)


def test_the_printed_link_an_invitation_and_codes_by_keyboard_alone(
    context: BrowserContext, other: BrowserContext, place: Office, helpline_folder: Path
) -> None:
    thandi, sipho = context.new_page(), other.new_page()
    first_administrator(thandi, helpline_folder)
    expect(thandi.get_by_text("Welcome, Thandi")).to_be_visible()

    thandi.goto(f"{place.url}/staff/people/new")
    thandi.get_by_label("Name", exact=True).focus()
    thandi.keyboard.type("Sipho")
    thandi.keyboard.press("Tab")
    thandi.keyboard.type("sipho")
    thandi.get_by_label("recorder").press("Space")
    thandi.keyboard.press("Enter")
    is_on(thandi, "A link for Sipho")
    link = thandi.get_by_label("Link").input_value()
    problems = serious(thandi)

    sipho.goto(link)
    problems += serious(sipho)
    sipho.get_by_label("Password", exact=False).first.focus()
    type_on(sipho, PASSWORD, PASSWORD)
    menu = sipho.get_by_role("navigation")
    expect(menu.get_by_role("link", name="Studio")).to_be_visible()
    expect(menu.get_by_role("link", name="People")).to_have_count(0)

    sipho.goto(f"{place.url}/staff/account/codes")
    secret = sipho.locator("code").inner_text().replace(" ", "")
    sipho.get_by_label("Code").focus()
    type_on(sipho, pyotp.TOTP(secret).now(), PASSWORD)
    is_on(sipho, "Write these down")
    recovery = sipho.locator("li code").first.inner_text()
    problems += serious(sipho)
    sipho.get_by_role("button", name="Sign out").press("Enter")
    is_on(sipho, "Sign in")
    sipho.get_by_label("Login").focus()
    type_on(sipho, "sipho", PASSWORD)
    is_on(sipho, "The code from your telephone")
    problems += serious(sipho)
    type_on(sipho, recovery)
    expect(sipho.get_by_role("link", name="Sipho")).to_be_visible()
    sipho.goto(f"{place.url}/staff/account/codes/off")
    problems += serious(sipho)
    assert [] == problems
