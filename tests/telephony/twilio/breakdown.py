"""Sounds, people and rosters of a helpline in which something may be out of order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.flow.roster import Counsellor

AUDIO = "https://sounds.example"
NOMSA = Counsellor("nomsa", "Nomsa", "+27821110009", ("zu", "en"))


class OutOfOrderError(Exception):
    """What our own code may raise, with what must not be logged."""

    def __str__(self) -> str:
        return "no good: +27823334444"


@dataclass(frozen=True)
class NamedSounds:
    """Sounds whose names are their prompts'."""

    def url(self, prompt: str, language: str) -> str | None:
        return f"{AUDIO}/{language}/{prompt}.wav"

    def words(self, prompt: str, language: str) -> str:
        return f"the words of {prompt}"


@dataclass(frozen=True)
class FailingSounds(NamedSounds):
    """Sounds of which none can be looked up."""

    def url(self, prompt: str, language: str) -> str | None:
        raise OutOfOrderError


@dataclass(frozen=True)
class SpeechlessSounds(FailingSounds):
    """Nor their words."""

    def words(self, prompt: str, language: str) -> str:
        raise OutOfOrderError


@dataclass(frozen=True)
class OnDuty:
    """Always the same people."""

    people: tuple[Counsellor, ...]

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        return self.people

    def opens(self, at: datetime) -> datetime | None:
        return at


class FailingRoster:
    """A roster that cannot be asked."""

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        raise OutOfOrderError

    def opens(self, at: datetime) -> datetime | None:
        raise OutOfOrderError


@dataclass(frozen=True)
class People:
    """Whom a Dial can name."""

    people: tuple[Counsellor, ...] = (NOMSA,)

    def phone(self, key: str) -> str | None:
        return next((each.phone for each in self.people if each.key == key), None)

    def languages(self, key: str) -> tuple[str, ...]:
        return next((each.languages for each in self.people if each.key == key), ())


class ForgetfulPeople(People):
    """People whose phones cannot be looked up."""

    def phone(self, key: str) -> str | None:
        raise OutOfOrderError


class BrokenMenus(dict[str, Any]):
    """Menus that are damaged in memory."""

    def __getitem__(self, name: str) -> Any:
        raise OutOfOrderError
