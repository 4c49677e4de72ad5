"""The provider is asked what it has about the helpline's number, and every answer is told in words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ivr.app.number import number_watch
from ivr.jobs.number_watch import NumberTold
from tests.app.people import NOON
from tests.app.rest_stage import Inline
from tests.app.stage import NUMBER, PUBLIC, stage_settings

CONNECTED = {
    "sid": "PN1",
    "phone_number": NUMBER,
    "voice_url": f"{PUBLIC}/voice",
    "voice_method": "POST",
    "status_callback": f"{PUBLIC}/voice/status",
    "status_callback_method": "POST",
    "sms_url": f"{PUBLIC}/sms#rc=1&rp=all&rt=5000",
    "sms_method": "POST",
    "voice_application_sid": "",
    "trunk_sid": "",
    "sms_application_sid": "",
}


@contextmanager
def provider(status: int, numbers: list[dict[str, str]]) -> Iterator[str]:
    """A stand-in for the provider's REST API, which has these numbers; its address."""
    body = json.dumps({"incoming_phone_numbers": numbers}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def told(folder: Path, url: str) -> NumberTold | None:
    watch = number_watch(
        stage_settings(folder, folder / "audio", environ={"TWILIO_API_URL": url}), lambda: NOON, Inline()
    )
    assert watch
    return watch.told()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ()),
        (
            {"voice_url": "https://demo.example.com"},
            (f"VoiceUrl: https://demo.example.com → {PUBLIC}/voice",),
        ),
        ({"trunk_sid": "TK1"}, ("TrunkSid: TK1 → (empty)",)),
    ],
)
def test_what_the_number_has_otherwise_is_told(
    tmp_path: Path, changed: dict[str, str], expected: tuple[str, ...]
) -> None:
    with provider(200, [{**CONNECTED, **changed}]) as url:
        assert NumberTold(NOON, expected) == told(tmp_path, url)


@pytest.mark.parametrize(
    ("status", "numbers", "words"),
    [(401, [], "refused the account"), (200, [], "has no number"), (500, [], "answered 500")],
)
def test_why_it_could_not_be_asked_is_told(
    tmp_path: Path, status: int, numbers: list[Any], words: str
) -> None:
    with provider(status, numbers) as url:
        found = told(tmp_path, url)

    assert found
    assert words in found.problem


def test_on_our_own_exchange_there_is_nobody_to_ask(tmp_path: Path) -> None:
    assert number_watch(stage_settings(tmp_path, tmp_path / "audio", exchange=True), lambda: NOON) is None
