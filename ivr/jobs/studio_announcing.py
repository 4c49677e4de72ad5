"""Announcements that are recorded by phone: for how long they are heard, and the prompt that says each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.content.catalogue import Prompt
from ivr.content.edited import announced
from ivr.content.edits import ANNOUNCEMENT, Announcement
from ivr.flow.studio_line_deeds import KeepRecording
from ivr.flow.studio_line_state import Term
from ivr.jobs.studio_once import once
from ivr.jobs.studio_prompts import code_of_prompt
from ivr.storage.announcements import add_announcement, announcements_from
from ivr.storage.engine import reading, writing

PHONE = "phone"
EVENING = 20  # o'clock; "until tomorrow evening"
DAYS = {Term.TODAY: 1, Term.WEEK: 7}


def ends(term: Term, at: datetime, zone: ZoneInfo) -> datetime:
    """When what is announced at `at` is heard no more: midnight, tomorrow evening, midnight in a week."""
    here = at.astimezone(zone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if term is Term.TOMORROW:
        return (midnight + timedelta(days=1)).replace(hour=EVENING)
    return midnight + timedelta(days=DAYS[term])


@dataclass(frozen=True, slots=True)
class Announcing:
    """Makes an announcement for what was recorded; it is heard once its recording is accepted."""

    engine: Engine
    zone: ZoneInfo

    def made(self, id_: str, by: str, deed: KeepRecording, term: Term, at: datetime) -> Prompt | None:
        """The prompt of a new announcement; of the one from the first time that this id was told."""
        number = int(once(self.engine, id_, at, lambda: self._add(by, deed, term, at)))
        return self._prompts(deed, at).get(f"{ANNOUNCEMENT}{number}")

    def coded(self, deed: KeepRecording, at: datetime) -> Prompt | None:
        """The prompt of the announcement with that code; callers need not know it yet."""
        prompts = self._prompts(deed, at).values()
        return next((each for each in prompts if code_of_prompt(each.id) == deed.code), None)

    def _add(self, by: str, deed: KeepRecording, term: Term, at: datetime) -> str:
        title = f"by phone, {by}, {at.astimezone(self.zone):%Y-%m-%d %H:%M}"
        until = ends(term, at, self.zone)
        with writing(self.engine) as connection:
            return str(add_announcement(connection, title, at, until, {deed.language: ""}, by, at, PHONE))

    def _prompts(self, deed: KeepRecording, at: datetime) -> Mapping[str, Prompt]:
        with reading(self.engine) as connection:
            found: tuple[Announcement, ...] = announcements_from(connection, at)
        return announced(found, deed.language)
