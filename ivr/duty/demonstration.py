"""A counsellor for trying the helpline out: fictitious, never stored, always on duty."""

from dataclasses import dataclass
from datetime import datetime

from ivr.flow.roster import Counsellor

PHONE = "+12025550101"
"""Kept free for fiction, like every 555-01xx number (nationalnanpa.com)."""
KEY = "d0"


@dataclass(frozen=True, slots=True)
class DemonstrationRoster:
    """One counsellor, at any time, in every language; only for our own exchange, while nobody is stored."""

    languages: tuple[str, ...]

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        """The demonstration counsellor."""
        del at, language
        return (Counsellor(KEY, "Demonstration", PHONE, self.languages),)

    def opens(self, at: datetime) -> datetime | None:
        """Now."""
        return at
