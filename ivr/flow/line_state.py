"""A counsellor's call on their own line: its state, what can happen on it, and what it asks to be done."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from ivr.flow.events import Event


class Duty(Enum):
    """Whether a counsellor is rung; the value is the code it travels as."""

    ON = "n"
    OFF = "f"
    PAUSED = "p"


class Spot(Enum):
    """Where on the line a counsellor is; the value is the letter it travels as."""

    PIN = "p"
    MENU = "m"
    SHIFTS = "s"
    LAST = "l"
    ITEM = "w"
    MESSAGE = "v"
    CALLING = "c"
    HELPLINE = "h"
    BYE = "b"


class ItemKind(Enum):
    """What can wait for a counsellor; the value is the code it travels as."""

    CALLBACK = "c"
    MESSAGE = "m"


@dataclass(frozen=True, slots=True)
class Item:
    """A promise that waits: `id` is its number in storage, `language` the caller's.

    `recording` is the network's id of a message once it can be heard.
    """

    id: int
    kind: ItemKind
    language: str
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The call between two events; it never holds a PIN.

    `helpline`: the helpline's own number was rung, so that its callers' menus are one key away. `turn` counts
    events and so names each deed; `duty` is what was last known of `person`, `wanted` what they may still
    have to confirm; `silences` and `wrongs` count where they are, `item` is what they are at.
    """

    language: str
    person: str
    helpline: bool
    spot: Spot = Spot.PIN
    turn: int = 0
    duty: Duty = Duty.OFF
    wanted: Duty = Duty.OFF
    silences: int = 0
    wrongs: int = 0
    item: Item | None = None


def at_spot(line: Line, spot: Spot) -> Line:
    """The call at another spot, its counters afresh."""
    return replace(line, spot=spot, silences=0, wrongs=0)


# What comes of what was asked to be done -------------------------------------------------------------------


class PinOutcome(Enum):
    """What came of a PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class PinTried(Event):
    """The PIN was looked at; `duty` is how its owner stands."""

    outcome: PinOutcome
    duty: Duty


@dataclass(frozen=True, slots=True)
class DutyIs(Event):
    """The change is committed."""

    duty: Duty


@dataclass(frozen=True, slots=True)
class LastOnDuty(Event):
    """Nothing was changed: nobody else is on duty."""


@dataclass(frozen=True, slots=True)
class ShiftsAre(Event):
    """The shifts that run or come next, in order, in the helpline's zone."""

    shifts: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Found(Event):
    """The promise that has waited longest of those asked about; None: there is none."""

    item: Item | None


@dataclass(frozen=True, slots=True)
class Took(Event):
    """The promise is theirs; `recording` is the network's id of a message that can be heard now."""

    recording: str = ""


@dataclass(frozen=True, slots=True)
class NotHere(Event):
    """The message has not arrived yet, and goes on waiting."""


@dataclass(frozen=True, slots=True)
class TakenByOther(Event):
    """The promise is another's, or kept already."""


@dataclass(frozen=True, slots=True)
class Settled(Event):
    """The promise is kept, or given back, as was asked."""


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """What was asked is not safe; nothing may be confirmed."""


# What is asked to be done before anything is said ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Look at a PIN: PinTried."""

    pin: str


@dataclass(frozen=True, slots=True)
class ChangeDuty:
    """Let them be rung or not: DutyIs, or LastOnDuty unless `even_last`."""

    duty: Duty
    even_last: bool = False


@dataclass(frozen=True, slots=True)
class AskShifts:
    """Look for their next shifts: ShiftsAre."""


@dataclass(frozen=True, slots=True)
class FindWaiting:
    """Look for the next promise that waits after the one of that number: Found."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class Take:
    """Make a promise theirs: Took, TakenByOther or NotHere."""

    item: Item


@dataclass(frozen=True, slots=True)
class Settle:
    """Mark a promise of theirs as kept, or give it back: Settled."""

    item: Item
    kept: bool


Deed = CheckPin | ChangeDuty | AskShifts | FindWaiting | Take | Settle
