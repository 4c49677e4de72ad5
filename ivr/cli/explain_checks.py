"""What the URLs of calls stand for that only check a phone."""

from collections.abc import Mapping

from ivr.telephony.twilio.check_calls import HEARD, NOTED, read_check

HAPPENED = {
    HEARD: "a phone that staff have rung was picked up, or asked for a key",
    NOTED: "news of a call that checks a phone: it rings, was picked up, or is over",
}
_KINDS = {
    "t": "a test ring, which asks for a key",
    "w": "what callers hear first",
    "s": "the helpline rings itself",
}


def check_lines(language: str, what: str, state: str) -> Mapping[str, object]:
    """The URL of such a call in words, by their names; UnknownState if its state is none."""
    check = read_check(state)
    return {
        "what happened": HAPPENED[what],
        "language": language,
        "kind": _KINDS[check.letter],
        "check": check.check,
        "times asked": check.asked,
    }
