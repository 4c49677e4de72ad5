"""What the telephone network tells us, one type per thing that can happen; `at` is aware, in UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a line at a moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """A call has come in and is answered; `withheld`: there is no number to call back."""

    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Pressed(Event):
    """Keys arrived where keys were asked for; never empty."""

    keys: str


@dataclass(frozen=True, slots=True)
class TimedOut(Event):
    """Keys were asked for and none came."""


@dataclass(frozen=True, slots=True)
class Continued(Event):
    """What was to be heard has been heard; nothing was asked."""


@dataclass(frozen=True, slots=True)
class Recorded(Event):
    """The caller spoke after the tone: the network's id of it, its seconds if it says them, the last key."""

    recording: str
    seconds: int | None
    hung_up: bool = False
    keys: str = ""


@dataclass(frozen=True, slots=True)
class NothingRecorded(Event):
    """The tone was followed by silence."""


class DialOutcome(Enum):
    """How ringing a counsellor ended; only REACHED means that the two spoke."""

    REACHED = "reached"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    DECLINED = "declined"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class DialEnded(Event):
    """Ringing a counsellor, or the conversation that followed, is over; seconds since it was picked up."""

    outcome: DialOutcome
    seconds: int | None = None


class QueueOutcome(Enum):
    """How a caller's time in the queue ended; after GONE and REDIRECTED no answer has an effect."""

    REACHED = "reached"
    LEFT = "left"
    FAILED = "failed"
    GONE = "gone"
    REDIRECTED = "redirected"


@dataclass(frozen=True, slots=True)
class QueueEnded(Event):
    """The caller is out of the queue, or the conversation that followed is over."""

    outcome: QueueOutcome


@dataclass(frozen=True, slots=True)
class NobodyCame(Event):
    """Everybody who could be rung for a waiting caller has been."""


@dataclass(frozen=True, slots=True)
class RecordingArrived(Event):
    """The caller's recording can be played back to them."""


@dataclass(frozen=True, slots=True)
class NotKept(Event):
    """What the caller left could not be made safe, a message or a call-back; nothing may be confirmed."""

    callback: bool = False


@dataclass(frozen=True, slots=True)
class Troubled(Event):
    """A turn of this call failed on our side."""


@dataclass(frozen=True, slots=True)
class Lost(Event):
    """The network came back without anything this place can use; the caller must go on all the same."""


class ImpossibleEvent(Exception):  # noqa: N818 (it is the event that is impossible)
    """The event cannot happen at this place, and nothing has changed: the network is at fault."""


def name_of(event: Event) -> str:
    """The event as it is counted: what came of ringing and of waiting is part of its name."""
    if isinstance(event, DialEnded | QueueEnded):
        return f"{type(event).__name__} {event.outcome.value}"
    return type(event).__name__
