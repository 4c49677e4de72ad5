"""What of a request is read: as much as is signed, and no more than a network sends."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ivr.telephony.twilio.parameters import SAME_WEBHOOK
from ivr.telephony.twilio.wire import LARGEST, TooLargeError, read_webhook
from tests.app.stage import CALL, PUBLIC, Stage, make_stage, sign

FORM = "application/x-www-form-urlencoded"
FIELDS = {"CallSid": CALL, "From": "anonymous", "FromCity": "Åre & Øst=1+1"}


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database)


def environ(body: bytes, kind: str = FORM, **more: object) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/voice",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **more,
    }


def test_fields_are_read_as_they_were_sent() -> None:
    found = read_webhook(environ(urlencode(FIELDS).encode())).parameters()

    assert FIELDS == found


def test_of_a_field_that_comes_twice_the_first_counts_and_both_are_signed() -> None:
    asked = read_webhook(environ(b"Digits=1&Digits=&Digits=2"))

    assert {"Digits": "1"} == asked.parameters()
    assert [("Digits", "1"), ("Digits", ""), ("Digits", "2")] == list(asked.fields)


def test_the_same_webhook_is_known_by_its_header() -> None:
    asked = read_webhook(environ(b"Digits=1", HTTP_I_TWILIO_IDEMPOTENCY_TOKEN="abc"))

    assert {"Digits": "1", SAME_WEBHOOK: "abc"} == asked.parameters()


def test_only_a_form_has_fields() -> None:
    assert {} == read_webhook(environ(b"Digits=1", "text/plain")).parameters()


def test_a_body_of_a_length_that_nobody_tells_is_read_to_its_end_where_the_server_knows_it() -> None:
    told = environ(b"Digits=1", **{"wsgi.input_terminated": True})
    del told["CONTENT_LENGTH"]

    assert {"Digits": "1"} == read_webhook(told).parameters()


@pytest.mark.parametrize("length", [None, str(LARGEST + 1), str(10**12)])
def test_more_than_a_network_sends_is_not_even_read(length: str | None) -> None:
    told = environ(b"a" * (LARGEST + 10), CONTENT_LENGTH=length, **{"wsgi.input_terminated": True})

    with pytest.raises(TooLargeError):
        read_webhook(told)

    assert LARGEST + 1 == told["wsgi.input"].tell()


def test_too_large_a_webhook_is_answered_with_413(stage: Stage) -> None:
    answer = stage.client.post("/voice", data=b"a" * (LARGEST + 10), content_type=FORM)

    assert 413 == answer.status_code


def test_past_the_framework_and_through_it_a_webhook_gets_the_same_answer(stage: Stage) -> None:
    document = stage.post("/voice/en/t/l", **FIELDS)
    # A path with a letter that needs encoding goes through the framework, to a state that nobody knows.
    through = stage.post("/voice/en/t/%C3%BC", **FIELDS)

    assert (200, document.headers["Content-Type"]) == (through.status_code, through.headers["Content-Type"])
    assert 403 == stage.client.post("/voice/en/t/%C3%BC", data=FIELDS).status_code


def test_whatever_fails_the_log_tells_it_without_numbers(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    signed = {"X-Twilio-Signature": sign(f"{PUBLIC}/voice", FIELDS)}
    told = EnvironBuilder("/voice", method="POST", data=FIELDS, headers=signed).get_environ()
    told["wsgi.input"] = None

    _, status, _ = run_wsgi_app(stage.app, told)

    assert "500 Internal Server Error" == status
    assert "A webhook could not be answered" in caplog.text


@given(
    st.lists(
        st.text("ab1=&+%26dDC3Å", max_size=8) | st.sampled_from(["a=%26", "%3d=b", "%C3%A5", "%C3"]),
        max_size=4,
    )
)
def test_forms_are_read_as_python_reads_them(parts: list[str]) -> None:
    text = "&".join(parts)

    assert parse_qsl(text, keep_blank_values=True) == list(read_webhook(environ(text.encode())).fields)
