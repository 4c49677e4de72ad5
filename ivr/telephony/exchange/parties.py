"""People on patient phones who need nobody at them: a caller with a script, and a counsellor with habits.

Each is told what its phone is told, and answers with what it does; neither knows sockets or time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

Message = Mapping[str, object]
SPEAKING = 4.0  # seconds a scripted caller speaks after the tone, unless the script says otherwise
PICK_UP = 4.0  # seconds a counsellor's phone rings before it is answered
TALK = 6.0  # seconds of conversation before the counsellor hangs up
ROUNDS = 2  # silences a caller whose script is used up listens through


class ScriptError(ValueError):
    """A script that cannot be followed; the message says which entry and what may stand there."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Press these, one after another."""

    keys: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for so many seconds; None: through one silence."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Leave:
    """Hang up."""


Entry = Keys | Wait | Leave


def read_script(text: str) -> tuple[Entry, ...]:
    """The entries of a script such as `2,0,w5,123#,h`."""
    return tuple(_entry(each.strip()) for each in text.split(",") if each.strip())


def _entry(text: str) -> Entry:
    if re.fullmatch(r"[0-9*#]+", text):
        return Keys(text)
    if text == "h":
        return Leave()
    wait = re.fullmatch(r"w([0-9]{0,3}(?:\.[0-9])?)", text)
    if wait:
        return Wait(float(wait[1]) if wait[1] else None)
    raise ScriptError(
        f"{text!r} is no entry; use keys (0-9 * #), w or w5 to wait (999 s at most), h to hang up"
    )


class Caller:
    """Follows a script: each entry when keys are awaited and all has been heard, or in conversation."""

    def __init__(self, script: Sequence[Entry], rounds: int = ROUNDS) -> None:
        self._left = list(script)
        self._rounds = rounds
        self._silent = False
        self._waiting = False
        self._queued = False
        self._take: object = None
        self._quiet: float = 0.0
        self.gave_up = False

    def react(self, message: Message) -> list[Message]:
        """What the caller does about what the phone is told."""
        what = str(message["is"])
        if what == "silence":
            self._silent = True
            return self._next()
        if what == "deaf":
            return self._deaf()
        if what == "record":
            self._take, self._quiet = message["take"], float(str(message["silence"]))
            return self._speak()
        if what == "recorded":
            return self._hand_over()
        if what in {"waiting", "connected", "parted", "dialed"}:
            self._queued = what == "waiting"
            return self._converse() if what == "connected" else []
        return self._woken(message) if what == "woken" else []

    def _next(self) -> list[Message]:
        if self._waiting or not self._left:
            return []
        entry = self._left.pop(0)
        if isinstance(entry, Keys):
            self._silent = False
            return [{"do": "key", "key": each} for each in entry.keys]
        if isinstance(entry, Leave):
            return [{"do": "hangup"}]
        if entry.seconds is None:
            return []
        self._waiting = True
        return [{"do": "wake", "seconds": entry.seconds, "name": "waited"}]

    def _deaf(self) -> list[Message]:
        timed_out, self._silent = self._silent, False
        if not timed_out or self._left or self._waiting or self._queued:
            return []
        self._rounds -= 1
        self.gave_up = self._rounds <= 0
        return [{"do": "hangup"}] if self.gave_up else []

    def _speak(self) -> list[Message]:
        entry = self._left[0] if self._left else Wait(None)
        if isinstance(entry, Wait) and self._left:
            self._left.pop(0)
        if isinstance(entry, Wait) and entry.seconds is None:
            return [{"do": "wake", "seconds": SPEAKING + self._quiet, "name": "silent"}]
        seconds = entry.seconds if isinstance(entry, Wait) else SPEAKING
        return [{"do": "wake", "seconds": seconds, "name": "spoken"}]

    def _hand_over(self) -> list[Message]:
        take, self._take = self._take, None
        return [] if take is None else [{"do": "recording", "take": take}]

    def _converse(self) -> list[Message]:
        if self._left and isinstance(self._left[0], Leave | Wait):
            seconds = self._left[0].seconds if isinstance(self._left[0], Wait) else None
            if isinstance(self._left[0], Wait):
                self._left.pop(0)
            return [{"do": "wake", "seconds": seconds or TALK / 2, "name": "talked"}]
        return []

    def _woken(self, message: Message) -> list[Message]:
        name = message.get("name")
        if name == "waited":
            self._waiting = False
            return self._next() if self._silent else []
        if name == "silent" and self._take is not None:
            take, self._take = self._take, None
            return [{"do": "recording", "take": take, "seconds": SPEAKING}]
        if name == "talked" or (name == "spoken" and self._take is not None):
            return self._next()
        return []


class Habit(Enum):
    """What happens when a counsellor's phone rings."""

    ANSWERS = "answers"
    DECLINES = "declines"
    BUSY = "busy"
    SILENT = "silent"
    VOICEMAIL = "voicemail"


class Counsellor:
    """Answers by itself, presses 1 when keys are awaited, hangs up after a while; or has another habit."""

    def __init__(self, habit: Habit) -> None:
        self._habit = habit
        self._calls = 0

    def react(self, message: Message) -> list[Message]:
        """What the counsellor does about what the phone is told."""
        what = str(message["is"])
        if what == "ringing":
            self._calls += 1
            return self._ringing()
        if what == "silence":
            return self._asked()
        if what == "connected":
            return [self._later(TALK, "hangup")]
        if what == "recorded":
            return [{"do": "recording", "take": message["take"]}]
        return self._woken(message) if what == "woken" else []

    def _ringing(self) -> list[Message]:
        if self._habit is Habit.SILENT:
            return []
        if self._habit is Habit.BUSY:
            return [{"do": "hangup"}]
        return [self._later(PICK_UP, "answer")]

    def _asked(self) -> list[Message]:
        if self._habit is Habit.ANSWERS:
            return [{"do": "key", "key": "1"}]
        return [{"do": "hangup"}] if self._habit is Habit.DECLINES else []

    def _later(self, seconds: float, do: str) -> Message:
        return {"do": "wake", "seconds": seconds, "name": f"{do} {self._calls}"}

    def _woken(self, message: Message) -> list[Message]:
        do, _, call = str(message.get("name")).partition(" ")
        return [{"do": do}] if call == str(self._calls) else []
