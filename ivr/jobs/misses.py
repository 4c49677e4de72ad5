"""Counsellors who do not hear their phone are not rung for ever: some misses in a row pause them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from ivr.storage.misses import clear_misses, count_miss


class Pausing(Protocol):
    """What follows too many misses; both within the transaction that they are handed."""

    def pause(self, connection: Connection, person: str, at: datetime) -> bool:
        """Pause them until they are back; False, and nothing changed, for the last on duty."""

    def told(self, connection: Connection, person: str, at: datetime) -> None:
        """Send the paused counsellor an SMS that says so."""

    def last(self, connection: Connection, person: str, at: datetime) -> None:
        """Tell staff that the only counsellor on duty does not answer."""


@dataclass(frozen=True, slots=True)
class Misses:
    """Counts rings missed in a row; `most` of them have a consequence, none ever has if it is 0.

    Call both in the transaction that notes how a ring has ended, once for each ring.
    """

    most: int
    pausing: Pausing

    def missed(self, connection: Connection, person: str, at: datetime) -> None:
        """The phone of the counsellor with that key rang in vain; keys that are nobody's count nothing."""
        if not self.most or count_miss(connection, person) < self.most:
            return
        clear_misses(connection, person)
        if self.pausing.pause(connection, person, at):
            self.pausing.told(connection, person, at)
        else:
            self.pausing.last(connection, person, at)

    def answered(self, connection: Connection, person: str) -> None:
        """They took up their phone, whatever they then pressed."""
        clear_misses(connection, person)
