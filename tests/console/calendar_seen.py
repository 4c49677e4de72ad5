"""Calendars as a keeper sends, follows and links them."""

import io
import re
from datetime import UTC, datetime
from html import unescape

from icalendar import Calendar
from werkzeug.test import TestResponse

from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading
from ivr.storage.shifts import list_shifts
from tests.console.staging import ConsoleStage, Visitor

LINK = re.compile(r'value="https://helpline\.example(/calendar/[^"]+\.ics)"')
FILE = b"""BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:one\r\nSUMMARY:Sipho\r\n\
DTSTART:20260107T060000Z\r\nDTEND:20260107T080000Z\r\nEND:VEVENT\r\n%sEND:VCALENDAR\r\n"""
STRANGER = (
    b"BEGIN:VEVENT\r\nUID:two\r\nSUMMARY:Nobody\r\nDTSTART:20260107T060000Z\r\n"
    b"DTEND:20260107T080000Z\r\nEND:VEVENT\r\n"
)
LATER = datetime(2026, 1, 5, 18, tzinfo=UTC)


def keys(stage: ConsoleStage) -> dict[str, str]:
    with reading(stage.engine) as connection:
        return {each.name: each.key for each in list_counsellors(connection)}


def send(keeper: Visitor, content: bytes, **fields: str) -> TestResponse:
    return keeper.post("/staff/roster/import", file=(io.BytesIO(content), "roster.ics"), **fields)


def follow(visitor: Visitor, answer: TestResponse) -> str:
    return unescape(visitor.client.get(answer.headers["Location"], base_url=visitor.public).text)


def uids(stage: ConsoleStage) -> set[str]:
    with reading(stage.engine) as connection:
        return {each.uid for each in list_shifts(connection)}


def link(keeper: Visitor, person: str = "") -> str:
    found = LINK.search(keeper.post("/staff/roster/calendars/link", person=person).text)
    assert found
    return found[1]


def events(answer: TestResponse) -> list[tuple[str, datetime, datetime]]:
    """What another program sees in a calendar."""
    found = Calendar.from_ical(answer.data).walk("VEVENT")
    return [(str(each["SUMMARY"]), each.decoded("DTSTART"), each.decoded("DTEND")) for each in found]
