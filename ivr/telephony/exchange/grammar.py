"""What a TwiML document may contain: attributes, nested verbs and text, as Twilio documents them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Kind:
    """What an attribute's value may be, and how that is said to whoever wrote another."""

    fits: Callable[[str], bool]
    says: str


class Text(Enum):
    """Whether words may stand inside a verb."""

    NONE = "none"
    ALLOWED = "allowed"
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One verb; `code` is the error number of a wrong attribute, `nesting` that of a wrong nested verb."""

    attributes: Mapping[str, Kind]
    nested: frozenset[str] = frozenset()
    text: Text = Text.NONE
    code: int = 12200
    nesting: int = 12200
    most: int = 1000


def number(low: int, high: int) -> Kind:
    """A whole number from `low` to `high`."""

    def fits(value: str) -> bool:
        return value.isascii() and value.isdigit() and low <= int(value) <= high

    return Kind(fits, f"a whole number from {low} to {high}")


def choice(*words: str) -> Kind:
    """One of these words."""
    return Kind(lambda value: value in words, "one of " + ", ".join(words))


def several(*words: str) -> Kind:
    """One or more of these words, separated by spaces."""
    return Kind(
        lambda value: bool(value.split()) and set(value.split()) <= set(words), "some of " + " ".join(words)
    )


def keys(most: int) -> Kind:
    """At most `most` telephone keys; none is allowed."""
    pattern = re.compile(rf"[0-9*#]{{0,{most}}}")
    return Kind(lambda value: bool(pattern.fullmatch(value)), f"at most {most} of the keys 0-9 * #")


ANY = Kind(lambda value: len(value) <= 4096, "at most 4,096 characters")  # noqa: PLR2004 (as it says)
URL = Kind(lambda value: bool(value.strip()), "a URL, not empty")
METHOD = choice("GET", "POST")
FLAG = choice("true", "false")
CALL_EVENTS = several("initiated", "ringing", "answered", "completed")
RECORDING_EVENTS = several("in-progress", "completed", "absent")
SPOKEN = frozenset({"Play", "Say", "Pause"})

GRAMMAR: Mapping[str, Rule] = {
    "Play": Rule({"loop": number(0, 1000)}, text=Text.NEEDED, code=13410),
    "Say": Rule({"loop": number(0, 1000), "language": ANY, "voice": ANY}, text=Text.NEEDED, code=13510),
    "Pause": Rule({"length": number(0, 600)}, code=13910),
    "Redirect": Rule({"method": METHOD}, text=Text.NEEDED, code=13710),
    "Hangup": Rule({}),
    "Reject": Rule({"reason": choice("rejected", "busy")}),
    "Leave": Rule({}),
    "Gather": Rule(
        {
            "action": URL,
            "method": METHOD,
            "timeout": number(0, 600),
            "numDigits": number(1, 1000),
            "finishOnKey": keys(1),
            "input": choice("dtmf"),
            "actionOnEmptyResult": FLAG,
            "language": ANY,
        },
        nested=SPOKEN,
        code=13313,
        nesting=13320,
    ),
    "Record": Rule(
        {
            "action": URL,
            "method": METHOD,
            "timeout": number(0, 600),
            "finishOnKey": keys(12),
            "maxLength": number(1, 14400),
            "playBeep": FLAG,
            "trim": choice("trim-silence", "do-not-trim"),
            "recordingStatusCallback": URL,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": RECORDING_EVENTS,
            "transcribe": choice("false"),
        },
        code=13612,
    ),
    "Dial": Rule(
        {
            "action": URL,
            "method": METHOD,
            "timeout": number(5, 600),
            "timeLimit": number(1, 86400),
            "callerId": ANY,
            "hangupOnStar": FLAG,
            "answerOnBridge": FLAG,
            "sequential": FLAG,
            "record": choice("do-not-record"),
        },
        nested=frozenset({"Number", "Queue"}),
        text=Text.ALLOWED,
        code=13212,
        nesting=13211,
        most=10,
    ),
    "Number": Rule(
        {
            "url": URL,
            "method": METHOD,
            "sendDigits": ANY,
            "statusCallback": URL,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": CALL_EVENTS,
        },
        text=Text.NEEDED,
        code=13220,
    ),
    "Queue": Rule({"url": URL, "method": METHOD}, text=Text.NEEDED, code=13220),
    "Enqueue": Rule(
        {"action": URL, "method": METHOD, "waitUrl": ANY, "waitUrlMethod": METHOD},
        text=Text.NEEDED,
        code=14201,
    ),
}

NESTED_ONLY = frozenset({"Number", "Queue"})
TOP = frozenset(GRAMMAR) - NESTED_ONLY


class Scope(Enum):
    """Where a document runs: each place allows its own verbs."""

    CALL = TOP - {"Leave"}
    WAIT = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
    SCREEN = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Gather"})
    GREET = frozenset({"Play", "Say", "Pause", "Redirect"})
