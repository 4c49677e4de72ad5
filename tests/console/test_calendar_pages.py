"""The roster and other calendars: files, calendars that are followed, links that phones read."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ivr.storage.accounts import Role
from ivr.storage.engine import reading, writing
from ivr.storage.subscriptions import claim, list_subscriptions, subscribe
from tests.app.people import SIPHO, THANDI
from tests.console.calendar_seen import FILE, STRANGER, follow, send, uids
from tests.console.staging import ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ROTA_KEEPER, name="Rosa")


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
