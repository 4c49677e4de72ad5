"""Plain turns with their documents, remembered as long as one world lasts: most of what callers ask for."""

from dataclasses import dataclass

from ivr.flow.call import Call
from ivr.flow.turns import Turn
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio.parameters import Parameters

_MOST = 2000  # some 4 kB each
_BY_CALLERS = frozenset({to.GATHERED, to.TIMED_OUT})
Way = tuple[str, str, str, str]
"""How a caller comes to a turn: language, letter and state of the URL, and the key."""


@dataclass(frozen=True, slots=True)
class PlainTurn:
    """A turn that is the same for everybody who comes that way."""

    before: Call
    after: Call
    turn: Turn
    document: str


class PlainTurns:
    """At most so many plain turns by the way to them; when there are more, all are forgotten."""

    __slots__ = ("_found", "_most")

    def __init__(self, most: int = _MOST) -> None:
        self._found: dict[Way, PlainTurn] = {}
        self._most = most

    def get(self, way: Way | None) -> PlainTurn | None:
        """The turn, if somebody has come that way already."""
        return self._found.get(way) if way else None

    def keep(self, way: Way, turn: PlainTurn) -> None:
        """Remember the turn for whoever comes that way next."""
        if len(self._found) >= self._most:
            self._found.clear()
        self._found[way] = turn


def first_way(*, withheld: bool) -> Way:
    """The way of a call that comes in, with the caller's number or without."""
    return "", "", "", "withheld" if withheld else "told"


def way_of(language: str, what: str, state: str, parameters: Parameters) -> Way | None:
    """The way of a webhook that may lead to a plain turn; None: a key at most does not tell it all."""
    key = parameters.get("Digits", "") if what == to.GATHERED else ""
    if what not in _BY_CALLERS or len(key) > 1 or "QueueSid" in parameters:
        return None
    return language, what, state, key
