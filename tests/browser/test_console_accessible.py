"""Every page of staff that a link leads to, as axe-core sees it, and how much of it goes over the line."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from re import findall
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import insert
from werkzeug.serving import make_server

from ivr.storage.accounts import Role
from ivr.storage.announcements import add_announcement
from ivr.storage.engine import writing
from ivr.storage.tables import promises
from tests.app.people import SIPHO, THANDI
from tests.app.stage import audio, database
from tests.console.staging import ConsoleStage, Visitor, console_stage
from tests.console.voice import upload, voice

__all__ = ["audio", "database"]
NOWHERE = "/staff/nowhere"
HEAVIEST = 150_000  # bytes of a page with all that it needs
WELCOME = "Welcome to Themba: your call is confidential."
UNSEEN = {
    "/staff/<path:rest>",
    "/staff/sign-in/code",
    "/staff/invitation/<token>",
    "/staff/account/codes/off",
    "/staff/counsellors/<key>/check",
    "/staff/studio/<language>/<prompt>/takes/<int(signed=True):take>/original",
}
"""What no link of a signed-in account without codes leads to, and a file."""


@dataclass
class Site:
    """The pages of a helpline in which something has happened, and a browser that is signed in."""

    url: str
    cookie: str
    seen: dict[str, str]
    unseen: set[str]

    def context(self, browser: Browser, scheme: Any, width: int) -> BrowserContext:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
        context.add_cookies(
            [{"name": "helpline_staff", "value": self.cookie, "url": f"{self.url}/staff"}],
        )
        return context


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, audio: Path, database: Path) -> Iterator[Site]:
    server = make_server("127.0.0.1", 0, None, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    folder = tmp_path_factory.mktemp("console")
    stage = console_stage(folder, audio, database, people=(THANDI, SIPHO), environ={"PUBLIC_URL": url})
    visitor = stage.signed_in(Role.ADMINISTRATOR, name="Nomsa")
    _something_happens(stage, visitor)
    server.app = stage.app
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    seen = _crawled(visitor)
    cookie = visitor.client.get_cookie("helpline_staff", "127.0.0.1", "/staff")
    assert cookie
    yield Site(url, cookie.value, seen, _pages(stage) - seen.keys() - UNSEEN)
    server.shutdown()
    server.server_close()


def test_every_page_is_reached_by_links(site: Site) -> None:
    assert set() == site.unseen


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_axe_finds_nothing_on_any_page(browser: Browser, site: Site, scheme: str, width: int) -> None:
    context = site.context(browser, scheme, width)
    page = context.new_page()
    found = []
    for path in site.seen.values():
        page.goto(site.url + path)
        problems = Axe().run(page).response["violations"]
        found += [f"{path}: {each['id']}: {each['nodes'][0]['html'][:150]}" for each in problems]
    context.close()

    assert [] == found


@pytest.mark.slow
@pytest.mark.browser
def test_no_page_goes_beyond_a_narrow_screen_or_runs_into_what_it_may_not(
    browser: Browser, site: Site
) -> None:
    context = site.context(browser, "light", 360)
    page = context.new_page()
    found: list[str] = []
    page.on("console", lambda message: found.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    for path in sorted({*site.seen.values()} - {NOWHERE}):
        page.goto(site.url + path)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{path} is wider than the screen")
    context.close()

    assert [] == found


@pytest.mark.browser
def test_every_page_is_light_enough_for_a_slow_line(browser: Browser, site: Site) -> None:
    heavy = {}
    context = site.context(browser, "light", 360)
    page = context.new_page()
    context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    page.on("requestfinished", lambda each: sizes.append(_weight(each)))
    for path in site.seen.values():
        sizes.clear()
        page.goto(site.url + path)
        if sum(sizes) > HEAVIEST:
            heavy[path] = sum(sizes)
    context.close()

    assert {} == heavy


def _weight(request: Any) -> int:
    sizes = request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


def _something_happens(stage: ConsoleStage, visitor: Visitor) -> None:
    """A call that leaves a message, a recording, an announcement."""
    at = stage.clock()
    made = {"call": "CA1", "kind": "message", "state": "open", "language": "zu", "seconds": 9}
    with writing(stage.engine) as connection:
        connection.execute(insert(promises).values(**made, created=at, attempt=1, note=""))
        add_announcement(
            connection,
            "Closed on Friday",
            at,
            at + timedelta(days=3),
            {"en": "We are closed on Friday."},
            "Nomsa",
            at,
        )
    stage.stage.post("/voice")
    stage.stage.post("/voice/status", CallStatus="completed")
    stage.stage.background()
    stage.stage.parts.calls.drain()
    answer = visitor.post("/staff/studio/en/welcome/takes", file=upload(voice(WELCOME)))
    assert answer.status_code in {200, 303}, answer.text


def _crawled(visitor: Visitor) -> dict[str, str]:
    """For every route that links lead to, the first address of a page there."""
    seen: dict[str, str] = {}
    waiting = ["/staff/", "/staff/sign-in", NOWHERE]
    asked = set(waiting)
    routes = visitor.client.application.url_map.bind("127.0.0.1")
    while waiting:
        path = waiting.pop(0)
        rule, _ = routes.match(urlsplit(path).path, return_rule=True)
        if str(rule) in seen:
            continue
        place, _, query = path.partition("?")
        answer = visitor.client.get(place, base_url=visitor.public, query_string=query)
        if answer.mimetype != "text/html":
            continue
        seen[str(rule)] = path
        for link in findall(r'<a [^>]*href="([^"]+)"', answer.text):
            wanted = urljoin(path, unescape(link)).partition("#")[0]
            if wanted.startswith("/staff/") and wanted not in asked:
                asked.add(wanted)
                waiting.append(wanted)
    return seen


def _pages(stage: ConsoleStage) -> set[str]:
    """The routes of pages: what is asked for by GET and is no file."""
    rules = [each for each in stage.app.url_map.iter_rules() if "GET" in (each.methods or ())]
    return {
        str(each)
        for each in rules
        if each.endpoint.startswith("staff.") and "static" not in each.endpoint and "." not in str(each)
    }
