"""A call of staff who record by phone: its state, what can happen on it, and what it asks to be done."""

from dataclasses import dataclass, replace
from enum import Enum

from ivr.flow.events import Event


class Spot(Enum):
    """Where on the line somebody is; the value is the letter it travels as."""

    NUMBER = "n"
    PIN = "p"
    LANGUAGE = "l"
    MENU = "m"
    KEYING = "k"
    TERM = "t"
    ITEM = "i"
    RECORD = "r"
    FETCH = "f"
    REVIEW = "v"
    REFUSED = "x"
    BACK = "b"
    HELPLINE = "h"
    BYE = "g"


class Among(Enum):
    """What is recorded one after the other; the value is the letter it travels as."""

    MISSING = "m"
    STALE = "s"
    ONE = "o"
    NOTICE = "a"


class Term(Enum):
    """How long an announcement is heard; the value is the letter it travels as."""

    TODAY = "d"
    TOMORROW = "m"
    WEEK = "w"


@dataclass(frozen=True, slots=True)
class Item:
    """A prompt to record: its number in the reading script, the code of its id, the seconds it may take.

    `spoken`: a voice can say its words; `live`: callers hear a take of it; `draft` is a take of it that was
    not decided about yet, 0 for none. An announcement that is not stored yet has no code.
    """

    number: int
    code: str
    longest: int
    spoken: bool = True
    live: bool = False
    draft: int = 0


@dataclass(frozen=True, slots=True)
class StudioCall:
    """The call between two events; it never holds a PIN.

    `account` is who has signed in, 0 before that, `number` the staff number keyed in till then; `helpline`:
    the helpline's own number was rung. `turn` counts events and so names each deed. `records` is the language
    that is recorded, `page` that of the languages; `recording` is the network's id, `tick` counts looks for
    it, `take` is the draft that it became, `sound` the hash of the sound at hand, `findings` what was found
    in it. `silences` and `wrongs` count where they are; `helped`: the keys were explained. `told` are prompts
    that this turn is still to say before its spot does; they do not travel.
    """

    language: str
    helpline: bool
    account: int = 0
    number: str = ""
    spot: Spot = Spot.NUMBER
    turn: int = 0
    records: str = ""
    page: int = 0
    among: Among = Among.MISSING
    term: Term | None = None
    item: Item | None = None
    recording: str = ""
    tick: int = 0
    take: int = 0
    sound: str = ""
    findings: tuple[str, ...] = ()
    silences: int = 0
    wrongs: int = 0
    helped: bool = False
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Studio:
    """What the line needs to know: the languages in menu order, and those that can name themselves."""

    languages: tuple[str, ...]
    voiced: frozenset[str] = frozenset()


def at_spot(call: StudioCall, spot: Spot) -> StudioCall:
    """The call at another spot, its counters afresh."""
    return replace(call, spot=spot, silences=0, wrongs=0)


# What comes of what was asked to be done -------------------------------------------------------------------


class PinOutcome(Enum):
    """What came of a staff number and a PIN: NO_ROLE is right, but may not record."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_ROLE = "no-role"


@dataclass(frozen=True, slots=True)
class PinTried(Event):
    """The two were looked at; of whom they are, and the language to speak with them."""

    outcome: PinOutcome
    account: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Found(Event):
    """The prompt that was asked about; None: there is none."""

    item: Item | None


@dataclass(frozen=True, slots=True)
class Kept(Event):
    """The recording is safe with us or at the network, and becomes a draft of the prompt with that code."""

    code: str


@dataclass(frozen=True, slots=True)
class NotHere(Event):
    """The recording has not become anything yet."""


@dataclass(frozen=True, slots=True)
class Drafted(Event):
    """A draft: the hash of its sound, and what was found in it."""

    take: int
    sound: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """The recording is no take, for what was found in it."""

    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted(Event):
    """Callers hear the take from now on."""


@dataclass(frozen=True, slots=True)
class Heard(Event):
    """What callers hear of the prompt from now on, by the hash of its sound; "": nothing was changed."""

    sound: str


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """What was asked is not safe; nothing may be confirmed."""


@dataclass(frozen=True, slots=True)
class Barred(Event):
    """The account may not record any more."""
