"""A caller told step by step; between any two events the state is written and read back."""

from dataclasses import dataclass, field
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.call import Call, new_call
from ivr.flow.caller import advance
from ivr.flow.codec import decode, encode
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Play, Turn
from tests.flow.cast import HELPLINE, NOON


@dataclass
class Story:
    """One call; every method returns the story, so that a test reads as what happened."""

    helpline: Helpline = HELPLINE
    at: datetime = NOON
    call: Call = field(init=False)
    turn: Turn = field(init=False)

    def __post_init__(self) -> None:
        self.call = new_call(self.helpline)
        self.happens(ev.Answered(self.at))

    def happens(self, *events: ev.Event) -> "Story":
        for event in events:
            after, self.turn = advance(self.helpline, self.call, event)
            self.call = decode(self.helpline, after.language, encode(after))
        return self

    def happens_first(self, event: ev.Answered) -> "Story":
        """The call comes in otherwise."""
        self.call = new_call(self.helpline)
        return self.happens(event)

    def presses(self, *keys: str) -> "Story":
        return self.happens(*(ev.Pressed(self.at, key) for key in keys))

    def is_silent(self, times: int = 1) -> "Story":
        return self.happens(*[ev.TimedOut(self.at)] * times)

    def ringing_ends(self, outcome: ev.DialOutcome, seconds: int | None = None) -> "Story":
        return self.happens(ev.DialEnded(self.at, outcome, seconds))

    def speaks(
        self, seconds: int = 9, recording: str = "RE" + "1" * 32, *, hung_up: bool = False, keys: str = "#"
    ) -> "Story":
        return self.happens(ev.Recorded(self.at, recording, seconds, hung_up, "" if hung_up else keys))

    @property
    def heard(self) -> list[str]:
        return [each.prompt if isinstance(each, Play) else "recording" for each in self.turn.plays]

    @property
    def languages(self) -> list[str]:
        return [each.language for each in self.turn.plays if isinstance(each, Play)]
