"""Short messages are sent, found again, and their refusals have names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.duty.tolls import Tolls
from ivr.telephony.twilio.rest import RefusedError, UnreachableError
from ivr.telephony.twilio.rest_texts import NotTextableError, Texts

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
THANDI, BODY = "+27820000001", "Themba: nobody is on duty."
TOLLS = Tolls(frozenset({"ZA"}))


@dataclass
class Provider:
    """Takes messages, lists them, or refuses everything with `refusal`."""

    kept: list[dict[str, str]] = field(default_factory=list)
    refusal: tuple[int, int] | None = None
    url: str = ""

    @property
    def texts(self) -> Texts:
        return Texts("AC" + "1" * 32, "secret", self.url, "+27105550100", TOLLS)


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            message = {name.lower(): values[0] for name, values in form.items()}
            message |= {"sid": "SM" + "2" * 32, "date_created": format_datetime(AT)}
            if found.refusal is None:
                found.kept.append(message)
            self.answer(message, 201)

        def do_GET(self) -> None:
            to = parse_qs(urlsplit(self.path).query)["To"][0]
            self.answer({"messages": [each for each in found.kept if each["to"] == to]}, 200)

        def answer(self, content: object, status: int) -> None:
            if found.refusal:
                status, code = found.refusal
                content = {"code": code, "message": f"no {THANDI}", "status": status}
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()


def test_a_message_goes_out_from_the_helplines_number(provider: Provider) -> None:
    assert "SM" + "2" * 32 == provider.texts.send_sms(THANDI, BODY)
    assert [(THANDI, "+27105550100", BODY)] == [
        (each["to"], each["from"], each["body"]) for each in provider.kept
    ]


def test_a_message_that_was_taken_is_found_and_no_other(provider: Provider) -> None:
    before = provider.texts.was_sent(THANDI, BODY, AT)
    provider.texts.send_sms(THANDI, BODY)

    assert not before
    assert provider.texts.was_sent(THANDI, BODY, AT + timedelta(seconds=90))
    assert not provider.texts.was_sent(THANDI, "another", AT)
    assert not provider.texts.was_sent("+27820000002", BODY, AT)
    assert not provider.texts.was_sent(THANDI, BODY, AT + timedelta(hours=1))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21211, NotTextableError),
        (400, 21610, NotTextableError),
        (401, 20003, RefusedError),
        (429, 20429, UnreachableError),
        (500, 20500, UnreachableError),
    ],
)
def test_a_refusal_has_a_name_and_holds_no_number(
    provider: Provider, status: int, code: int, kind: type[Exception]
) -> None:
    provider.refusal = (status, code)

    with pytest.raises(kind) as caught:
        provider.texts.send_sms(THANDI, BODY)
    with pytest.raises(UnreachableError):
        provider.texts.was_sent(THANDI, BODY, AT)
    assert THANDI not in str(caught.value)


def test_a_network_that_does_not_answer_is_unreachable() -> None:
    with pytest.raises(UnreachableError):
        Texts("AC1", "secret", "http://127.0.0.1:1", "+27105550100", TOLLS).send_sms(THANDI, BODY)


@pytest.mark.parametrize("number", ["+27900123456", "+442071838750"])
def test_a_dear_number_or_one_abroad_gets_no_text(provider: Provider, number: str) -> None:
    with pytest.raises(NotTextableError):
        provider.texts.send_sms(number, BODY)

    assert [] == provider.kept
