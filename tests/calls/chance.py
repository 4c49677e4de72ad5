"""People who do what chance tells them: on a phone of the exchange, within what somebody can do there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Any

Message = Mapping[str, Any]
Deeds = list[Message]


class Habit(Enum):
    """What a counsellor does when the phone rings."""

    TAKES = "takes the call"
    TAKES_LATE = "takes the call when asked again"
    PASSES = "presses 2"
    REJECTS = "rejects the call"
    IGNORES = "does not hear the phone"
    MACHINE = "has a voicemail box"
    LEAVES = "picks up and hangs up"


@dataclass
class ByChance:
    """Somebody with a phone; deeds that were planned for an earlier call are dropped."""

    random: Random
    calls: int = 0

    def later(self, most: float, do: str, key: str = "") -> Message:
        """That deed within so many seconds."""
        return {"do": "wake", "seconds": self.random.uniform(0, most), "name": f"{do}:{key}:{self.calls}"}

    def woken(self, message: Message) -> Deeds:
        do, key, call = str(message["name"]).split(":")
        if call != str(self.calls):
            return []
        return [{"do": do, "key": key}] if key else [{"do": do}]


@dataclass
class RandomCounsellor(ByChance):
    """One habit after the other, as the phone rings."""

    habits: Sequence[Habit] = (Habit.TAKES,)
    talked: bool = False

    @property
    def habit(self) -> Habit:
        return self.habits[(self.calls - 1) % len(self.habits)]

    def react(self, message: Message) -> Deeds:
        what = str(message["is"])
        if what == "ringing":
            self.calls, self.talked = self.calls + 1, False
            return self._ringing()
        if what == "silence":
            return self._asked()
        if what == "connected":
            self.talked = True
            return [self.later(240, "hangup")]
        if what == "answered" and self.habit is Habit.LEAVES:
            return [self.later(6, "hangup")]
        return self.woken(message) if what == "woken" else []

    def _ringing(self) -> Deeds:
        if self.habit is Habit.IGNORES:
            return []
        return [self.later(24, "hangup" if self.habit is Habit.REJECTS else "answer")]

    def _asked(self) -> Deeds:
        if self.talked:
            return [self.later(3, "key", self.random.choice("1239"))] if self.random.random() < 0.5 else []
        keys = {Habit.TAKES: "1", Habit.TAKES_LATE: "1", Habit.PASSES: "2"}
        key = keys.get(self.habit, "")
        most = 12.0 if self.habit is Habit.TAKES_LATE else 2.0
        return [self.later(most, "key", key)] if key else []


@dataclass
class RandomCaller(ByChance):
    """Chooses a language, asks for a person, and then does whatever; always speaks after the tone.

    `patience`: seconds until they hang up, None: never; `keys`: how often they press one.
    """

    language: str = "1"
    patience: float | None = None
    keys: float = 0.05
    asked: int = 0
    take: object = None
    pressed: list[str] = field(default_factory=list)

    def react(self, message: Message) -> Deeds:
        step = {
            "calling": self._call,
            "ringing": self._rung,
            "silence": self._silence,
            "connected": lambda _: [self.later(240, "hangup")],
            "record": self._speak,
            "recorded": self._hand_over,
            "woken": self._do,
        }.get(str(message["is"]))
        return step(message) if step else []

    def _call(self, message: Message) -> Deeds:
        self.calls, self.asked = self.calls + 1, 0
        if self.patience is None:
            return []
        return [{"do": "wake", "seconds": self.patience, "name": f"hangup::{self.calls}"}]

    def _rung(self, message: Message) -> Deeds:
        self.calls, self.asked = self.calls + 1, 9
        return [self.later(10, self.random.choice(("answer", "hangup")))]

    def _speak(self, message: Message) -> Deeds:
        self.take = message["take"]
        return [self.later(0, self.random.choice(("speak", "speak", "hangup"))) | {"seconds": 6.0}]

    def _silence(self, message: Message) -> Deeds:
        self.asked += 1
        key = {1: self.language, 2: "0"}.get(self.asked, "")
        if not key and self.random.random() < self.keys:
            key = self.random.choice("0123456789*#")
        if key:
            self.pressed.append(key)
        return [{"do": "key", "key": key}] if key else []

    def _do(self, message: Message) -> Deeds:
        if str(message["name"]).startswith("speak"):
            return [{"do": "key", "key": "#"}]
        return self.woken(message)

    def _hand_over(self, message: Message) -> Deeds:
        take, self.take = self.take, None
        return [] if take is None else [{"do": "recording", "take": take}]
