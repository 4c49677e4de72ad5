"""The roster in a real browser: what staff change there is what `ivr roster who` says afterwards."""

import json
from collections.abc import Iterator
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ivr.storage.accounts import Role
from tests.browser.staff import Office, office

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NUMBERS = count(1)
PATIENCE = 30_000  # ms: what is awaited may stand behind some sentences that are spoken in full
PEOPLE = "name,phone,languages,priority\nThandi,+27821110001,en,1\nSipho,+27821110002,en,2\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A helpline with two counsellors and no shift."""
    folder = tmp_path_factory.mktemp("roster")
    (folder / "people.csv").write_text(PEOPLE)
    with office(folder, folder / "audio") as opened:
        opened.run("counsellors", "import", str(folder / "people.csv"))
        yield opened


@pytest.fixture
def keeper(context: BrowserContext, place: Office) -> Page:
    """A rota keeper who has signed in."""
    return place.signed_in(context, f"rosa{next(NUMBERS)}", Role.ROTA_KEEPER)


def who(place: Office, at: str = "2027-03-01T23:00") -> list[str]:
    """Whom the command names as on duty."""
    return [each["name"] for each in json.loads(place.run("roster", "who", "--at", at, "--json"))]


def add(keeper: Page, place: Office, name: str, date: str, start: str, end: str, *days: str) -> None:
    keeper.goto(f"{place.url}/staff/roster/shift/new")
    keeper.get_by_label("Counsellor").select_option(label=name)
    keeper.get_by_label("Date").fill(date)
    keeper.get_by_label("from", exact=True).fill(start)
    keeper.get_by_label("to", exact=True).fill(end)
    for day in days:
        keeper.get_by_label("every week on these days").check()
        keeper.get_by_role("checkbox", name=day).check()
    keeper.get_by_role("button", name="Add").click()
    expect(keeper.get_by_role("status").first).to_contain_text(f"Added: {name}")


def open_shift(keeper: Page, place: Office, date: str, name: str) -> None:
    keeper.goto(f"{place.url}/staff/roster/day?date={date}")
    keeper.get_by_role("main").get_by_role("link", name=name).first.click()
    expect(keeper.get_by_role("heading", level=1)).to_contain_text(f"Shift of {name}")


def test_every_edit_of_the_roster_changes_who_is_on_duty(keeper: Page, place: Office) -> None:
    assert [] == who(place)
    add(keeper, place, "Thandi", "2027-03-01", "22:00", "06:00", "Monday", "Thursday")
    assert ["Thandi"] == who(place)
    assert ["Thandi"] == who(place, "2027-03-05T05:59")
    assert [] == who(place, "2027-03-05T06:00")

    open_shift(keeper, place, "2027-03-01", "Thandi")
    keeper.get_by_label("Counsellor").select_option(label="Sipho")
    keeper.get_by_role("button", name="Save").click()
    expect(keeper.get_by_role("status").first).to_contain_text("Changed: Sipho")
    assert ["Sipho"] == who(place)
    assert ["Thandi"] == who(place, "2027-03-08T23:00")

    open_shift(keeper, place, "2027-03-01", "Sipho")
    keeper.get_by_role("link", name="Swap").click()
    keeper.get_by_label("Who takes it over?").select_option(label="Thandi")
    keeper.get_by_role("button", name="Choose").click()
    keeper.get_by_role("button", name="Thandi takes over").click()
    expect(keeper.get_by_role("status").first).to_contain_text("Swapped: Thandi for Sipho")
    assert ["Thandi"] == who(place)

    open_shift(keeper, place, "2027-03-08", "Thandi")
    keeper.get_by_role("group", name="What to take out").get_by_label("this and all that follow").check()
    keeper.get_by_role("button", name="Take out").click()
    expect(keeper.get_by_text("Nobody is on duty then: Mon 08 Mar 2027, 22:00–06:00")).to_be_visible()
    assert [] == who(place, "2027-03-08T23:00")
    assert ["Thandi"] == who(place, "2027-03-04T23:00")


def test_a_week_is_copied_and_what_was_taken_out_is_put_back_on_a_small_screen(
    keeper: Page, place: Office
) -> None:
    keeper.set_viewport_size({"width": 360, "height": 740})
    add(keeper, place, "Sipho", "2027-08-03", "08:00", "12:00")
    add(keeper, place, "Thandi", "2027-08-03", "14:00", "16:00", "Tuesday")
    open_shift(keeper, place, "2027-08-10", "Thandi")
    keeper.get_by_role("button", name="Take out").click()
    assert [] == who(place, "2027-08-10T15:00")

    found = _problems(keeper, "Week of 09 August 2027")
    keeper.get_by_role("button", name="Put back Thandi").click()
    expect(keeper.get_by_role("status").first).to_contain_text("is in its series again")
    assert ["Thandi"] == who(place, "2027-08-10T15:00")

    keeper.goto(f"{place.url}/staff/roster/week?date=2027-08-03")
    keeper.get_by_text("Copy this week").click()
    found += _problems(keeper, "Week of 02 August 2027")
    keeper.get_by_role("button", name="Copy", exact=True).click()
    expect(keeper.get_by_role("status").first).to_contain_text("Shifts copied: 1. Not copied: 1 in series")
    assert ["Sipho"] == who(place, "2027-08-10T09:00")
    assert [] == found


def test_who_pauses_and_a_closure_change_who_is_on_duty_now(keeper: Page, place: Office) -> None:
    def now() -> list[str]:
        return [each["name"] for each in json.loads(place.run("roster", "who", "--json"))]

    keeper.goto(f"{place.url}/staff/roster")
    for name in ("Thandi", "Sipho"):
        keeper.locator("#who").select_option(label=name)
        keeper.get_by_role("button", name="Change", exact=True).click()
        expect(keeper.get_by_role("status").first).to_contain_text(f"{name} is on duty")
    assert ["Thandi", "Sipho"] == now()

    keeper.get_by_role("button", name="Pause Thandi").click()
    expect(keeper.get_by_role("heading", name="Paused")).to_be_visible()
    assert ["Sipho"] == now()

    keeper.get_by_text("Close the helpline for a while").click()
    keeper.get_by_role("button", name="Close", exact=True).click()
    expect(keeper.get_by_text("The helpline is closed")).to_be_visible()
    assert [] == now()

    keeper.get_by_role("button", name="Open again now").click()
    expect(keeper.get_by_role("status").first).to_contain_text("Open again.")
    assert ["Sipho"] == now()


def test_the_second_of_two_who_change_a_shift_sees_both(
    keeper: Page, place: Office, browser: Browser
) -> None:
    add(keeper, place, "Thandi", "2027-06-01", "10:00", "12:00")
    open_shift(keeper, place, "2027-06-01", "Thandi")
    elsewhere = browser.new_context(viewport={"width": 360, "height": 700})
    other = place.signed_in(elsewhere, "second", Role.ROTA_KEEPER)
    open_shift(other, place, "2027-06-01", "Thandi")
    keeper.get_by_label("Counsellor").select_option(label="Sipho")
    keeper.get_by_role("button", name="Save").click()
    expect(keeper.get_by_role("status").first).to_contain_text("Changed: Sipho")
    other.get_by_label("to", exact=True).fill("15:00")
    other.get_by_role("button", name="Save").click()

    expect(other.get_by_role("status").first).to_contain_text(
        "Somebody else has changed this shift meanwhile"
    )
    expect(other.get_by_role("heading", level=1)).to_have_text("Shift of Sipho")
    expect(other.get_by_label("to", exact=True)).to_have_value("15:00")
    assert ["Sipho"] == who(place, "2027-06-01T11:00")
    assert [] == who(place, "2027-06-01T14:00")
    elsewhere.close()


def test_pages_that_no_link_leads_to_are_usable_too(keeper: Page, place: Office) -> None:
    keeper.set_viewport_size({"width": 360, "height": 740})
    keeper.goto(f"{place.url}/staff/roster/calendars")
    keeper.get_by_role("button", name="Make a link").click()
    found = _problems(keeper, "Calendar link")
    feed = keeper.get_by_label("Link", exact=True).input_value()
    keeper.goto(f"{place.url}/staff/roster/shift/new")
    keeper.get_by_label("Counsellor").select_option(label="Thandi")
    keeper.get_by_label("from", exact=True).fill("22:00")
    keeper.get_by_label("to", exact=True).fill("23:00")
    keeper.get_by_label("every week on these days").check()
    keeper.get_by_role("button", name="Add").click()
    found += _problems(keeper, "Add a shift")
    keeper.goto(f"{place.url}/staff/counsellors")
    keeper.get_by_role("link", name="Thandi").click()
    keeper.get_by_role("button", name="Make a PIN").click()
    found += _problems(keeper, "PIN of Thandi")
    keeper.get_by_role("link", name="Back to Thandi").click()
    keeper.get_by_role("button", name="Test ring now").click()
    found += _problems(keeper, "Test ring to Thandi")

    assert [] == found
    assert "BEGIN:VCALENDAR" in keeper.request.get(feed).text()


def test_a_test_ring_shows_that_a_counsellors_phone_can_be_reached(
    keeper: Page, context: BrowserContext, place: Office
) -> None:
    phones = context.new_page()
    phones.goto(f"{place.url}/phone")
    expect(phones.get_by_text("The exchange is ready.")).to_be_visible(timeout=PATIENCE)
    keeper.goto(f"{place.url}/staff/counsellors")
    keeper.get_by_role("link", name="Sipho").click()
    keeper.get_by_role("button", name="Test ring now").click()
    counsellor = phones.get_by_role("region", name="Counsellor", exact=True)
    counsellor.get_by_role("button", name="Answer").click(timeout=PATIENCE)
    expect(keeper.get_by_role("status")).to_contain_text("answered, no key pressed yet", timeout=PATIENCE)
    counsellor.get_by_role("group", name="Keys").locator("[data-key='1']").click()

    expect(keeper.get_by_role("status")).to_contain_text("answered and confirmed", timeout=PATIENCE)


def _problems(page: Page, heading: str) -> list[str]:
    """What axe-core finds on the page of that heading, and whether it is wider than the screen."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    found = Axe().run(page).response["violations"]
    return [f"{heading}: {each['id']}" for each in found] + ([f"{heading}: too wide"] if wide else [])
