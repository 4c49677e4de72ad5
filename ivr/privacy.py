"""What keeps numbers and secrets out of sight."""

import logging
import re

# A number may stand after a colon or before a full stop; a part of a date, a fraction or an id is none.
_NUMBER = re.compile(
    r"""\+\d[\d \xa0().-]{5,}\d | %2B\d{7,15}
    | (?<![\w-])(?<!\d[.:/])
      (?: \d{7,15} | 0\d{2,3}(?:[ -]\d{3,4}){2} | \(0\d{2,3}\)[ ]?\d{3}[ -]?\d{4} )
      (?![\w-]|[.:]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def without_numbers(text: str) -> str:
    """`text` with everything that could be a telephone number replaced; for logs and error pages."""
    return _NUMBER.sub("[number]", text)


class PrivateFormatter(logging.Formatter):
    """Writes log lines in which no telephone number stands, in messages and tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole line, with whatever hangs on it, without numbers."""
        return without_numbers(super().format(record))


def configure_logging(level: int = logging.WARNING) -> None:
    """Send every log line of this process to standard error, without numbers."""
    handler = logging.StreamHandler()
    handler.setFormatter(PrivateFormatter(LINE))
    logging.basicConfig(level=level, handlers=[handler], force=True)
