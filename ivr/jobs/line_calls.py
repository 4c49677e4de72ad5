"""Call-backs that a counsellor makes from their own line: theirs alone, and no other phone rings for them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, Engine

from ivr.flow.leg import Claim
from ivr.jobs.in_time import InTime
from ivr.jobs.line_deeds import FAILURES
from ivr.storage import holds
from ivr.storage.reaching import arranging

_LOG = logging.getLogger(__name__)
LONGEST_TALK = timedelta(hours=2)
"""If nobody tells that a conversation has ended, they are rung again after this."""
SHORT_WAIT = 0.2  # seconds


class Claims(Protocol):
    """The claims of call-backs; both answer in time for a webhook."""

    def takes(self, promise: int, claim: str, person: str) -> str | Claim:
        """The number to ring, or why not."""

    def ended(self, promise: int, claim: str, *, bridged: bool) -> None:
        """The two have talked, or the caller was not reached."""


@dataclass(frozen=True, slots=True)
class LineCalls:
    """Claims a call-back and holds its counsellor until it has ended; `wrap_up` is their pause then."""

    claims: Claims
    engine: Engine
    wrap_up: Callable[[], timedelta]
    in_time: InTime = field(default_factory=InTime)

    def takes(self, promise: int, claim: str, person: str, at: datetime) -> str | Claim:
        """The number to ring, for the first who asks; the same claim again gets the same answer."""
        answer = self.claims.takes(promise, claim, person)
        hold = holds.while_calling_back(promise)
        if isinstance(answer, str):
            self._soon(lambda found: holds.extend(found, person, hold, at + LONGEST_TALK))
        return answer

    def ended(self, promise: int, claim: str, at: datetime, *, bridged: bool) -> None:
        """They have talked, or not; the counsellor may be rung again."""
        self.claims.ended(promise, claim, bridged=bridged)
        until = at + self.wrap_up() if bridged else at
        self._soon(lambda found: holds.shorten(found, holds.while_calling_back(promise), until))

    def _soon(self, change: Callable[[Connection], None]) -> None:
        def changed() -> None:
            with arranging(self.engine) as connection:
                change(connection)

        try:
            self.in_time.ask(changed, SHORT_WAIT)
        except FAILURES as error:
            _LOG.warning("Whether a counsellor is on the phone is noted late: %s", type(error).__name__)
