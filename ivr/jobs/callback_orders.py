"""What keeping call-backs needs of the rest of the helpline, and what it asks of the network."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ivr.content.service import CallBackTable
from ivr.flow.helpline import Helpline
from ivr.flow.ring_back import RingBack
from ivr.flow.windows import next_try
from ivr.storage.callback_work import Work, leave_to_staff, nobody_took, release

NOT_REACHED, NOBODY_TOOK, UNREADABLE, UNKNOWN, REFUSED = (
    "not-reached",
    "nobody-took-it",
    "number-unreadable",
    "outcome-unknown",
    "number-refused",
)


class CallBackPhones(Protocol):
    """The network's REST API, as far as call-backs need it; raises errors of its own when it fails."""

    def offer(self, phone: str, leg: RingBack, seconds: int) -> str:
        """Ring a counsellor's phone for so long; the network's id of the call."""

    def ring_back(self, number: str, leg: RingBack, seconds: int) -> str:
        """Ring a caller's phone for so long; the network's id of the call."""


@dataclass(frozen=True, slots=True)
class Failures:
    """The network's errors that are sure: it knows no such number, or it has made no call.

    After any other error a phone may ring all the same.
    """

    bad_number: tuple[type[Exception], ...]
    not_made: tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The helpline at one moment, as far as call-backs need it: roster, limits, zone, how often it tries."""

    helpline: Helpline
    callback: CallBackTable
    zone: ZoneInfo


Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Giving:
    """What becomes of a call-back that has failed once more: another try later, or it is left to staff.

    Staff hear of it by the watch over overdue promises, which sees what was left to them.
    """

    terms: Terms

    def not_reached(self, connection: Connection, work: Work, at: datetime) -> None:
        """The caller was rung for this claim, and did not come to the phone."""
        release(connection, work, at, self._again(work, work.tries, at), NOT_REACHED)

    def nobody_took(self, connection: Connection, seen: Work, at: datetime) -> None:
        """Everybody who is on duty was asked in this round."""
        nobody_took(connection, seen, at, self._again(seen, seen.tries + 1, at), NOBODY_TOOK)

    def to_staff(self, connection: Connection, seen: Work, at: datetime, reason: str) -> None:
        """The helpline cannot go on with it by itself."""
        leave_to_staff(connection, seen, at, reason)

    def _again(self, work: Work, tries: int, at: datetime) -> datetime | None:
        if tries >= self.terms.callback.tries:
            return None
        pause = timedelta(minutes=self.terms.callback.pause_minutes)
        return next_try(work.window, work.created, at, pause, tries, self.terms.zone)
