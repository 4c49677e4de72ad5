"""The live board in a browser: it changes by itself, without the page being loaded again."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from sqlalchemy import insert, update

from ivr.clock import now
from ivr.storage.accounts import Role
from ivr.storage.engine import writing
from ivr.storage.tables_reaching import waits
from tests.browser.staff import office

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_caller_who_waits_appears_on_the_board_and_goes(
    tmp_path: Path, sounds: Path, context: BrowserContext
) -> None:
    with office(tmp_path, sounds) as helpline, helpline.storage() as engine:
        page = helpline.signed_in(context, "Zanele", Role.LISTENER)
        page.goto(f"{helpline.url}/staff/calls")
        page.get_by_text("Nobody waits.").wait_for()
        page.evaluate("document.body.dataset.seen = 'yes'")
        stay = {"call": "CA9", "entry": 1, "queue": "CA9", "queue_sid": "", "language": "zu", "topic": ""}
        new = {"overdose": True, "caller": "", "since": now(), "seen": now(), "waited": 0, "tick": 1}
        with writing(engine) as connection:
            connection.execute(insert(waits).values(**stay, **new, listening=False, state="waiting", told=""))
        page.get_by_role("cell", name="heard the overdose steps").wait_for(timeout=15_000)
        with writing(engine) as connection:
            connection.execute(update(waits).values(state="gone", ended=now()))
        page.get_by_text("Nobody waits.").wait_for(timeout=15_000)

        assert "yes" == page.evaluate("document.body.dataset.seen")
