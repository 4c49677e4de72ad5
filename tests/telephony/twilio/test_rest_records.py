"""The provider's records of a caller's calls are deleted, and nobody else's."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.telephony.twilio.rest import UnreachableError
from ivr.telephony.twilio.rest_records import CallRecords

CALLER, OTHER, HELPLINE = "+27821112233", "+27821112244", "+27105550100"
CALLS = {
    "CA1": (CALLER, HELPLINE, "completed"),
    "CA2": (HELPLINE, CALLER, "no-answer"),
    "CA3": (OTHER, HELPLINE, "completed"),
    "CA4": (CALLER, OTHER, "completed"),
    "CA5": (CALLER, HELPLINE, "in-progress"),
}


class Network(ThreadingHTTPServer):
    """Lists calls by From and To, and notes which are deleted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.deleted: list[str] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Network

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        asked = (query["From"][0], query["To"][0])
        found = [
            {"sid": sid, "account_sid": "AC1", "status": status}
            for sid, (sender, to, status) in CALLS.items()
            if (sender, to) == asked
        ]
        self._answer(self.server.status, json.dumps({"calls": found, "next_page_uri": None}).encode())

    def do_DELETE(self) -> None:
        self.server.deleted.append(self.path.rpartition("/")[2].removesuffix(".json"))
        self._answer(204, b"")

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def network() -> Iterator[Network]:
    server = Network()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_records_between_the_caller_and_the_helpline_are_deleted_once_the_calls_are_over(
    network: Network,
) -> None:
    number = CallRecords("AC1", "secret", network.url).delete_between(CALLER, [HELPLINE])

    assert (2, ["CA1", "CA2"]) == (number, sorted(network.deleted))


def test_a_network_that_refuses_is_an_error_without_the_number(network: Network) -> None:
    network.status = 500
    with pytest.raises(UnreachableError) as refused:
        CallRecords("AC1", "secret", network.url).delete_between(CALLER, [HELPLINE])

    assert CALLER not in str(refused.value)
    assert [] == network.deleted
