"""The roster and other calendars: files, calendars that are followed, links that phones read."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from icalendar import Calendar
from werkzeug.test import TestResponse

from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.calendar_links import list_links
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import close, swap
from ivr.storage.engine import reading, writing
from ivr.storage.shifts import list_shifts
from ivr.storage.subscriptions import claim, list_subscriptions, subscribe
from tests.app.people import MIDNIGHT, NOON, SIPHO, THANDI
from tests.console.staging import ConsoleStage, Visitor, console_stage

LINK = re.compile(r'value="https://helpline\.example(/calendar/[^"]+\.ics)"')
FILE = b"""BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:one\r\nSUMMARY:Sipho\r\n\
DTSTART:20260107T060000Z\r\nDTEND:20260107T080000Z\r\nEND:VEVENT\r\n%sEND:VCALENDAR\r\n"""
STRANGER = (
    b"BEGIN:VEVENT\r\nUID:two\r\nSUMMARY:Nobody\r\nDTSTART:20260107T060000Z\r\n"
    b"DTEND:20260107T080000Z\r\nEND:VEVENT\r\n"
)
LATER = datetime(2026, 1, 5, 18, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ROTA_KEEPER, name="Rosa")


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


def test_a_file_is_imported_and_what_is_exported_is_read_back(stage: ConsoleStage, keeper: Visitor) -> None:
    told = follow(keeper, send(keeper, FILE % b""))
    exported = keeper.get("/staff/roster/export.ics")
    again = follow(keeper, send(keeper, exported.data))

    assert "1 read: 1 added, 0 changed, 0 removed" in told
    assert "attachment" in exported.headers["Content-Disposition"]
    assert "3 read: 0 added, 0 changed, 0 removed" in again


def test_what_is_not_in_a_file_is_removed_only_if_that_is_wanted(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    send(keeper, FILE % b"")
    kept = uids(stage)
    send(keeper, FILE % b"", replace="1")

    assert {"0", "1", "one"} == kept
    assert {"one"} == uids(stage)


def test_a_bad_event_is_told_and_the_good_ones_are_kept(stage: ConsoleStage, keeper: Visitor) -> None:
    answer = send(keeper, FILE % STRANGER)

    assert "no counsellor is called &#39;Nobody&#39;" in answer.text
    assert "one" in uids(stage)


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff\xfe", b"<html></html>"])
def test_what_is_no_calendar_changes_nothing(stage: ConsoleStage, keeper: Visitor, content: bytes) -> None:
    assert "Nothing was changed" in follow(keeper, send(keeper, content))
    assert {"0", "1"} == uids(stage)


def test_a_calendar_is_followed_and_forgotten(stage: ConsoleStage, keeper: Visitor) -> None:
    keeper.post("/staff/roster/calendars/follow", url="webcal://calendar.example/secret.ics")
    with reading(stage.engine) as connection:
        (followed,) = list_subscriptions(connection)
    shown = keeper.get("/staff/roster/calendars").text
    keeper.post("/staff/roster/calendars/forget", number=str(followed.id))

    assert "https://calendar.example/secret.ics" == followed.url
    assert "calendar.example" in shown
    assert "secret.ics" not in shown
    with reading(stage.engine) as connection:
        assert () == list_subscriptions(connection)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a calendar with one shift, on a server of its own."""

    class Calendars(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar")
            self.end_headers()
            self.wfile.write(FILE % b"")

        def log_message(self, *words: object) -> None:
            del words

    with HTTPServer(("127.0.0.1", 0), Calendars) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/a.ics"
        server.shutdown()
        thread.join()


def test_a_followed_calendar_is_taken_over_as_it_is_if_that_is_wanted(
    stage: ConsoleStage, keeper: Visitor, elsewhere: str
) -> None:
    with writing(stage.engine) as connection:
        subscribe(connection, elsewhere, stage.clock())
    with reading(stage.engine) as connection:
        (followed,) = list_subscriptions(connection)
    stage.clock.passes(seconds=1)
    told = follow(keeper, keeper.post("/staff/roster/calendars/fetch", number=str(followed.id), accept="1"))

    assert "127.0.0.1: 1 events" in told
    assert {"0", "1", "one"} == uids(stage)


def test_a_calendar_that_is_to_be_fetched_now_is_due(stage: ConsoleStage, keeper: Visitor) -> None:
    keeper.post("/staff/roster/calendars/follow", url="https://calendar.example/a.ics")
    with writing(stage.engine) as connection:
        (followed,) = list_subscriptions(connection)
        claim(connection, followed.id, stage.clock(), stage.clock())
    keeper.post("/staff/roster/calendars/fetch", number=str(followed.id))

    with reading(stage.engine) as connection:
        assert [None] == [each.tried_at for each in list_subscriptions(connection)]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://x/y",
        "https://me:word@calendar.example/a.ics",
        "javascript:alert(1)",
        "http://127.0.0.1:6379/",
        "http://localhost/metrics",
        "webcal://[::1]/a.ics",
    ],
)
def test_an_address_that_cannot_be_followed_is_refused(
    stage: ConsoleStage, keeper: Visitor, url: str
) -> None:
    assert "Nothing was changed" in follow(keeper, keeper.post("/staff/roster/calendars/follow", url=url))
    with reading(stage.engine) as connection:
        assert () == list_subscriptions(connection)


def test_a_link_shows_everybodys_duty_to_whoever_has_it(stage: ConsoleStage, keeper: Visitor) -> None:
    stage.stage.background()
    answer = stage.visitor().get(link(keeper))

    assert "text/calendar; charset=utf-8" == answer.content_type
    assert [("Sipho", SIPHO.start, SIPHO.end), ("Thandi", THANDI.start, THANDI.end)] == sorted(events(answer))
    assert THANDI.phone not in answer.text


def test_a_link_shows_one_counsellors_duty_after_swaps_and_closures(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    thandi, sipho = keys(stage)["Thandi"], keys(stage)["Sipho"]
    with writing(stage.engine) as connection:
        swap(connection, thandi, sipho, MIDNIGHT, NOON, "", NOON)
        close(connection, LATER, THANDI.end, "", NOON)
    stage.stage.background()
    found = events(stage.visitor().get(link(keeper, thandi)))

    assert [(NOON, LATER)] == [(start, end) for _, start, end in found]


def test_a_phone_that_asks_again_is_told_that_nothing_has_changed(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    path = link(keeper)
    visitor = stage.visitor()
    tag = visitor.get(path).headers["ETag"]
    stage.clock.passes(minutes=10)
    again = visitor.client.get(path, base_url=visitor.public, headers={"If-None-Match": tag})

    assert 304 == again.status_code


def test_while_storage_is_away_a_phone_is_to_ask_later_and_no_link_is_logged(
    stage: ConsoleStage, keeper: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    path = link(keeper)
    stage.engine.dispose()
    database = Path(str(stage.engine.url.database))
    database.rename(database.with_suffix(".away"))
    answer = stage.visitor().get(path)

    assert (503, "900") == (answer.status_code, answer.headers.get("Retry-After"))
    assert path.split("/")[-1] not in caplog.text


def test_a_phone_that_asks_again_on_the_same_day_waits_for_nobody_who_writes(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    path = link(keeper)
    first = stage.visitor().get(path).status_code
    with writing(stage.engine):
        again = stage.visitor().get(path).status_code

    assert (200, 200) == (first, again)


def test_a_link_that_was_taken_back_or_never_made_is_not_found(stage: ConsoleStage, keeper: Visitor) -> None:
    path = link(keeper)
    visitor = stage.visitor()
    before = visitor.get(path).status_code
    with reading(stage.engine) as connection:
        (made,) = list_links(connection)
    keeper.post("/staff/roster/calendars/unlink", number=str(made.id))

    assert 200 == before
    assert [404] * 3 == [
        visitor.get(each).status_code for each in (path, "/calendar/x.ics", f"/calendar/{'x' * 999}.ics")
    ]


def test_links_and_calendars_stand_in_the_audit_log_without_their_secrets(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    secret = link(keeper).split("/")[-1].removesuffix(".ics")
    keeper.post("/staff/roster/calendars/follow", url="https://calendar.example/hidden.ics")
    with reading(stage.engine) as connection:
        told = [(each.action, each.about) for each in entries(connection, Wanted())]

    assert [("calendar followed", "calendar.example"), ("calendar link made", "everybody")] == told
    assert secret not in repr(told)
