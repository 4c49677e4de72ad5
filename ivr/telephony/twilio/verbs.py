"""The verbs we use, written as text; attributes and nesting as in twilio.com/docs/voice/twiml.

Every limit is an argument: the defaults of networks differ. Times are whole seconds.
"""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape

LARGEST = 64 * 1024  # bytes; beyond it the network refuses the document (error 11750)
LONGEST_CONVERSATION = 14_400  # seconds; the network's own limit, said aloud
_QUOTE = {'"': "&quot;"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = re.compile("[A-Za-z0-9/:.,~#=_+*-]*")


class DocumentTooLongError(ValueError):
    """A document that no network would take."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"a TwiML document of {size} bytes; less than {LARGEST} are allowed: play less in one turn"
        )


def document(*verbs: str) -> str:
    """The whole answer, or DocumentTooLongError."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(verbs)}</Response>'
    size = len(text.encode())
    if size >= LARGEST:
        raise DocumentTooLongError(size)
    return text


def play(url: str) -> str:
    return f"<Play>{_text(url)}</Play>"


def say(words: str, language: str) -> str:
    return f'<Say language="{_text(language)}">{_text(words)}</Say>'


def pause(seconds: int) -> str:
    return f'<Pause length="{seconds:d}"/>'


def redirect(url: str) -> str:
    return f'<Redirect method="POST">{_text(url)}</Redirect>'


def hang_up() -> str:
    return "<Hangup/>"


def enqueue(queue: str, *, action: str, wait: str) -> str:
    """A queue is made when it is first named; `wait` is asked for again and again."""
    return (
        f'<Enqueue action="{_text(action)}" method="POST" waitUrl="{_text(wait)}" waitUrlMethod="POST">'
        f"{_text(queue)}</Enqueue>"
    )


def leave() -> str:
    return "<Leave/>"


def gather(plays: Iterable[str], *, action: str, timeout: int, digits: int, finish: str) -> str:
    """Keys only; silence is reported to `action` too, where a network can."""
    return (
        f'<Gather input="dtmf" action="{_text(action)}" method="POST" actionOnEmptyResult="true"'
        f' timeout="{timeout:d}" numDigits="{digits:d}" finishOnKey="{_text(finish)}">'
        f"{''.join(plays)}</Gather>"
    )


def record(*, action: str, silence: int, longest: int, finish: str, status: str, trim: bool = True) -> str:
    """Silence is trimmed, so that the length reported is that of the speech; or, without `trim`, kept."""
    return (
        f'<Record action="{_text(action)}" method="POST" timeout="{silence:d}" maxLength="{longest:d}"'
        f' finishOnKey="{_text(finish)}" playBeep="true" trim="{"trim-silence" if trim else "do-not-trim"}"'
        f' recordingStatusCallback="{_text(status)}" recordingStatusCallbackMethod="POST"'
        ' recordingStatusCallbackEvent="completed"/>'
    )


def dial(
    numbers: Iterable[str], *, action: str | None, timeout: int, caller_id: str, in_turn: bool = False
) -> str:
    """Ring `numbers`; without an action the document goes on after it.

    answerOnBridge stays away: it works only as the first verb of a call.
    """
    after = f' action="{_text(action)}" method="POST"' if action else ""
    sequential = ' sequential="true"' if in_turn else ""
    return (
        f'<Dial{after} timeout="{timeout:d}" timeLimit="{LONGEST_CONVERSATION}" callerId="{_text(caller_id)}"'
        f"{sequential}>{''.join(numbers)}</Dial>"
    )


def number(phone: str, screen: str | None) -> str:
    """One phone; `screen` is what its owner hears before being connected."""
    url = f' url="{_text(screen)}" method="POST"' if screen else ""
    return f"<Number{url}>{_text(phone)}</Number>"


def _text(text: str) -> str:
    """Escaped for content and attributes; characters that XML cannot carry are left out."""
    return text if _PLAIN.fullmatch(text) else escape(_NOT_XML.sub("", text), _QUOTE)
