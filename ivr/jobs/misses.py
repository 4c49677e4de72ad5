"""Counsellors who do not hear their phone are not rung for ever: some misses in a row pause them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ivr.flow.line_state import Duty
from ivr.jobs.notices import notify
from ivr.jobs.own_duty import OwnDuty
from ivr.storage.misses import clear_misses, count_miss


@dataclass(frozen=True, slots=True)
class Misses:
    """Counts rings missed in a row; `most` of them have a consequence, none ever has if it is 0.

    Then the counsellor is paused, and they and staff are told. The last one on duty goes on being rung, and
    staff are told: better a phone that may not be heard than none. Call both in the transaction that notes
    how a ring has ended, once for each ring.
    """

    most: Callable[[], int]
    duty: OwnDuty

    def missed(self, connection: Connection, person: str, at: datetime) -> None:
        """The phone of the counsellor with that key rang in vain; keys that are nobody's count nothing."""
        most = self.most()
        count = count_miss(connection, person) if most else 0
        if not count or count < most:
            return
        clear_misses(connection, person)
        now = self.duty.change(connection, person, Duty.PAUSED, at)
        if now is Duty.OFF:
            return  # they have gone meanwhile
        paused = now is not None
        key = f"{person}-{at:%Y%m%dT%H%M%S}"
        notify(connection, "repeated-misses", key, person=person, count=count, paused=paused)

    def answered(self, connection: Connection, person: str) -> None:
        """They took up their phone, whatever they then pressed."""
        clear_misses(connection, person)
