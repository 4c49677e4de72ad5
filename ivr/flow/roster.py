"""What the flow asks of a roster; a snapshot answers it from memory."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Counsellor:
    """A person who takes calls; `key` is short, stable and says nothing about them.

    Tier 2 is rung only when nobody of tier 1 can be reached; within a tier priority 1 rings first.
    """

    key: str
    name: str
    phone: str
    languages: tuple[str, ...]
    priority: int = 1
    tier: int = 1


class Roster(Protocol):
    """Who is to be rung at a moment; pure: the same questions get the same answers."""

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        """Whom to ring at `at`: tier 1 first, in it speakers of `language`; no phone twice."""

    def opens(self, at: datetime) -> datetime | None:
        """The next moment, `at` or later, with somebody on duty; aware, in the roster's zone."""
