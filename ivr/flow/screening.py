"""What a counsellor hears before a caller is connected: only key 1 connects, so no voicemail box does."""

from dataclasses import dataclass

from ivr.flow.events import Answered, Event, ImpossibleEvent, Lost, Pressed, TimedOut
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Play

ACCEPT_KEY = "1"
KEY_SECONDS = 6
MOST_ASKED = 2


@dataclass(frozen=True, slots=True)
class Leg:
    """A counsellor's phone that was picked up: their language, the caller's, and the caller's last segment.

    `asked` counts how often they have been asked to press the key.
    """

    language: str
    caller_language: str
    topic: str = ""
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """Say this and listen for one key."""

    plays: tuple[Play, ...]
    timeout: int = KEY_SECONDS


@dataclass(frozen=True, slots=True)
class Accept:
    """Connect the caller now."""


@dataclass(frozen=True, slots=True)
class Decline:
    """Say this and hang up; the ring plan goes on."""

    plays: tuple[Play, ...]


def screen(helpline: Helpline, leg: Leg, event: Event) -> tuple[Leg, Ask | Accept | Decline]:
    """The leg after the event, and what the counsellor hears; ImpossibleEvent changes nothing."""
    if isinstance(event, Answered | Lost):
        return _asked(leg), Ask(_prompts(leg, "screen.call", *_about(helpline, leg), "screen.accept"))
    if isinstance(event, Pressed):
        accepted = event.keys[:1] == ACCEPT_KEY
        return leg, Accept() if accepted else Decline(_prompts(leg, "screen.bye"))
    if not isinstance(event, TimedOut):
        raise ImpossibleEvent(f"{type(event).__name__} in screening")
    if leg.asked < MOST_ASKED:
        return _asked(leg), Ask(_prompts(leg, "screen.again"))
    return leg, Decline(_prompts(leg, "screen.bye"))


def _asked(leg: Leg) -> Leg:
    return Leg(leg.language, leg.caller_language, leg.topic, leg.asked + 1)


def _about(helpline: Helpline, leg: Leg) -> tuple[str, ...]:
    segment = helpline.segments.get(leg.topic)
    topic = (segment.topic,) if segment and segment.topic else ()
    return (f"screen.language.{leg.caller_language}", *topic)


def _prompts(leg: Leg, *names: str) -> tuple[Play, ...]:
    return tuple(Play(name, leg.language) for name in names)
