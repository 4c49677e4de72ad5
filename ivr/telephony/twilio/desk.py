"""What the webhooks need of the rest of the helpline; handed in by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ivr.flow.call_note import Noted
from ivr.flow.helpline import Door, Helpline, OpenDoor
from ivr.flow.turns import CallBackAsked, MessageLeft
from ivr.flow.waiting_call import Waiting
from ivr.telephony.twilio.plain_turns import PlainTurns
from ivr.telephony.twilio.signature import SignatureCheck
from ivr.telephony.twilio.twiml import People, Sounds
from ivr.telephony.twilio.urls import Urls


class PromiseNotKeptError(Exception):
    """What the caller left is not safe anywhere: nothing may be confirmed."""


class Counsellors(People, Protocol):
    """Whom a Dial can name, and what they speak."""

    def languages(self, key: str) -> tuple[str, ...]:
        """Their languages, best first; none for a number that is nobody's."""


class Ringing(Protocol):
    """Rings counsellors for callers in a queue; nothing here waits for a network, nor long for storage."""

    def able(self) -> bool:
        """Whether phones can be rung for a queue just now; from memory."""

    def awaits(self, call: str) -> bool:
        """Whether a phone that rings for this call may still be answered; from memory."""

    def tick(self, waiting: Waiting) -> None:
        """A caller waits; the same tick again has no second effect."""

    def left(self, call: str, entry: int, language: str, state: str) -> None:
        """The caller leaves the queue and goes on at `state`: phones stop."""

    def departed(self, call: str, entry: int) -> tuple[str, str] | None:
        """The language and state of a caller who has left; None if that is not known here, or not in time."""

    def rung(self, call: str) -> tuple[str, ...] | None:
        """Whose phones were rung for this call, once for each time; None if that is not known in time."""

    def gone(self, call: str, *, waiting: bool = False) -> None:
        """The call has ended: phones stop, the queue goes; `waiting`: it ended there, before any talk."""

    def over(self, call: str, entry: int) -> None:
        """The conversation has ended and the caller is still there."""

    def answered(self, call: str, answer: str) -> None:
        """The caller has said whether the conversation helped: "yes" or "no"."""


class ByDial(Protocol):
    """Knows whose phones ring or are in use, wherever they are rung by Dial; each call by its id."""

    def engaged(self, call: str) -> frozenset[str]:
        """Who is rung for other callers, talks to them or rests; nobody, if that is not known in time."""

    def rings(self, call: str, person: str, seconds: int) -> None:
        """The phone of that person rings for the caller now."""

    def accepted(self, call: str) -> None:
        """Whoever is rung for the caller has pressed 1."""

    def ended(self, call: str, *, reached: bool) -> None:
        """The phone rings no more, or the two have talked (`reached`)."""


@dataclass(frozen=True, slots=True)
class World:
    """The helpline at one moment: menus and roster, people's phones, sounds; one turn sees one world.

    `plain` remembers turns that are the same for everybody, until there is another world.
    """

    helpline: Helpline
    people: Counsellors
    sounds: Sounds
    plain: PlainTurns = field(default_factory=PlainTurns)


@dataclass(frozen=True, slots=True)
class Desk:
    """How webhooks see the world and act on it.

    `keep` makes a message safe (PromiseNotKeptError) under the call's id; `fetch_soon` wakes the job that
    fetches a recording, `drop` has one that is no message deleted at the network; `arrived` says whether it
    was here when first asked for that number of a tick, `heard` makes the token it can be heard under.
    `keep_callback` makes a call-back to a number safe (PromiseNotKeptError); both are told the caller's own
    number last, "" if it is not known, for a keyed hash. `world` never fails: it may be
    the last that could be made. `door` says for a number, a call and a state whether they are welcome.
    `waited` counts how a time in a queue ended, and its seconds. `nobody_reached` has staff told of a call
    and its language; it returns at once. `by_dial` knows of phones that are rung one after the other.
    `rang` counts what came of a phone rung by Dial.
    `noted` keeps what a webhook of a call has come to, for statistics; it returns at once.
    """

    check: SignatureCheck
    urls: Urls
    caller_id: str
    now: Callable[[], datetime]
    world: Callable[[], World]
    keep: Callable[[str, MessageLeft, datetime, str], None]
    fetch_soon: Callable[[str], None]
    drop: Callable[[str], None]
    arrived: Callable[[str, int], bool]
    heard: Callable[[str], str]
    turned: Callable[[str, str], None]
    keep_callback: Callable[[str, CallBackAsked, str, datetime, str], None]
    ringing: Ringing
    by_dial: ByDial
    waited: Callable[[str, int], None]
    nobody_reached: Callable[[str, str], None] = lambda call, language: None  # noqa: ARG005 (nobody to tell)
    rang: Callable[[str], None] = lambda what: None  # noqa: ARG005 (nobody counts)
    noted: Callable[[Noted], None] = lambda noted: None  # noqa: ARG005 (nobody counts)
    door: Callable[[str | None, str, str], Door] = lambda caller, call, state: OpenDoor()  # noqa: ARG005 (open to all)
