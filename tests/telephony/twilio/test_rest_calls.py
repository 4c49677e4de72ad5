"""Calls and queues over REST: what is asked, and by which name each refusal goes."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from urllib.parse import parse_qsl

import pytest

from ivr.duty.tolls import Tolls
from ivr.telephony.twilio import rest_calls
from ivr.telephony.twilio.rest import RefusedError, UnreachableError
from ivr.telephony.twilio.rest_calls import AccountLimitError, BadNumberError, ImpossibleError, RestCalls

CALL = "CA" + "1" * 32
QUEUE = "QU" + "2" * 32
TOLLS = Tolls(frozenset({"US", "ZA"}))


@dataclass
class Network:
    """A stand-in that answers every request alike, and remembers them."""

    status: int = 201
    body: bytes = json.dumps({"sid": CALL, "status": "queued"}).encode()
    delay: float = 0
    url: str = ""
    asked: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)

    @property
    def calls(self) -> RestCalls:
        return RestCalls("AC1", "secret", self.url, "+12025550100", TOLLS)

    def refuses(self, status: int, code: int) -> None:
        self.status, self.body = status, json.dumps({"code": code, "message": "no"}).encode()


@pytest.fixture
def network() -> Iterator[Network]:
    told = Network()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            told.asked.append((self.command, self.path, parse_qsl(body)))
            sleep(told.delay)
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(told.body)

        do_DELETE = do_POST  # noqa: N815 (the library's name)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}/api"
    yield told
    server.shutdown()
    server.server_close()


def place(network: Network) -> str:
    return network.calls.place("+27821110001", "https://h.example/k", "https://h.example/e", 20)


def test_a_phone_is_rung_from_the_helplines_number_and_everything_about_it_is_told(network: Network) -> None:
    sid = place(network)
    method, path, fields = network.asked[0]

    assert (CALL, "POST", "/api/2010-04-01/Accounts/AC1/Calls.json") == (sid, method, path)
    assert [
        ("To", "+27821110001"),
        ("From", "+12025550100"),
        ("Url", "https://h.example/k"),
        ("Method", "POST"),
        ("Timeout", "20"),
        ("StatusCallback", "https://h.example/e"),
        ("StatusCallbackMethod", "POST"),
        ("StatusCallbackEvent", "initiated"),
        ("StatusCallbackEvent", "ringing"),
        ("StatusCallbackEvent", "answered"),
        ("StatusCallbackEvent", "completed"),
    ] == fields


@pytest.mark.parametrize("code", [21211, 21214, 21215, 21216, 21217, 13223, 13224, 13225, 13227])
def test_a_number_that_cannot_be_rung_is_told_apart(network: Network, code: int) -> None:
    network.refuses(400, code)
    with pytest.raises(BadNumberError, match=str(code)):
        place(network)


@pytest.mark.parametrize(("status", "code"), [(400, 10004), (429, 20429), (429, 0)])
def test_an_account_at_its_limits_is_told_apart(network: Network, status: int, code: int) -> None:
    network.refuses(status, code)
    with pytest.raises(AccountLimitError):
        place(network)


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (403, 0), (400, 21210), (400, 21205)])
def test_what_the_network_would_refuse_for_any_phone_says_what_to_check(
    network: Network, status: int, code: int
) -> None:
    network.refuses(status, code)
    with pytest.raises(RefusedError, match="HELPLINE_NUMBER"):
        place(network)


@pytest.mark.parametrize(
    ("status", "body"), [(500, b""), (503, b"{}"), (200, b"<html>"), (200, b"[]"), (200, b'{"sid": "x"}')]
)
def test_an_answer_that_says_nothing_is_no_answer(network: Network, status: int, body: bytes) -> None:
    network.status, network.body = status, body
    with pytest.raises(UnreachableError):
        place(network)


def test_a_network_that_hangs_is_given_up(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_calls, "READ_SECONDS", 0.2)
    network.delay = 1
    begun = monotonic()
    with pytest.raises(UnreachableError):
        place(network)

    assert monotonic() - begun < 0.9


def test_a_network_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(UnreachableError):
        RestCalls("AC1", "secret", "http://127.0.0.1:1", "+12025550100", TOLLS).stop(CALL)


def test_a_phone_that_rings_is_stopped(network: Network) -> None:
    network.body = json.dumps({"sid": CALL, "status": "canceled"}).encode()

    assert network.calls.stop(CALL)
    assert [
        ("POST", f"/api/2010-04-01/Accounts/AC1/Calls/{CALL}.json", [("Status", "canceled")])
    ] == network.asked


def test_a_phone_that_was_picked_up_is_not_stopped_but_that_is_known(network: Network) -> None:
    network.body = json.dumps({"sid": CALL, "status": "in-progress"}).encode()
    answered = network.calls.stop(CALL)
    network.refuses(400, 20001)
    refused = network.calls.stop(CALL)
    network.refuses(404, 20404)

    assert (False, False, False) == (answered, refused, network.calls.stop(CALL))


def test_a_call_goes_on_elsewhere_unless_it_is_over(network: Network) -> None:
    led = network.calls.redirect(CALL, "https://h.example/o")
    fields = network.asked[0][2]
    network.refuses(400, 21220)
    over = network.calls.redirect(CALL, "https://h.example/o")
    network.refuses(404, 20404)
    unknown = network.calls.redirect(CALL, "https://h.example/o")

    assert (True, False, False) == (led, over, unknown)
    assert [("Url", "https://h.example/o"), ("Method", "POST")] == fields


def test_a_call_that_cannot_go_on_elsewhere_for_another_reason_is_an_error(network: Network) -> None:
    network.refuses(400, 20001)
    with pytest.raises(ImpossibleError):
        network.calls.redirect(CALL, "https://h.example/o")


def test_an_empty_queue_or_one_that_is_gone_is_deleted_and_a_full_one_is_not(network: Network) -> None:
    network.status, network.body = 204, b""
    empty = network.calls.delete_queue(QUEUE)
    method, path, _ = network.asked[0]
    network.refuses(404, 20404)
    gone = network.calls.delete_queue(QUEUE)
    network.refuses(400, 22002)

    assert ("DELETE", f"/api/2010-04-01/Accounts/AC1/Queues/{QUEUE}.json") == (method, path)
    assert (True, True, False) == (empty, gone, network.calls.delete_queue(QUEUE))


@pytest.mark.parametrize("sid", ["", "CA1", f"../{CALL}", "QU/../../x"])
def test_what_is_no_id_is_never_asked_about(network: Network, sid: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        network.calls.stop(sid)

    assert [] == network.asked


def test_the_token_is_not_shown() -> None:
    assert "secret" not in repr(RestCalls("AC1", "secret", "http://127.0.0.1:1", "+12025550100", TOLLS))


@pytest.mark.parametrize("number", ["+19005550100", "+442071838750", "+18765551234", "+882161234567"])
def test_a_dear_number_or_one_abroad_is_not_even_asked_for(network: Network, number: str) -> None:
    with pytest.raises(BadNumberError):
        network.calls.place(number, "https://a.example", "https://b.example", 20)

    assert [] == network.asked
