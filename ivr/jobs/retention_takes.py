"""Recordings of prompts that are of no use any more: drafts nobody accepts, what was announced long ago."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from ivr.content.service import RetentionTable
from ivr.sound.takes import Takes
from ivr.storage.engine import reading
from ivr.storage.retention_takes import old_drafts, takes_of_old_announcements

DRAFTS, ANNOUNCED = "drafts of takes", "takes of announcements"
_BY = "the helpline"


@dataclass(frozen=True, slots=True)
class OldTakes:
    """Takes with their files; what callers hear of an announcement that is over, nobody hears any more."""

    engine: Engine
    takes: Takes

    def count(self, terms: RetentionTable, at: datetime) -> dict[str, int]:
        """How many of each kind would be discarded."""
        with reading(self.engine) as connection:
            drafts = old_drafts(connection, terms, at)
            announced = takes_of_old_announcements(connection, terms, at)
        ids = {each.id for each in announced}
        return {DRAFTS: len(set(drafts) - ids), ANNOUNCED: len(ids)}

    def discard(self, terms: RetentionTable, at: datetime) -> dict[str, int]:
        """Discard them; how many of each kind."""
        with reading(self.engine) as connection:
            announced = takes_of_old_announcements(connection, terms, at)
        for each in announced:
            if each.live:
                self.takes.withdraw(each.prompt, each.language, _BY, "command")
        gone = self._gone(each.id for each in announced)
        with reading(self.engine) as connection:
            drafts = old_drafts(connection, terms, at)
        return {DRAFTS: self._gone(drafts), ANNOUNCED: gone}

    def _gone(self, ids: Iterable[int]) -> int:
        return sum(self.takes.discard(each, _BY, "command") for each in ids)
