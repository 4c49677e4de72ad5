"""No telephone number reaches a log line or an error page."""

import logging
import subprocess
import sys

import pytest

from ivr.privacy import PrivateFormatter, hashed, without_numbers


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from +27821234567", "from [number]"),
        ("from +27 82 123 4567.", "from [number]."),
        ("from +1 (202) 555-0101, again", "from [number], again"),
        ("From=%2B27821234567&To=%2b12025550100", "From=[number]&To=[number]"),
        ("0821234567 rang", "[number] rang"),
        ("rang 0821234567.", "rang [number]."),
        ("0821234567: busy", "[number]: busy"),
        ("From:0821234567", "From:[number]"),
        ("sip:27821234567@example.org", "sip:[number]@example.org"),
        ("082 123 4567 and 082-123-4567", "[number] and [number]"),
        ("(082) 123 4567", "[number]"),
        ("{'phone': '0821234567'}", "{'phone': '[number]'}"),
        ("+27821234567 +27821234568", "[number] [number]"),
    ],
)
def test_a_number_is_hidden_however_it_is_written(text: str, left: str) -> None:
    assert left == without_numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 13:48:00,123 WARNING ivr.app: slow",
        "2026-11-22T13:48:00.123456+00:00",
        "took 0.1234567 s",
        "at 1763820000.123",
        "CA0123456789012345678901234567890a",
        "http://127.0.0.1:5000/voice/en/g/m0d6e40.q1-0",
        "GET /audio/en/005f59fa32f2ea82929dde270a546fa4f2f3cb2e1935b7f0a69cab9dd61112b9.wav",
        "line 348, in advance",
        "123456",
    ],
)
def test_what_is_no_number_stays_readable(text: str) -> None:
    assert text == without_numbers(text)


def record(message: str, *arguments: object, failed: bool = False) -> logging.LogRecord:
    return logging.LogRecord(
        "ivr", logging.WARNING, __file__, 1, message, arguments, sys.exc_info() if failed else None
    )


def test_a_log_line_hides_numbers_in_what_is_filled_in() -> None:
    line = PrivateFormatter("%(levelname)s %(message)s").format(record("call from %s", "+27821234567"))

    assert "WARNING call from [number]" == line


def test_a_traceback_hides_numbers_too() -> None:
    try:
        raise ValueError("no such caller: +27821234567")  # noqa: TRY301 (to be caught here)
    except ValueError:
        text = PrivateFormatter().format(record("failed", failed=True))

    assert "ValueError: no such caller: [number]" in text
    assert "821234567" not in text


def test_a_traceback_that_another_handler_has_written_hides_numbers_too() -> None:
    seen = record("failed")
    seen.exc_text = "ValueError: +27821234567"
    seen.stack_info = "from +27821234568"
    text = PrivateFormatter().format(seen)

    assert "8212345" not in text


def test_one_number_has_one_hash_under_one_secret_and_another_under_another() -> None:
    spaced = hashed(b"secret", "+27 82-111 (2233)")

    assert spaced == hashed(b"secret", "+27821112233")
    assert 3 == len({spaced, hashed(b"another", "+27821112233"), hashed(b"secret", "+27821112234")})
    assert 64 == len(spaced)
    assert "2782" not in spaced


@pytest.mark.parametrize(
    "withheld", ["", "anonymous", "Restricted", "+266696687", "+86282452253", "client:x"]
)
def test_callers_who_withhold_their_number_are_not_taken_for_one_person(withheld: str) -> None:
    assert "" == hashed(b"secret", withheld)


@pytest.mark.parametrize(
    "where", ["Thread(target=fail).run()", "t = Thread(target=fail); t.start(); t.join()"]
)
def test_an_error_that_nobody_has_caught_shows_no_number_either(where: str) -> None:
    code = f"""
from threading import Thread
from ivr.privacy import configure_logging

def fail():
    raise ValueError("rang +27821234567")

configure_logging()
{where}
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "ValueError: rang [number]" in done.stderr
    assert "+27821234567" not in done.stderr
