"""Subscribed calendars, over a real connection: what is bad leaves the last good shifts where they are."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select, update

from ivr.duty.calendar import read_calendar
from ivr.duty.names import keys_by_name
from ivr.duty.people import Person, ReadPeople
from ivr.duty.zones import NamedZone
from ivr.jobs import calendar_fetch
from ivr.jobs.calendar_fetch import FetchError, check_url, fetch_calendar
from ivr.jobs.calendars import Refreshed, problem_rows, refresh, refresh_due
from ivr.storage.counsellors import keep_counsellors, list_counsellors
from ivr.storage.engine import engine_for, prepare, reading, writing
from ivr.storage.shifts import keep_shifts, list_shifts
from ivr.storage.subscriptions import Subscription, list_subscriptions, subscribe, unsubscribe
from ivr.storage.tables_duty import subscriptions
from ivr.storage.tables_notices import notices

ZONE = ZoneInfo("Africa/Johannesburg")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECRET = "private-5f2c"


def event(uid: str, name: str = "Alice", day: int = 24) -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{name}\nDTSTART:202611{day}T080000\nDURATION:PT8H\nEND:VEVENT\n"


def calendar(*events: str) -> str:
    return f"BEGIN:VCALENDAR\n{''.join(events)}END:VCALENDAR\n"


FOUR = calendar(*(event(str(number), day=23 + number) for number in range(1, 5)))


@dataclass(slots=True)
class Server:
    """A calendar on loopback: what it answers, and which headers it was asked with."""

    port: int = 0
    status: int = 200
    body: str = FOUR
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{SECRET}/shifts.ics?x=1"


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(dict(self.headers) | {"path": self.path})
            fresh = found.headers.get("ETag", "none") == self.headers.get("If-None-Match")
            self.send_response(304 if fresh else found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if not fresh:
                self.wfile.write(found.body.encode())

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as served:
        found.port = served.server_port
        thread = Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        yield found
        served.shutdown()
        thread.join()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(found)
    people = (Person("Alice", "+27821234501", ("en",), 1), Person("Bob", "+27821234502", ("en",), 1))
    with writing(found) as connection:
        keep_counsellors(connection, ReadPeople(people, (), frozenset(), frozenset(), True), replace=True)
    yield found
    found.dispose()


@pytest.fixture
def subscribed(engine: Engine, server: Server) -> Engine:
    with writing(engine) as connection:
        assert subscribe(connection, server.url, NOW)
    return engine


def once(engine: Engine, minutes: int = 0, *, accept: bool = False) -> Refreshed:
    """What came of a try that many minutes after NOW."""
    at = NOW + timedelta(minutes=minutes)
    (found,) = refresh(engine, fetch_calendar, at, ZONE, before=at, accept=accept)
    return found


def uids(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [each.uid for each in list_shifts(connection)]


def stored(engine: Engine) -> Subscription:
    with reading(engine) as connection:
        return list_subscriptions(connection)[0]


def import_by_hand(engine: Engine, text: str) -> None:
    with writing(engine) as connection:
        names = keys_by_name(list_counsellors(connection))
        read = read_calendar(text.encode(), NamedZone(ZONE), names, NOW)
        keep_shifts(connection, read, replace=True)


def test_its_shifts_are_taken_and_what_was_imported_by_hand_stays(subscribed: Engine) -> None:
    import_by_hand(subscribed, calendar(event("own", "Bob")))
    found = once(subscribed)

    assert Refreshed(1, "127.0.0.1", 4) == found
    assert ["1", "2", "3", "4", "own"] == uids(subscribed)


def test_an_import_that_replaces_leaves_what_is_subscribed(subscribed: Engine) -> None:
    once(subscribed)
    import_by_hand(subscribed, calendar(event("own", "Bob"), event("1", "Bob")))

    assert ["1", "2", "3", "4", "own"] == uids(subscribed)
    with reading(subscribed) as connection:
        assert 1 == len({each.counsellor for each in list_shifts(connection) if each.uid != "own"})


def test_a_uid_that_stands_elsewhere_stays_there_and_is_told(subscribed: Engine) -> None:
    import_by_hand(subscribed, calendar(event("1", "Bob")))
    found = once(subscribed)

    assert "UID 1: stands in another calendar already, which keeps it" == found.problem
    assert ["1", "2", "3", "4"] == uids(subscribed)
    assert 3 == found.shifts


def test_a_shift_that_is_gone_there_is_gone_here(subscribed: Engine, server: Server) -> None:
    once(subscribed)
    server.body = calendar(event("1"), event("2", day=25))

    assert 2 == once(subscribed, 1).shifts
    assert ["1", "2"] == uids(subscribed)


BAD = [
    ({"body": calendar(event("1"))}, "of 4 shifts in the next 4 weeks 1 are left"),
    ({"body": calendar()}, "all its shifts are gone"),
    ({"body": FOUR.removesuffix("END:VCALENDAR\n")}, "broken or cut off"),
    ({"body": "<html>Sign in</html>"}, "not an iCalendar file"),
    ({"status": 404}, "the server answers 404"),
    ({"status": 500}, "the server answers 500"),
    ({"port": 1}, "does not answer"),
    ({"body": "x" * 10_000_001}, "larger than 10 MB"),
    ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, "in a private network"),
    ({"status": 302, "headers": {"Location": "/again"}}, "more than 3 redirects"),
    ({"status": 302, "headers": {"Location": "file:///etc/passwd"}}, "not a URL of a calendar"),
]


@pytest.mark.parametrize(("trouble", "what"), BAD)
def test_a_bad_refresh_keeps_the_last_good_shifts_and_says_since_when(
    subscribed: Engine, server: Server, trouble: dict[str, object], what: str
) -> None:
    once(subscribed)
    if "port" in trouble:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            _move(subscribed, server.url, closed.getsockname()[1])
    for name, value in trouble.items():
        setattr(server, name, value)
    found = once(subscribed, 15)
    again = once(subscribed, 30)

    assert what in found.problem
    assert (True, True, False) == (found.kept, found.new, again.new)
    assert ["1", "2", "3", "4"] == uids(subscribed)
    assert (NOW, NOW + timedelta(minutes=15)) == (stored(subscribed).good_at, stored(subscribed).since)
    assert SECRET not in found.problem


def _move(engine: Engine, url: str, port: int) -> None:
    host = url.split("/")[2]
    with writing(engine) as connection:
        connection.execute(update(subscriptions).values(url=url.replace(host, f"127.0.0.1:{port}")))


def test_staff_are_told_once_of_a_calendar_that_goes_bad_without_its_address(
    subscribed: Engine, server: Server
) -> None:
    server.status = 500
    for minutes in (0, 15):
        once(subscribed, minutes)
    with reading(subscribed) as connection:
        found = connection.execute(select(notices)).all()

    assert ["subscription-failed"] == [each.kind for each in found]
    assert SECRET not in str(found)


def test_what_is_wrong_is_in_the_snapshot_for_those_who_ask_whether_all_is_well(
    subscribed: Engine, server: Server
) -> None:
    server.status = 500
    once(subscribed)
    with reading(subscribed) as connection:
        (found,) = problem_rows(connection)

    assert {"problem": "calendar 1 has a problem; see: ivr roster subscriptions"} == found


def test_when_it_is_good_again_the_problem_is_over(subscribed: Engine, server: Server) -> None:
    server.status = 500
    once(subscribed)
    server.status = 200

    assert "" == once(subscribed, 1).problem
    assert ("", None) == (stored(subscribed).problem, stored(subscribed).since)


def test_staff_may_accept_that_most_shifts_are_gone(subscribed: Engine, server: Server) -> None:
    once(subscribed)
    server.body = calendar(event("1"))

    assert once(subscribed, 1).kept
    assert 1 == once(subscribed, 2, accept=True).shifts


def test_a_calendar_may_drop_what_is_over(subscribed: Engine, server: Server) -> None:
    once(subscribed)
    server.body = calendar(event("4", day=27))

    assert not once(subscribed, 60 * 24 * 4).kept
    assert ["4"] == uids(subscribed)


def test_a_bad_event_is_told_and_its_last_good_version_stays(subscribed: Engine, server: Server) -> None:
    once(subscribed)
    server.body = FOUR.replace("SUMMARY:Alice", "SUMMARY:Nobody", 1)
    found = once(subscribed, 1)

    assert "no counsellor is called 'Nobody'" in found.problem
    assert not found.kept
    assert ["1", "2", "3", "4"] == uids(subscribed)


def test_an_unchanged_calendar_is_not_sent_again(subscribed: Engine, server: Server) -> None:
    server.headers = {"ETag": '"v1"', "Last-Modified": "Mon, 23 Nov 2026 09:00:00 GMT"}
    once(subscribed)
    found = once(subscribed, 1)

    assert [None, '"v1"'] == [each.get("If-None-Match") for each in server.asked]
    assert "Mon, 23 Nov 2026 09:00:00 GMT" == server.asked[1]["If-Modified-Since"]
    assert (4, False) == (found.shifts, found.kept)
    assert NOW + timedelta(minutes=1) == stored(subscribed).good_at


def test_it_is_read_anew_when_a_counsellor_was_removed_and_is_back(
    subscribed: Engine, server: Server
) -> None:
    server.headers = {"ETag": '"v1"'}
    once(subscribed)
    alice = (Person("Alice", "+27821234501", ("en",), 1),)
    with writing(subscribed) as connection:
        for people in ((), alice):
            read = ReadPeople(people, (), frozenset(), frozenset(), True)
            keep_counsellors(connection, read, replace=True)
    once(subscribed, 1)

    with reading(subscribed) as connection:
        assert None not in {each.counsellor for each in list_shifts(connection)}


def test_it_is_due_every_quarter_of_an_hour_and_for_one_process_only(subscribed: Engine) -> None:
    def tries(minutes: int) -> int:
        return len(refresh_due(subscribed, fetch_calendar, NOW + timedelta(minutes=minutes), ZONE))

    assert [1, 0, 0, 1, 0] == [tries(minutes) for minutes in (0, 0, 14, 15, 15)]


def test_unsubscribing_removes_its_shifts_alone(subscribed: Engine) -> None:
    import_by_hand(subscribed, calendar(event("own", "Bob")))
    once(subscribed)
    with writing(subscribed) as connection:
        assert 4 == unsubscribe(connection, 1)

    assert ["own"] == uids(subscribed)


def test_unsubscribing_while_it_is_fetched_leaves_nothing_behind(subscribed: Engine) -> None:
    def fetch(url: str, etag: str, modified: str) -> calendar_fetch.Fetched:
        with writing(subscribed) as connection:
            unsubscribe(connection, 1)
        return fetch_calendar(url, etag, modified)

    refresh(subscribed, fetch, NOW, ZONE, before=NOW)

    assert [] == uids(subscribed)


def test_the_path_and_the_query_are_asked_for_as_given(subscribed: Engine, server: Server) -> None:
    once(subscribed)

    assert [f"/{SECRET}/shifts.ics?x=1"] == [each["path"] for each in server.asked]


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("webcal://host.example/a.ics", "https://host.example/a.ics"),
        ("https://host.example/a.ics", "https://host.example/a.ics"),
    ],
)
def test_webcal_means_https(url: str, plain: str) -> None:
    assert plain == check_url(url)


@pytest.mark.parametrize(
    "url", ["ftp://host.example/", "https://", "shifts.ics", "https://a:b@host.example/", "https://h:x/"]
)
def test_what_is_no_url_of_a_calendar_is_refused(url: str) -> None:
    with pytest.raises(FetchError, match="URL"):
        check_url(url)


PRIVATE = [
    *("10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.9", "100.64.0.1", "224.0.0.1"),
    *(
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::]",
        "[::]",
        "[64:ff9b:1::a00:1]",
        "[::a00:1]",
    ),
]


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_never_asked_however_it_is_written(host: str) -> None:
    with pytest.raises(FetchError, match="private network"):
        fetch_calendar(f"http://{host}/shifts.ics")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3"])
def test_a_name_that_leads_to_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    both = [(0, 0, 0, "", (each, 0)) for each in ("93.184.215.14", address)]
    monkeypatch.setattr(calendar_fetch.socket, "getaddrinfo", lambda *_, **__: both)

    with pytest.raises(FetchError, match="private network"):
        fetch_calendar("https://calendar.example/shifts.ics")


def test_a_public_server_does_not_lead_to_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.status, server.headers = 302, {"Location": server.url}
    connect, lookup = socket.create_connection, socket.getaddrinfo
    public = [(0, 0, 0, "", ("93.184.215.14", 0))]
    monkeypatch.setattr(
        socket, "create_connection", lambda _, wait: connect(("127.0.0.1", server.port), wait)
    )
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: public if "example" in host else lookup(host, *rest, **more),
    )

    with pytest.raises(FetchError, match=r"127\.0\.0\.1 is in a private network"):
        fetch_calendar("http://calendar.example/shifts.ics")
    assert 1 == len(server.asked)


def drip(listening: socket.socket) -> None:
    """Answer one letter at a time, until the other side has had enough."""
    line, _ = listening.accept()
    with line, suppress(OSError):
        line.sendall(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        for _ in range(100):
            line.sendall(b"x")
            sleep(0.05)


def test_a_server_that_drips_is_left(
    subscribed: Engine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar_fetch, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        _move(subscribed, server.url, listening.getsockname()[1])
        dripping = Thread(target=drip, args=(listening,))
        dripping.start()
        begun = monotonic()
        found = once(subscribed)
        took = monotonic() - begun
        dripping.join()

    assert "the server takes longer than 0.2 seconds" == found.problem
    assert took < 3
