"""Staff of several machines: signed in once, and what they change is true everywhere at once."""

import json
import re
from hashlib import sha256
from time import monotonic

import pytest
import requests

from tests.calls.harness import silence_wav
from tests.nodes.machines import Machine, until
from tests.nodes.town import ACCOUNT, NUMBER, PUBLIC, Town, signed

pytestmark = pytest.mark.slow
PASSWORD = "seven green bicycles"
SOUND = silence_wav(2)
LEFT = "RE" + sha256(b"for staff").hexdigest()[:32]


@pytest.fixture(scope="module")
def browser(running: tuple[Machine, Machine]) -> requests.Session:
    """Somebody who has set a password on the first machine, and is signed in by that."""
    until(running[0].ready)
    link = re.search(r"\S+/staff(/invitation/\S+)", running[0].run(*ADA))
    assert link
    found = requests.Session()
    page = f"{running[0].url}/staff{link[1]}"
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', found.get(page).text)
    assert token
    found.post(page, data={"csrf_token": token[1], "password": PASSWORD, "again": PASSWORD})
    return found


ADA = ("staff", "add", "Ada", "--login", "ada", "--role", "administrator", "--role", "listener")


def asks_for_a_person(machine: Machine) -> str:
    """What one machine answers to 0 at the main menu."""
    fields = {"CallSid": "CA" + "9" * 32, "AccountSid": ACCOUNT, "From": "+27831110031", "To": NUMBER}
    url = f"{PUBLIC}/voice/en/g/m"
    fields["Digits"] = "0"
    return requests.post(
        machine.url + url.removeprefix(PUBLIC), data=fields, headers=signed(url, fields), timeout=15
    ).text


def test_who_signs_in_on_one_machine_is_signed_in_on_the_other(
    browser: requests.Session, machines: tuple[Machine, Machine]
) -> None:
    pages = [browser.get(f"{each.url}/staff/", allow_redirects=False) for each in machines]
    strangers = [requests.get(f"{each.url}/staff/", allow_redirects=False, timeout=15) for each in machines]

    assert [200, 200] == [each.status_code for each in pages]
    assert [303, 303] == [each.status_code for each in strangers]


def test_who_is_signed_out_on_one_machine_is_signed_out_on_the_other(
    browser: requests.Session, machines: tuple[Machine, Machine]
) -> None:
    other = requests.Session()
    other.cookies.update(browser.cookies)
    machines[1].run("staff", "sign-out", "ada")

    assert [303, 303] == [
        other.get(f"{each.url}/staff/", allow_redirects=False).status_code for each in machines
    ]


def test_a_closure_is_known_to_the_callers_of_both_machines_within_two_seconds(
    machines: tuple[Machine, Machine],
) -> None:
    open_ = ["Enqueue" in asks_for_a_person(each) for each in machines]
    machines[0].run("roster", "close")
    began = monotonic()
    until(lambda: not any("Enqueue" in asks_for_a_person(each) for each in machines))
    took = monotonic() - began
    machines[1].run("roster", "reopen")
    until(lambda: all("Enqueue" in asks_for_a_person(each) for each in machines))

    assert [True, True] == open_
    assert took <= 2


def test_a_message_is_played_by_both_machines_whichever_fetched_it(
    town: Town, browser: requests.Session, machines: tuple[Machine, Machine]
) -> None:
    sign_in(browser, machines[0])
    caller = town.call("+27831110032")
    caller.key("1")
    caller.key("5")
    caller.key("2")
    caller.waits_for(lambda document: document.find("Record") is not None)
    caller.speaks(LEFT, SOUND)
    caller.hangs_up()
    until(lambda: LEFT in town.provider.deleted)
    promises = json.loads(machines[1].run("promises", "--json"))
    number = max(each["id"] for each in promises if each["kind"] == "message")
    heard = [browser.get(f"{each.url}/staff/promises/{number}/message.wav") for each in machines]

    assert [(200, SOUND), (200, SOUND)] == [(each.status_code, each.content) for each in heard]
    assert 1 == len([each for each in town.provider.fetched if each == LEFT])


def sign_in(browser: requests.Session, machine: Machine) -> None:
    page = f"{machine.url}/staff/sign-in"
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.get(page).text)
    assert token
    browser.post(page, data={"csrf_token": token[1], "login": "ada", "password": PASSWORD})
