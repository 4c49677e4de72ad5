"""What keeps numbers and secrets out of sight."""

import hmac
import logging
import re
import sys
import threading
from collections.abc import Iterable
from types import TracebackType

# A number may stand after a colon or before a full stop; a part of a date, a fraction or an id is none.
_NUMBER = re.compile(
    r"""\+\d[\d \xa0().-]{5,}\d | %2B\d{7,15}
    | (?<![\w-])(?<!\d[.:/])
      (?: \d{7,15} | 0\d{2,3}(?:[ -]\d{3,4}){2} | \(0\d{2,3}\)[ ]?\d{3}[ -]?\d{4} )
      (?![\w-]|[.:]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_WHOLE_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
# What networks write for a caller who withholds their number: the letters of ANONYMOUS and such on a keypad.
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+8566696", "+86282452253"})
_LOG = logging.getLogger(__name__)
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def without_numbers(text: str) -> str:
    """`text` with everything that could be a telephone number replaced; for logs and error pages."""
    return _NUMBER.sub("[number]", text)


def hashed(secret: bytes, number: str) -> str:
    """What stands for a number in storage: the same for the same number, and no way back without `secret`.

    However it is written: spaces, dashes and brackets do not count. Empty for what is no number a network has
    told in full, as a withheld one.
    """
    plain = re.sub(r"[\s().-]", "", number)
    if not _WHOLE_NUMBER.fullmatch(plain) or plain in WITHHELD:
        return ""
    return hmac.digest(secret, b"number:" + plain.encode(), "sha256").hex()


def hashes(keys: Iterable[bytes], number: str) -> tuple[str, ...]:
    """What may stand for the number in storage: what each key makes of it; empty for what is no number."""
    return tuple(found for key in keys if (found := hashed(key, number)))


class PrivateFormatter(logging.Formatter):
    """Writes log lines in which no telephone number stands, in messages and tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole line, with whatever hangs on it, without numbers."""
        return without_numbers(super().format(record))


def configure_logging(level: int = logging.WARNING, formatter: logging.Formatter | None = None) -> None:
    """Send every log line of this process to standard error, without numbers, and uncaught errors too."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter or PrivateFormatter(LINE))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda found: _log_uncaught(found.exc_type, found.exc_value, found.exc_traceback)


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _LOG.critical("Nobody has caught this", exc_info=(kind, error or kind(), trace))
