"""The counsellor's own leg, rung for a caller in a queue: screening, the caller, then how it went.

Only key 1 asks for the caller, so no voicemail box ever gets one; whether it was the first 1 is not decided
here. A leg's state is small and travels in the URLs of its webhooks, as a caller's does.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum

from ivr.flow.codec import UnknownState
from ivr.flow.events import Answered, Event, ImpossibleEvent, Lost, Pressed, TimedOut
from ivr.flow.helpline import Helpline, code_of
from ivr.flow.screening import ACCEPT_KEY, KEY_SECONDS, MOST_ASKED
from ivr.flow.turns import Play

LONGEST_NAMED = 5
"""Minutes beyond which a counsellor hears this number."""
OUTCOME_KEYS = {"1": "helped", "2": "again", "3": "urgent"}
LONGEST = 200
_FIELD = re.compile(r"[A-Za-z0-9-]{1,64}")
_NUMBER = re.compile(r"\d{1,12}")


class Why(Enum):
    """Why a counsellor is let go; the value is the letter it travels as."""

    TAKEN = "t"
    GONE = "g"


@dataclass(frozen=True, slots=True)
class RungLeg:
    """A phone that rings: its leg's number, its person's key; the caller's language, queue and last segment.

    `minutes` the caller has waited when it began to ring; `asked` counts questions; `why` it is let go.
    """

    leg: int
    person: str
    language: str
    queue: str
    topic: str = ""
    minutes: int = 0
    asked: int = 0
    why: Why | None = None


def call_of(leg: RungLeg) -> str:
    """The call of the caller for whom it rings: their queue is named after it."""
    return leg.queue.partition("-")[0]


class Claim(Enum):
    """What became of a 1: the caller is theirs, another's, gone, or storage did not say in time."""

    MINE = "mine"
    TAKEN = "taken"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ask:
    """Say this and listen for one key."""

    plays: tuple[str, ...]
    timeout: int = KEY_SECONDS


_HOW_IT_WENT = Ask(("outcome.helped", "outcome.again", "outcome.urgent"))


@dataclass(frozen=True, slots=True)
class Take:
    """They want the caller: find out whether they are the first."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Take the caller of the queue, who is theirs, or whom the network gives to one of those who ask."""

    queue: str


@dataclass(frozen=True, slots=True)
class LetGo:
    """Say this and hang up; `declined`: they do not want this caller."""

    plays: tuple[str, ...]
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """They have said how the conversation went; say this and hang up."""

    plays: tuple[str, ...]
    outcome: str


def screen_leg(helpline: Helpline, leg: RungLeg, event: Event) -> tuple[RungLeg, Ask | Take | LetGo]:
    """The leg after the event, and what the counsellor hears; ImpossibleEvent changes nothing."""
    if isinstance(event, Answered | Lost):
        return replace(leg, asked=1), Ask(("screen.call", *_about(helpline, leg), "screen.accept"))
    if isinstance(event, Pressed):
        accepted = event.keys[:1] == ACCEPT_KEY
        return leg, Take() if accepted else LetGo(("screen.bye",), declined=True)
    if not isinstance(event, TimedOut):
        raise ImpossibleEvent(f"{type(event).__name__} in screening")
    if leg.asked < MOST_ASKED:
        return replace(leg, asked=leg.asked + 1), Ask(("screen.again",))
    return leg, LetGo(("screen.bye",))


def after_claim(leg: RungLeg, claim: Claim) -> Connect | LetGo:
    """What follows a 1; without an answer from storage the network's queue gives its one caller to one."""
    if claim in {Claim.MINE, Claim.UNKNOWN}:
        return Connect(leg.queue)
    return let_go(Why.TAKEN if claim is Claim.TAKEN else Why.GONE)


def let_go(why: Why) -> LetGo:
    """Say why there is no caller for them any more."""
    return LetGo(("screen.taken",) if why is Why.TAKEN else ("screen.gone",))


def after_dial(leg: RungLeg, bridged: bool) -> tuple[RungLeg, Ask | LetGo]:
    """The question how it went, or that the caller had gone before the two were connected."""
    if not bridged:
        return leg, let_go(Why.GONE)
    return replace(leg, asked=1), _HOW_IT_WENT


def judge(leg: RungLeg, event: Event) -> tuple[RungLeg, Ask | Judged | LetGo]:
    """What they say of the conversation: a wrong key is asked again once, silence ends the call."""
    keys = event.keys[:1] if isinstance(event, Pressed) else ""
    if keys in OUTCOME_KEYS:
        return leg, Judged(("outcome.thanks",), OUTCOME_KEYS[keys])
    if keys and leg.asked < MOST_ASKED:
        return replace(leg, asked=leg.asked + 1), _HOW_IT_WENT
    return leg, LetGo(("screen.bye",))


def encode_leg(leg: RungLeg) -> str:
    """The leg, without the language, which stands in the URL by itself."""
    fields = [
        str(leg.leg),
        f"p{leg.person}",
        f"q{leg.queue}",
        f"o{code_of(leg.topic)}" if leg.topic else "",
        f"m{leg.minutes}" if leg.minutes else "",
        f"a{leg.asked}" if leg.asked else "",
        f"w{leg.why.value}" if leg.why else "",
    ]
    return ".".join(filter(None, fields))


def decode_leg(helpline: Helpline, language: str, text: str) -> RungLeg:
    """The leg, or UnknownState; a topic that is gone is none."""
    first, *rest = text.split(".")
    fields = {field[:1]: field[1:] for field in rest}
    found = {"q", "p"} <= fields.keys() and all(map(_FIELD.fullmatch, fields.values()))
    if len(text) > LONGEST or not found or not _NUMBER.fullmatch(first):
        raise UnknownState("not a leg")
    try:
        return RungLeg(
            leg=int(first),
            person=fields["p"],
            language=language if language in helpline.languages else helpline.default_language,
            queue=fields["q"],
            topic=helpline.name_of(fields.get("o", "")) or "",
            minutes=int(fields.get("m", "0")),
            asked=int(fields.get("a", "0")),
            why=Why(fields["w"]) if "w" in fields else None,
        )
    except ValueError as error:
        raise UnknownState("not a leg") from error


def plays(names: tuple[str, ...], language: str) -> tuple[Play, ...]:
    """These prompts in that language."""
    return tuple(Play(name, language) for name in names)


def _about(helpline: Helpline, leg: RungLeg) -> tuple[str, ...]:
    segment = helpline.segments.get(leg.topic)
    topic = (segment.topic,) if segment and segment.topic else ()
    minutes = f"screen.minutes.{min(leg.minutes, LONGEST_NAMED)}"
    return (f"screen.language.{leg.language}", *topic, minutes)
