import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from time import sleep

import pytest

from ivr.telephony.twilio.rest import (
    NotYetError,
    Recordings,
    RefusedError,
    TooLargeError,
    UnreachableError,
    client,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SID = "RE" + "0123456789abcdef" * 2
WAV = b"RIFF" + bytes(200_000)


@dataclass
class Network:
    """A stand-in that answers every request alike, and remembers them."""

    status: int = 200
    body: bytes = WAV
    promised: int | None = None
    delay: float = 0
    url: str = ""
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def recordings(self, largest: int = 1_000_000) -> Recordings:
        return Recordings("AC1", "secret", self.url, largest=largest, timeout=2)


@contextmanager
def running(network: Network) -> Iterator[Network]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            network.asked.append((self.command, self.path, self.headers["Authorization"]))
            sleep(network.delay)
            self.send_response(network.status)
            length = len(network.body) if network.promised is None else network.promised
            self.send_header("Content-Length", str(length))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(network.body)

        do_DELETE = do_GET  # noqa: N815 (the library's name)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    network.url = f"http://127.0.0.1:{server.server_port}/api/laml"
    try:
        yield network
    finally:
        server.shutdown()
        server.server_close()


def test_a_recording_is_fetched_with_the_accounts_credentials() -> None:
    with running(Network()) as network:
        sound = network.recordings().fetch(SID)

    credentials = "Basic " + b64encode(b"AC1:secret").decode()
    assert sound == WAV
    assert network.asked == [("GET", f"/api/laml/2010-04-01/Accounts/AC1/Recordings/{SID}.wav", credentials)]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotYetError),
        (401, RefusedError),
        (403, RefusedError),
        (429, UnreachableError),
        (500, UnreachableError),
        (304, UnreachableError),
    ],
)
def test_every_refusal_has_a_name(status: int, error: type[Exception]) -> None:
    with running(Network(status, b"")) as network, pytest.raises(error):
        network.recordings().fetch(SID)


def test_a_recording_beyond_the_limit_is_not_fetched() -> None:
    with running(Network()) as network, pytest.raises(TooLargeError, match="100000"):
        network.recordings(largest=100_000).fetch(SID)


def test_a_recording_that_comes_too_slowly_is_given_up() -> None:
    ticks = count(0, 50)

    with running(Network()) as network, pytest.raises(UnreachableError, match="60 seconds"):
        Recordings("AC1", "secret", network.url, elapsed=lambda: next(ticks)).fetch(SID)


def test_a_network_that_says_nothing_is_not_waited_for() -> None:
    with running(Network(delay=0.3)) as network, pytest.raises(UnreachableError, match="Timeout"):
        Recordings("AC1", "secret", network.url, timeout=0.05).fetch(SID)


def test_half_a_recording_is_none() -> None:
    with running(Network(promised=len(WAV) * 2)) as network, pytest.raises(UnreachableError):
        network.recordings().fetch(SID)


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>"])
def test_something_else_is_not_taken_for_a_recording(body: bytes) -> None:
    with running(Network(body=body)) as network, pytest.raises(UnreachableError, match="not a WAV"):
        network.recordings().fetch(SID)


def test_a_network_that_is_away_is_unreachable() -> None:
    with running(Network()) as network:
        pass

    with pytest.raises(UnreachableError):
        network.recordings().fetch(SID)


@pytest.mark.parametrize("status", [204, 404])
def test_a_recording_is_deleted_or_already_gone(status: int) -> None:
    with running(Network(status, b"")) as network:
        network.recordings().delete(SID)

    assert ("DELETE", f"/api/laml/2010-04-01/Accounts/AC1/Recordings/{SID}.json") == network.asked[0][:2]


def test_a_refused_deletion_is_an_error() -> None:
    with running(Network(401, b"")) as network, pytest.raises(RefusedError):
        network.recordings().delete(SID)


@pytest.mark.parametrize("sid", ["", "RE1", SID + "/../x", SID.lower()])
def test_only_an_id_of_a_recording_is_asked_for(sid: str) -> None:
    with pytest.raises(ValueError, match="not the id of a recording"):
        Recordings("AC1", "secret", "http://127.0.0.1:1").fetch(sid)


def test_the_token_is_not_shown() -> None:
    assert "secret" not in repr(Recordings("AC1", "secret", "http://127.0.0.1:1"))


def test_the_providers_client_asks_under_the_api_url_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    with running(Network(body=b'{"queues": []}')) as network:
        queues = client("AC1", "secret", network.url + "/").queues.list()

    assert queues == []
    assert network.asked[0][1].startswith("/api/laml/2010-04-01/Accounts/AC1/Queues.json")


def listing(*recordings: dict[str, object], onward: str | None = None) -> bytes:
    return json.dumps({"recordings": recordings, "next_page_uri": onward}).encode()


def listed(made: str, call: str | None = "CA1") -> dict[str, object]:
    return {"sid": SID, "call_sid": call, "date_created": made}


def test_recordings_made_before_a_moment_are_listed_by_id_and_call() -> None:
    early, late = listed("Mon, 05 Jan 2026 11:59:59 +0000"), listed("Mon, 05 Jan 2026 12:00:00 +0000")
    with running(Network(body=listing(early, late))) as network:
        found = list(network.recordings().older_than(NOON))

    assert [(SID, "CA1", NOON.replace(hour=11, minute=59, second=59))] == found
    [(method, path, _)] = network.asked
    assert ("GET", "/api/laml/2010-04-01/Accounts/AC1/Recordings.json") == (method, path.partition("?")[0])
    assert "DateCreated%3C=2026-01-05" in path


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"[]",
        b'{"recordings": [{}], "next_page_uri": null}',
        listing(onward="https://elsewhere.example/2010-04-01/"),
        listing(listed("some day")),
    ],
)
def test_a_list_that_cannot_be_read_is_an_error_with_a_name(body: bytes) -> None:
    with running(Network(body=body)) as network, pytest.raises(UnreachableError):
        list(network.recordings().older_than(NOON))
