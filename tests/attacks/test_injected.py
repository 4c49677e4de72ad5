"""What people are called and what they write is shown, spoken and exported as it is, and never obeyed."""

import csv
import io
import random
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from ivr.duty.people import Person
from ivr.storage import audit
from ivr.storage.accounts import Role
from ivr.storage.announcements import add_announcement
from ivr.storage.calendar_links import make_link
from ivr.storage.counsellor_edits import change_counsellor, person_version
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import writing
from ivr.storage.promises import Message, store_message
from ivr.storage.staff_promises import Staff, add_note, find_promise
from ivr.storage.wordings import edit_words
from ivr.telephony.twilio import verbs
from tests.app.people import THANDI
from tests.attacks.guesses import USUAL, path_to, routes
from tests.console.staging import ConsoleStage, Visitor, console_stage

SCRIPT = "<script>alert(1)</script>"
NASTY = f"={SCRIPT}\"'><b onmouseover=x>,;\\n{{{{7*7}}}}&amp;"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, audio: Path, database: Path) -> ConsoleStage:
    """A helpline where everybody and everything has such a name, and somebody wrote such words."""
    stage = console_stage(tmp_path_factory.mktemp("nasty"), audio, database, people=(THANDI,))
    at = stage.clock()
    with writing(stage.engine) as connection:
        (thandi,) = list_counsellors(connection)
        named = Person(NASTY, THANDI.phone, ("en",), 1)
        change_counsellor(connection, thandi.key, named, person_version(thandi))
        add_announcement(connection, NASTY, at, at + timedelta(days=1), {"en": NASTY}, NASTY, at)
        store_message(connection, Message("CA1", "RE" + "b" * 32, 9, "en", 1, at))
        promise = find_promise(connection, 1)
        assert promise
        add_note(connection, promise, Staff(1, NASTY), at, NASTY)
        edit_words(connection, "en", "goodbye", NASTY, NASTY, at)
        audit.note(connection, at, NASTY, "said", NASTY)
    stage.stage.background()
    return stage


@pytest.fixture(scope="module")
def boss(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ADMINISTRATOR, name=NASTY)


def test_no_page_runs_what_somebody_has_written(stage: ConsoleStage, boss: Visitor) -> None:
    with stage.engine.connect() as connection:
        keys = tuple(each.key for each in list_counsellors(connection))
    usual, chance = (
        {**USUAL, "key": keys, "prompt": ("goodbye", "announcement.1"), "language": ("en",)},
        random.Random(1),
    )
    seen = 0
    for method, rule in routes(stage.app):
        if method != "GET" or not str(rule.rule).startswith("/staff"):
            continue
        for _ in range(6):
            with boss.get(path_to(rule, chance, usual)) as page:
                if "html" in str(page.content_type):
                    seen += "&lt;script&gt;" in page.text

                    assert SCRIPT not in page.text, rule
                    assert "<b onmouseover" not in page.text, rule
                    assert "49" not in page.text.partition("={{")[2][:20], rule

    assert seen > 20


def test_a_calendar_that_is_read_elsewhere_has_the_name_and_nothing_else(stage: ConsoleStage) -> None:
    with writing(stage.engine) as connection:
        token = make_link(connection, None, "Ann", stage.clock())
    feed = Calendar.from_ical(stage.visitor().get(f"/calendar/{token}.ics").data)

    assert [NASTY] == [str(each["SUMMARY"]) for each in feed.walk("VEVENT")]


@pytest.mark.parametrize("path", ["audit.csv", "promises.csv", "calls/history.csv", "calls/statistics.csv"])
def test_no_table_has_a_cell_that_a_spreadsheet_computes(boss: Visitor, path: str) -> None:
    rows = list(csv.reader(io.StringIO(boss.get(f"/staff/{path}").text)))

    assert rows
    assert [] == [
        cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    ]


def test_words_and_numbers_in_a_document_stay_what_they_are() -> None:
    phone = f"+27821110001</Number>{SCRIPT}"
    made = verbs.document(
        verbs.say(NASTY, "en"), verbs.play(f"https://a.example/?{NASTY}"), verbs.number(phone, NASTY)
    )
    document = ET.fromstring(made)  # noqa: S314 (our own)

    assert ["Say", "Play", "Number"] == [each.tag for each in document]
    assert [NASTY, f"https://a.example/?{NASTY}", phone] == [each.text for each in document]
    assert [] == list(document[0])
