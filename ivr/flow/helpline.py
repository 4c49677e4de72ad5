"""The helpline as the flow knows it: menus, segments, languages offered, limits, and the roster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from ivr.flow.roster import Counsellor, Roster


@dataclass(frozen=True, slots=True)
class Choice:
    """A key of a menu, what is said about it, and where it leads: a menu's or segment's id, or an action."""

    key: str
    leads_to: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A question with choices, most needed first."""

    id: str
    choices: tuple[Choice, ...]
    opening: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One or several prompts that inform, each short enough to skip."""

    id: str
    prompts: tuple[str, ...]
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """A dated notice: its prompt, heard after the welcome in [starts, ends) by callers of these languages."""

    prompt: str
    starts: datetime
    ends: datetime
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long (whole seconds) and how often; all but `tries` are settings of helpline.toml."""

    key_seconds: int = 5
    language_seconds: int = 8
    silences: int = 2
    wrong_keys: int = 3
    ring_seconds: int = 20
    ring_total: int = 180
    tries: int = 3
    message_seconds: int = 120
    message_silence: int = 5


class NobodyOnDuty:
    """The empty roster."""

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        """Nobody."""
        del at, language
        return ()

    def opens(self, at: datetime) -> datetime | None:
        """Never."""
        del at
        return None


class Welcome(Enum):
    """Whether a caller may ask for a person; the menus and the emergency are for everybody."""

    FREE = "free"
    LIMITED = "limited"
    BLOCKED = "blocked"


class Door(Protocol):
    """Who may ask for a person just now; a snapshot answers it from memory, for one caller."""

    def welcome(self) -> Welcome:
        """Whether they may ask for a person, which counts; asked again for one event, the same."""

    def blocked(self) -> bool:
        """Whether they may not even leave a promise; that counts nothing."""


class Numbers(Protocol):
    """Which numbers can be called back; pure."""

    def read(self, keys: str) -> str | None:
        """The number, E.164, that somebody keyed in; None if it cannot be called."""

    def told(self, sender: str) -> str | None:
        """The caller's number, E.164, as a network tells it; None if it is withheld or cannot be called."""


class OpenDoor:
    """Everybody is welcome."""

    def welcome(self) -> Welcome:
        """Free."""
        return Welcome.FREE

    def blocked(self) -> bool:
        """Nobody."""
        return False


class NoNumbers:
    """Nothing can be called."""

    def read(self, keys: str) -> str | None:
        """Nothing."""
        del keys
        return None

    def told(self, sender: str) -> str | None:
        """Nothing."""
        del sender
        return None


@dataclass(frozen=True, slots=True)
class Helpline:
    """What the flow needs to know of the world to answer one event; replaced whole, never changed.

    `languages` are those offered to callers, `shipped_languages` all there are: a place among these is a key.
    `queueing`: phones can be rung for callers in a queue; else they are rung one after the other, but not
    those of the `engaged`, who are on a call or rest after one. `announcements`: what matters most first.
    `studio`: pressing star twice at the beginning leads to the line on which staff record.
    """

    name: str
    languages: tuple[str, ...]
    main: str
    emergency: str
    menus: Mapping[str, Menu]
    segments: Mapping[str, Segment]
    limits: Limits = field(default_factory=Limits)
    after_silence: str = "counsellor"
    fallback_number: str | None = None
    emergency_number: str = "112"
    zone: str = "UTC"
    roster: Roster = field(default_factory=NobodyOnDuty)
    shipped_languages: tuple[str, ...] = ()
    queueing: bool = False
    engaged: frozenset[str] = frozenset()
    callbacks: bool = False
    question: bool = False
    studio: bool = False
    announcements: tuple[Announced, ...] = ()
    door: Door = field(default_factory=OpenDoor)
    numbers: Numbers = field(default_factory=NoNumbers)

    @property
    def default_language(self) -> str:
        """The language of a caller who has not chosen one."""
        return self.languages[0]

    def name_of(self, code: str) -> str | None:
        """The menu or segment behind a code, if there still is one."""
        return _names_by_code((*self.menus, *self.segments)).get(code)


@lru_cache(maxsize=8)
def _names_by_code(names: tuple[str, ...]) -> Mapping[str, str]:
    """Of two with the same code, the first."""
    return {code_of(name): name for name in reversed(names)}


@lru_cache(maxsize=10_000)
def code_of(name: str) -> str:
    """A short stable code for a menu or segment: URLs lie beside callers' numbers, so they hold no words."""
    return sha256(name.encode()).hexdigest()[:6]
