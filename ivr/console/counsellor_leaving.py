"""A counsellor leaves: what becomes of their shifts is said, and decided, before they are removed."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import flash, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.roster_days import Facts, Span, days_of, gaps_of, midnight
from ivr.console.roster_facts import after_change, stored_facts
from ivr.console.rules import ROTA_KEEPERS
from ivr.flow.roster import Counsellor
from ivr.storage import audit
from ivr.storage.counsellor_edits import find_counsellor, person_version, remove_counsellor
from ivr.storage.engine import reading, writing
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.pins import remove_pin
from ivr.storage.shift_edits import hand_over, remove_shifts_of, sources

DAYS_AHEAD = 28
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Leaving:
    """What hangs on a counsellor: coming shifts, those of followed calendars, and the gaps without them."""

    shifts: int
    followed: int
    gaps: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class LeavingPages:
    """The pages, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """Ask, then remove."""
        pages.add("/counsellors/<key>/remove", self.counsellor_remove, may=ROTA_KEEPERS)
        pages.add("/counsellors/<key>/removed", self.counsellor_removed, may=ROTA_KEEPERS, methods=("POST",))

    def counsellor_remove(self, key: str) -> str | Response:
        """What would become of their shifts."""
        today = self.desk.now().astimezone(self.desk.zone).date()
        with reading(self.desk.engine) as connection:
            person = find_counsellor(connection, key)
            facts = stored_facts(connection, self.desk.zone, today)
            followed = sources(connection)
        if person is None:
            return self._gone()
        others = sorted(
            (each for each in facts.people if each.key != key), key=lambda each: each.name.casefold()
        )
        return page(
            "counsellors/remove.html",
            person=person,
            version=person_version(person),
            leaving=_leaving(facts, person, today, frozenset(followed)),
            days=DAYS_AHEAD,
            others=others,
            most=_MOST_TOLD,
        )

    def counsellor_removed(self, key: str) -> Response:
        """Remove them; their shifts go to somebody else, or with them."""
        taker, at = request.form.get("taker", ""), self.desk.now()
        try:
            with writing(self.desk.engine) as connection:
                about = self._remove(connection, key, taker)
        except ChangedMeanwhileError:
            flash("Somebody else has changed this meanwhile; nothing was changed now. Look again.", "error")
            return see("counsellor_remove", key=key)
        flash(f"Removed: {about}.")
        after_change(self.desk, at, at + timedelta(days=DAYS_AHEAD))
        return see("counsellors")

    def _remove(self, connection: Connection, key: str, taker: str) -> str:
        person = find_counsellor(connection, key)
        if person is None or person_version(person) != request.form.get("version", ""):
            raise ChangedMeanwhileError(key)
        if taker:
            count = hand_over(connection, key, taker)
            other = find_counsellor(connection, taker)
            about = f"{person.name}; {count} events of the roster are {other.name if other else ''}'s now"
        else:
            about = f"{person.name}, with {remove_shifts_of(connection, key)} events of the roster"
        remove_pin(connection, key)
        remove_counsellor(connection, key)
        audit.note(connection, self.desk.now(), by(), "counsellor removed", about)
        return about

    def _gone(self) -> Response:
        flash("This counsellor is not there any more.", "error")
        return see("counsellors")


def _leaving(facts: Facts, person: Counsellor, today: date, followed: frozenset[str]) -> Leaving:
    first, last = midnight(today, facts.zone), midnight(today + timedelta(days=DAYS_AHEAD), facts.zone)
    shifts = [each for each in facts.shifts if each.counsellor == person.key]
    mine = {shift.uid for shift in shifts}
    own = Facts(facts.people, [each for each in facts.shifts if each.uid in mine], (), facts.zone)
    days = days_of(own, today, DAYS_AHEAD, person.key)
    found = {(each.uid, each.start) for day in days for each in day.entries}
    before = set(gaps_of(facts, first, last))
    after = [gap for gap in gaps_of(facts, first, last, person.key) if gap not in before]
    return Leaving(len(found), len({uid for uid, _ in found if uid in followed}), tuple(after))
