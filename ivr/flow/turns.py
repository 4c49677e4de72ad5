"""What the telephone network is asked to do next: plays, then exactly one hand-back.

Every limit is spelled out, in whole seconds, because the defaults of networks differ.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Play:
    """A prompt to be heard, in a language; the sound is looked up when the turn is rendered."""

    prompt: str
    language: str


@dataclass(frozen=True, slots=True)
class PlayBack:
    """The caller's own recording, by the network's id."""

    recording: str


@dataclass(frozen=True, slots=True)
class Gather:
    """Listen for keys, during what is played and for `timeout` seconds after it."""

    timeout: int
    digits: int = 1
    finish: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller for at most `longest` seconds, ended by `finish` or by `silence` seconds of it."""

    longest: int
    silence: int
    finish: str


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring one person for `seconds`, screened; `person` is a counsellor's key, or the fallback number's."""

    person: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Put the caller into a queue of their own; `entry` tells it from earlier ones of the call."""

    entry: int


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller leaves the queue, and the call goes on at its new place."""


@dataclass(frozen=True, slots=True)
class Go:
    """Nothing is asked: after `pause` seconds the network comes back for the next turn."""

    pause: int = 0


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call is over."""


@dataclass(frozen=True, slots=True)
class ToStudio:
    """They go on on the line on which staff record."""


HandBack = Gather | Record | Dial | Enqueue | Leave | Go | HangUp | ToStudio


@dataclass(frozen=True, slots=True)
class MessageLeft:
    """A voice message that must not be lost: which of its call; a later `attempt` replaces an earlier one."""

    recording: str
    seconds: int
    language: str
    attempt: int
    message: int = 1


@dataclass(frozen=True, slots=True)
class RecordingDropped:
    """A recording too short to be a message, which the network must not keep."""

    recording: str


@dataclass(frozen=True, slots=True)
class CallBackAsked:
    """A call-back that must not be forgotten: to `number`, E.164, or to the caller's own if that is None.

    A later `attempt` of the same call replaces an earlier one; `window`: now, morning, afternoon, evening.
    """

    number: str | None
    language: str
    window: str
    attempt: int


@dataclass(frozen=True, slots=True)
class ConversationJudged:
    """The caller has said whether the conversation helped."""

    helped: bool


@dataclass(frozen=True, slots=True)
class NobodyReached:
    """Phones could be rung for the caller, and nobody has taken the call; staff are to hear of it."""

    language: str


Happening = MessageLeft | RecordingDropped | CallBackAsked | ConversationJudged | NobodyReached


@dataclass(frozen=True, slots=True)
class Turn:
    """What is heard, then one hand-back; a promise in `happened` must be safe before the turn is given."""

    plays: tuple[Play | PlayBack, ...]
    then: HandBack
    happened: tuple[Happening, ...] = ()
