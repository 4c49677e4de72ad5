"""What the staff's pages see of the helpline and how they act on it; handed in by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.jobs.check_calls import CheckCalls
from ivr.jobs.messages import Messages
from ivr.jobs.number_watch import NumberWatch
from ivr.jobs.publication import Published
from ivr.journal.snapshot import RosterSnapshot
from ivr.settings import Settings
from ivr.sound.takes import Takes


@dataclass(frozen=True, slots=True)
class Desk:
    """How pages see the world and act on it.

    `published` is what callers hear, `held` whom they can reach, both from memory. `freshen` has this process
    look at storage now, so that the next caller hears what staff have just changed; `soon` wakes a task.
    `checks` rings a phone to see that it can be reached; `number` knows what the network says of our number,
    `remark` why callers do not hear what is on disk. `takes` are the recordings of prompts,
    `messages` those of callers. What was
    made with an `older` secret than `secret` is still read.
    """

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]
    secret: bytes = field(repr=False)
    published: Callable[[], Published]
    held: Callable[[], RosterSnapshot]
    freshen: Callable[[], None]
    soon: Callable[[str], None]
    checks: CheckCalls
    number: NumberWatch | None
    remark: Callable[[], str]
    takes: Takes
    messages: Messages
    older: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The helpline's time zone, in which pages tell times."""
        return ZoneInfo(self.published().content.helpline.zone)
