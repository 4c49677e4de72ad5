"""What is looked at before a helpline may go live, and how a finding is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

AHEAD = timedelta(days=7)
TESTED_WITHIN = timedelta(days=180)
BACKED_UP_WITHIN = timedelta(days=2)
PURGED_WITHIN = timedelta(days=2)
LITTLE_SPACE, TOO_LITTLE_SPACE = 1_000_000_000, 50_000_000  # bytes
ENOUGH_ADMINISTRATORS = 2
MOST_NAMED = 10


class Level(Enum):
    """How bad it is: MISSING keeps callers from being helped, WARNING may."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it is, and what to do unless it is well."""

    name: str
    level: Level
    told: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A language: prompts without sound, recordings of other words, who has reviewed it.

    `only_recorded`: no engine speaks it.
    """

    name: str
    offered: bool
    withdrawn: bool
    default: bool
    missing: int
    stale: int
    reviewed_by: str
    only_recorded: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is looked at.

    `number`: what the provider has otherwise than we want, None: not told yet; `number_problem`: why it
    cannot be asked. `gaps` are in [at, at + AHEAD), all moments in the helpline's zone. `space` is in bytes.
    `never_rung` are counsellors and settings whose numbers are refused. `old_messages` were settled more than
    `kept_days` ago; `purged` is when old things were last removed.
    """

    at: datetime
    exchange_mode: bool
    public_url: str
    fallback_url: str
    fallback_number: bool
    number: tuple[str, ...] | None = None
    number_problem: str = ""
    voices: tuple[Voice, ...] = ()
    remark: str = ""
    counsellors: tuple[str, ...] = ()
    untested: tuple[str, ...] = ()
    gaps: tuple[tuple[datetime, datetime], ...] = ()
    calendar_problems: tuple[str, ...] = ()
    told_by_sms: int = 0
    told_by_mail: int = 0
    mail_server: bool = False
    shared_database: bool = False
    secret_key: bool = False
    administrators: tuple[str, ...] = ()
    without_codes: tuple[str, ...] = ()
    never_rung: tuple[str, ...] = ()
    old_messages: int = 0
    kept_days: int = 180
    purged: datetime | None = None
    backed_up: datetime | None = None
    greeted: datetime | None = None
    space: int = LITTLE_SPACE


def counted(number: int, noun: str) -> str:
    """So many of something."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def named(names: Sequence[str]) -> str:
    """The names, the first of them if there are many."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f", and {more} more" if more > 0 else "")


def day(at: datetime) -> str:
    """A day as it is told in a finding."""
    return f"{at:%d %b %Y}"
