"""The legs of a call-back as their webhooks carry them: a counsellor's, and the caller's own phone.

A counsellor is asked whether they take it. Whoever picks up the caller's phone hears one neutral question,
and only its key leads to anybody: before that not a word says who calls, to a person or a machine.
"""

import re
from dataclasses import dataclass, replace

from ivr.flow.codec import UnknownState
from ivr.flow.events import Answered, Event, ImpossibleEvent, Lost, Pressed, TimedOut
from ivr.flow.leg import Ask, LetGo, Take
from ivr.flow.screening import ACCEPT_KEY, MOST_ASKED

_STATE = re.compile(r"(\d{1,12})\.([A-Za-z0-9]{1,64})\.([A-Za-z0-9-]{1,16})\.(\d)")
HELPLINE = "0"
"""Stands for nobody: the caller is rung by the helpline itself, after a missed call."""
CONFIRM_SECONDS = 5


@dataclass(frozen=True, slots=True)
class RingBack:
    """Who rings a caller: the promise's number, who has claimed it, their key, the caller's language.

    `claim` is the leg's number, or a word for a call that is none of our legs; `asked` counts questions.
    """

    promise: int
    claim: str
    person: str
    language: str
    asked: int = 0


def screen_callback(leg: RingBack, event: Event) -> tuple[RingBack, Ask | Take | LetGo]:
    """The counsellor's leg after the event, and what they hear; ImpossibleEvent changes nothing."""
    if isinstance(event, Answered | Lost):
        language = f"screen.language.{leg.language}"
        return replace(leg, asked=1), Ask(("screen.callback", language, "screen.accept"))
    if isinstance(event, Pressed):
        accepted = event.keys[:1] == ACCEPT_KEY
        return leg, Take() if accepted else LetGo(("screen.bye",), declined=True)
    if not isinstance(event, TimedOut):
        raise ImpossibleEvent(f"{type(event).__name__} in screening")
    if leg.asked < MOST_ASKED:
        return replace(leg, asked=leg.asked + 1), Ask(("screen.again",))
    return leg, LetGo(("screen.bye",))


def confirm(event: Event) -> Ask | Take | LetGo:
    """What whoever picks up the caller's phone hears: the question, nothing else."""
    if isinstance(event, Answered | Lost):
        return Ask(("callback.confirm",), CONFIRM_SECONDS)
    confirmed = isinstance(event, Pressed) and event.keys[:1] == ACCEPT_KEY
    return Take() if confirmed else LetGo(())


def encode_ring_back(leg: RingBack) -> str:
    """The leg, without the language, which stands in the URL by itself."""
    return f"{leg.promise}.{leg.claim}.{leg.person}.{leg.asked}"


def decode_ring_back(language: str, text: str) -> RingBack:
    """The leg, or UnknownState."""
    found = _STATE.fullmatch(text)
    if not found:
        raise UnknownState("not a leg of a call-back")
    return RingBack(int(found[1]), found[2], found[3], language, int(found[4]))
