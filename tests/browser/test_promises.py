"""A message that is left on the browser phone reaches staff, who hear it, claim it and keep it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from ivr.storage.accounts import Role
from tests.browser.staff import Office, office

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 30_000  # ms: what is awaited may stand behind some sentences that are spoken in full


@pytest.fixture(scope="module")
def helpline(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> Iterator[Office]:
    """One counsellor, who is never on duty."""
    folder = tmp_path_factory.mktemp("promises")
    people = folder / "people.csv"
    people.write_text("name,phone,languages,priority\nThandi,+27821110001,en,1\n")
    with office(folder, sounds) as made:
        made.run("counsellors", "import", str(people))
        yield made


def caller(page: Page) -> Locator:
    return page.get_by_role("region", name="Caller", exact=True)


def hears(page: Page, words: str) -> None:
    heard = caller(page).get_by_role("listitem").filter(has_text=words)
    expect(heard.first).to_be_visible(timeout=PATIENCE)


def press(page: Page, key: str) -> None:
    caller(page).get_by_role("group", name="Keys").locator(f"[data-key='{key}']").click()


def leave_message(page: Page, url: str) -> None:
    """Call, ask for somebody, and speak when nobody is on duty."""
    page.goto(f"{url}/phone")
    expect(page.get_by_text("The exchange is ready.")).to_be_visible(timeout=PATIENCE)
    page.get_by_text("Log of the call").first.click()
    page.get_by_role("button", name="Call the helpline").click()
    hears(page, "For English, press one.")
    press(page, "1")
    hears(page, "If someone may have taken too much")
    press(page, "0")
    hears(page, "To leave a voice message for the counsellors, press one.")
    press(page, "1")
    hears(page, "tone")
    page.wait_for_timeout(9000)
    caller(page).get_by_role("button", name="Hang up").click()


def listed(helpline: Office) -> list[tuple[str, str]]:
    return [(each["kind"], each["state"]) for each in json.loads(helpline.run("promises", "--json"))]


def test_a_message_left_on_the_browser_phone_is_played_claimed_and_kept(
    context: BrowserContext, helpline: Office
) -> None:
    leave_message(context.new_page(), helpline.url)
    page = helpline.signed_in(context, "Ann", Role.LISTENER)
    page.goto(f"{helpline.url}/staff/promises")
    page.get_by_role("link", name="Voice message 1").click()
    expect(page.get_by_role("heading", name="The message")).to_be_visible()

    sound = page.locator("audio")
    for _ in range(20):
        if sound.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    length = sound.evaluate(
        "(audio) => new Promise((done) => { audio.onplaying = () => done(audio.duration); audio.muted = true;"
        " audio.play(); })"
    )

    assert 1 < length < 20

    page.get_by_role("button", name="I do it").click()
    expect(page.get_by_text("It is yours now.")).to_be_visible()
    assert [("message", "in-work")] == listed(helpline)
    page.get_by_label("How it was kept").fill("rang her back")
    page.get_by_role("button", name="It is kept").click()

    expect(page.get_by_text("It is kept.", exact=True)).to_be_visible()
    expect(page.get_by_role("cell", name="rang her back")).to_be_visible()
    assert [("message", "kept")] == listed(helpline)
