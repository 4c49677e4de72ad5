"""A line of the log says which call it is about, as text or as JSON, and holds no number."""

import json
import logging
import sys

from ivr.logs import JsonFormatter, TextFormatter, about, begin_call, call_now, end_call, this_is
from ivr.privacy import LINE

CALL = "CA" + "1" * 32


def record(message: str, *arguments: object, failed: bool = False) -> logging.LogRecord:
    error = sys.exc_info() if failed else None
    return logging.LogRecord("ivr.jobs", logging.WARNING, __file__, 1, message, arguments, error)


def text(message: str) -> str:
    return TextFormatter(f"{LINE}%(call)s").format(record(message)).partition(" WARNING ")[2]


def test_a_line_of_text_ends_with_the_call() -> None:
    with about(CALL):
        inside = text("slow")

    assert f"ivr.jobs: slow [{CALL}]" == inside
    assert "ivr.jobs: slow" == text("slow")


def test_a_line_of_json_names_the_call_and_only_what_there_is() -> None:
    with about(CALL):
        inside = json.loads(JsonFormatter().format(record("from %s", "+27821234567")))
    outside = json.loads(JsonFormatter().format(record("slow")))

    assert ("warning", "ivr.jobs", CALL, "from [number]") == (
        inside["level"],
        inside["logger"],
        inside["call"],
        inside["message"],
    )
    assert {"at", "level", "logger", "process", "message"} == set(outside)
    assert outside["at"].endswith("+00:00")


def test_json_keeps_an_error_on_its_line_and_numbers_out_of_it() -> None:
    try:
        int("no +27821234567")
    except ValueError:
        line = JsonFormatter().format(record("failed", failed=True))

    assert 1 == len(line.splitlines())
    assert json.loads(line)["error"].endswith("base 10: 'no [number]'")


def test_what_was_before_is_so_again_afterwards() -> None:
    before = begin_call("CA1")
    with about("CA2"):
        this_is("CA3")
        within = call_now()
    after = call_now()
    end_call(before)

    assert ("CA3", "CA1", "") == (within, after, call_now())


def test_a_leg_whose_caller_is_not_known_stays_about_itself() -> None:
    with about("CA4"):
        this_is("")

        assert "CA4" == call_now()
