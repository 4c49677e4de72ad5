"""Copying a week of the roster: what happens once, to the weeks after it, and never twice."""

from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_hex

from flask import flash, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from ivr.console.asked import whole
from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, see
from ivr.console.roster_days import midnight, week_of
from ivr.console.roster_facts import after_change
from ivr.console.rules import ROTA_KEEPERS
from ivr.duty.copies import Copies, copies_of_week
from ivr.duty.edits import Edited, planned
from ivr.storage import audit
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import writing
from ivr.storage.shift_edits import keep_edit, sources, wait_for_others
from ivr.storage.shifts import list_shifts

MOST_WEEKS = 8
_WEEK = timedelta(weeks=1)
_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class WeekCopyPages:
    """What is posted, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """Serve /staff/roster/week/copy."""
        pages.add(
            "/roster/week/copy", self.week_copy, may=ROTA_KEEPERS, methods=("POST",), name="roster_week_copy"
        )

    def week_copy(self) -> Response:
        """Copy the shifts of a week that happen once; each copy is a shift of its own."""
        asked = _asked()
        if asked is None:
            flash(
                f"Nothing was copied: say which week, and to how many after it, 1 to {MOST_WEEKS}.", "error"
            )
            return see("roster_week")
        monday, weeks = asked
        with writing(self.desk.engine) as connection:
            made = self._copy(connection, monday, weeks)
        _tell(made)
        following, last = monday + _WEEK, monday + (weeks + 1) * _WEEK
        after_change(self.desk, midnight(following, self.desk.zone), midnight(last, self.desk.zone))
        return see("roster_week", date=f"{following}")

    def _copy(self, connection: Connection, monday: date, weeks: int) -> Copies:
        wait_for_others(connection)
        zone, at = self.desk.zone, self.desk.now()
        names = {person.key: person.name for person in list_counsellors(connection)}
        made = copies_of_week(list_shifts(connection), names, zone, monday, weeks, sources(connection))
        edits = [planned(plan, f"{token_hex(8)}@ivr", zone, at) for plan in made.plans]
        new = {uid: shifts for each in edits for uid, shifts in each.shifts.items()}
        if new:
            keep_edit(connection, Edited(new), "", "")
            about = f"{len(new)} shifts of the week of {monday} to {weeks} weeks after it"
            audit.note(connection, at, by(), "week copied", about)
        return made


def _asked() -> tuple[date, int] | None:
    weeks = request.form.get("weeks", 0, type=whole)
    try:
        day = date.fromisoformat(request.form.get("date", ""))
    except ValueError:
        return None
    return (week_of(day), weeks) if day.year in _YEARS and 1 <= weeks <= MOST_WEEKS else None


def _tell(made: Copies) -> None:
    left = {
        "there already": made.there,
        "in series, which go on by themselves": made.series,
        "from followed calendars": made.followed,
    }
    told = ", ".join(f"{number} {where}" for where, number in left.items() if number)
    flash(f"Shifts copied: {len(made.plans)}.{f' Not copied: {told}.' if told else ''}")
