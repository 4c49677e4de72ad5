"""What keeps numbers and secrets out of sight."""

import logging
import re
from types import TracebackType

_NUMBER = re.compile(r"\+\d[\d\s().-]{5,}\d|%2B\d{7,15}|(?<![\w.:/-])\d{7,15}(?![\w.:-])")
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def without_numbers(text: str) -> str:
    """`text` with everything that could be a telephone number replaced; for logs and error pages."""
    return _NUMBER.sub("[number]", text)


class PrivateFormatter(logging.Formatter):
    """Writes log lines in which no telephone number stands, in messages and tracebacks alike."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """The line, its message without numbers."""
        record.message = without_numbers(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Error) -> str:  # noqa: N802 (as above)
        """The traceback without numbers."""
        return without_numbers(super().formatException(ei))


def configure_logging(level: int = logging.WARNING) -> None:
    """Send every log line of this process to standard error, without numbers."""
    handler = logging.StreamHandler()
    handler.setFormatter(PrivateFormatter(LINE))
    logging.basicConfig(level=level, handlers=[handler], force=True)
