"""What a webhook of a caller's leg leaves for the journal; immutable, so that it can be read later."""

from dataclasses import dataclass, field
from datetime import datetime

from ivr.flow.call import Call
from ivr.flow.events import Event
from ivr.flow.turns import Turn

ENDED, TAKEN, LOST = "ended", "taken", "lost"


@dataclass(frozen=True, slots=True)
class CallNote:
    """A turn was given: the call before and after it, and the event between them.

    `call` is the network's id. `webhook` tells it from others of the call and is the same for its repeats:
    the letter and state of its URL, the keys, and the network's own token for it, if it sends one. A number
    may have been keyed in, so neither this nor the event is ever logged.
    """

    call: str
    webhook: tuple[str, str, str, str] = field(repr=False)
    before: Call
    after: Call
    event: Event = field(repr=False)
    turn: Turn


@dataclass(frozen=True, slots=True)
class CallWord:
    """A word on a call without a turn: it has ENDED, or whoever Dial rang has TAKEN it."""

    call: str
    what: str
    at: datetime


Noted = CallNote | CallWord
