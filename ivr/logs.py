"""The log: lines of text or of JSON, each with the id of the call that it is about, whoever writes it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime

from ivr.privacy import LINE, PrivateFormatter, configure_logging, without_numbers
from ivr.settings import Settings

_CALL: ContextVar[str] = ContextVar("call", default="")


def call_now() -> str:
    """The id of the call that this thread is busy with, "" for none."""
    return _CALL.get()


def begin_call(call: str) -> Token[str]:
    """What is logged from here on is about that call, until `end_call`."""
    return _CALL.set(call)


def end_call(before: Token[str]) -> None:
    """What is logged from here on is about what it was about before."""
    _CALL.reset(before)


def this_is(call: str) -> None:
    """What is logged is about that call: a caller's, once a counsellor's leg has told whose it is."""
    if call:
        _CALL.set(call)


@contextmanager
def about(call: str) -> Iterator[None]:
    """What is logged within is about that call."""
    before = begin_call(call)
    try:
        yield
    finally:
        end_call(before)


class TextFormatter(PrivateFormatter):
    """A line of text; the call stands at the end of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without numbers, and what hangs on it."""
        record.call = f" [{call}]" if (call := call_now()) else ""
        return super().format(record)


class JsonFormatter(logging.Formatter):
    """A line of JSON: at (UTC), level, logger, process, message, and call and error where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without numbers in any of its words."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "call": call_now(),
            "message": without_numbers(record.getMessage()),
            "error": without_numbers(self.formatException(record.exc_info)) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)


def begin_logging(settings: Settings) -> None:
    """Send every line of this process to standard error as LOG_FORMAT and LOG_LEVEL say, without numbers.

    Of libraries only warnings are wanted: what they tell besides is about themselves.
    """
    text = settings.log_format == "text"
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    formatter = TextFormatter(f"{LINE}%(call)s") if text else JsonFormatter()
    configure_logging(max(level, logging.WARNING), formatter)
    logging.getLogger("ivr").setLevel(level)
