"""What the flow asks of a roster; a snapshot answers it from memory."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Counsellor:
    """A person who takes calls; `key` is short, stable and says nothing about them."""

    key: str
    name: str
    phone: str
    languages: tuple[str, ...]
    priority: int = 1


class Roster(Protocol):
    """Who is to be rung at a moment; pure: the same questions get the same answers."""

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        """Whom to ring at `at`, in ringing order, speakers of `language` first; one phone once."""

    def opens(self, at: datetime) -> datetime | None:
        """The next moment, `at` or later, with somebody on duty; aware, in the roster's zone."""
