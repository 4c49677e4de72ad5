"""The state of a call: small, immutable, and all there is; it travels in the URL of the next webhook."""

from dataclasses import dataclass, replace
from enum import Enum

from ivr.flow.helpline import Helpline


class Kind(Enum):
    """The kinds of place a caller can be at; the value is the letter it travels as."""

    START = "b"
    LANGUAGE = "l"
    MENU = "m"
    SEGMENT = "s"
    END = "e"
    RING = "r"
    CLOSED = "c"
    MESSAGE = "v"
    FETCH = "f"
    REVIEW = "w"
    AFTER = "a"
    GOODBYE = "g"
    WAIT = "h"
    SAFE = "i"
    WHEN = "j"
    NUMBER = "k"
    KEYING = "o"
    CHECK = "p"
    QUESTION = "u"


CALLING_BACK = (Kind.SAFE, Kind.WHEN, Kind.NUMBER, Kind.CHECK)
LISTENING = (
    *(Kind.LANGUAGE, Kind.MENU, Kind.SEGMENT, Kind.END, Kind.CLOSED, Kind.REVIEW, Kind.AFTER),
    *(Kind.WAIT, Kind.QUESTION, *CALLING_BACK),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller is: a kind, the menu's or segment's id, and which part (prompt, page or tick) of it."""

    kind: Kind
    name: str = ""
    part: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """A caller's time in the queue; still there if `queued`, else they have left it and may return.

    `entry` counts how often they entered it, `base` the seconds of earlier entries, `waited` all seconds as
    the network tells them; `tick` counts wait documents, 0 before the first and after the last; `beat` is the
    next prompt of a place that has several, `told` the minutes last told, 0 for none.
    """

    entry: int = 1
    base: int = 0
    waited: int = 0
    tick: int = 0
    beat: int = 0
    told: int = 0
    queued: bool = True


@dataclass(frozen=True, slots=True)
class Call:
    """One call between two events.

    `trail` holds the questions above this place; `silences` and `wrongs` count at this place; `tries`
    counts attempts to reach a person, `spent` the seconds that this one may have taken; `rung` is everybody
    rung one by one; `rung_in_queue` is as much of everybody rung before that while the caller was in a queue,
    None if nobody knows; `wait` is the time there, if they have been there; `topic` is the last segment;
    `overdose`: that segment was heard; `attempt` counts recordings of one message, `messages` those left
    before it, `callbacks` how often a call-back was asked for; `withheld`: the network tells no number;
    `announced`: what is announced was heard, and the languages may be asked for again; `starred`: the last
    key was a star that had nothing to go back to.
    """

    language: str
    place: Place
    trail: tuple[Place, ...] = ()
    silences: int = 0
    wrongs: int = 0
    tries: int = 0
    spent: int = 0
    rung: tuple[str, ...] = ()
    rung_in_queue: tuple[str, ...] | None = ()
    topic: str = ""
    overdose: bool = False
    attempt: int = 0
    messages: int = 0
    recording: str = ""
    callbacks: int = 0
    withheld: bool = False
    announced: bool = False
    starred: bool = False
    wait: Wait | None = None

    @property
    def queued(self) -> bool:
        """Whether the caller is in the queue just now."""
        return self.wait is not None and self.wait.queued


def new_call(helpline: Helpline) -> Call:
    """A call that is just being answered."""
    return Call(helpline.default_language, Place(Kind.START))


def at_place(call: Call, kind: Kind, name: str = "", part: int = 0) -> Call:
    """The call at another place, its counters afresh."""
    return replace(call, place=Place(kind, name, part), silences=0, wrongs=0)


def below(call: Call) -> Call:
    """The call with its question added to the trail, so that `*` leads back to it; once each."""
    if call.place.kind not in {Kind.LANGUAGE, Kind.MENU}:
        return call
    question = replace(call.place, part=0)
    trail = call.trail[: call.trail.index(question)] if question in call.trail else call.trail
    return replace(call, trail=(*trail, question))
