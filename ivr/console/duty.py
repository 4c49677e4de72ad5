"""What differs from the shifts: on, off, pause, closures; who said it, and how it is taken back."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import flash, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from ivr.console.asked import whole
from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.roster_facts import after_change, told
from ivr.console.rules import ROTA_KEEPERS
from ivr.duty.changes import FOREVER, Change, Kind
from ivr.duty.roster import DutyRoster, make_roster
from ivr.flow.roster import Counsellor
from ivr.storage import audit
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import UnknownCounsellorError, close, list_changes, reopen, set_duty, take_back
from ivr.storage.engine import reading, writing
from ivr.storage.shifts import list_shifts

WORDS = {Kind.ON: "on duty", Kind.OFF: "off duty", Kind.PAUSE: "paused"}
A_PAGE = 50
_MOMENT = timedelta(seconds=1)
_LONGEST_NOTE = 200
_YEARS = range(2000, 2101)


class _BadWordError(Exception):
    """What was entered cannot be; says what to do."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as the list shows it; `end` is None while nobody knows it."""

    id: str
    kind: Kind
    name: str
    other: str
    start: datetime
    end: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class DutyPages:
    """The pages, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """/staff/roster/duty, closures and the list of changes."""
        pages.add("/roster/duty", self.duty, may=ROTA_KEEPERS, methods=("POST",))
        pages.add("/roster/close", self.roster_close, may=ROTA_KEEPERS, methods=("POST",))
        pages.add("/roster/reopen", self.roster_reopen, may=ROTA_KEEPERS, methods=("POST",))
        pages.add("/roster/changes", self.roster_changes, may=ROTA_KEEPERS)
        pages.add("/roster/changes/undo", self.roster_undo, may=ROTA_KEEPERS, methods=("POST",))

    def duty(self) -> Response:
        """Put somebody on duty, take them off, or let them pause."""
        try:
            about, start, end = self._say()
        except _BadWordError as error:
            flash(f"{error}", "error")
            return self._back()
        except UnknownCounsellorError:
            flash("This counsellor is not there any more.", "error")
            return self._back()
        flash(f"{about}.")
        after_change(self.desk, start, end)
        return self._back()

    def roster_close(self) -> Response:
        """Close the helpline: nobody is rung, and callers hear so."""
        at = self.desk.now()
        try:
            start, end = self._times(at)
        except _BadWordError as error:
            flash(f"{error}", "error")
            return self._back()
        about = self._span(start, end or FOREVER)
        with writing(self.desk.engine) as connection:
            new = close(connection, start, end, _note(), at)
            if new:
                audit.note(connection, at, by(), "helpline closed", about)
        flash(f"Closed {about}." if new else "That is so already.")
        self.desk.freshen()
        return self._back()

    def roster_reopen(self) -> Response:
        """End the closures that last now."""
        at = self.desk.now()
        with writing(self.desk.engine) as connection:
            ended = reopen(connection, at)
            if ended:
                audit.note(connection, at, by(), "helpline reopened", "")
        flash("Open again." if ended else "The helpline was not closed.")
        after_change(self.desk, at, at + timedelta(days=1))
        return self._back()

    def roster_changes(self) -> str:
        """The list, the newest first."""
        at, everything = self.desk.now(), request.args.get("all") == "1"
        with reading(self.desk.engine) as connection:
            people = list_counsellors(connection)
            found = list_changes(connection)
            roster = _roster(connection, people, found, self.desk.zone, at)
        ends = iter(roster.settled)
        ended = [each if each.kind is Kind.SWAP else replace(each, end=next(ends).end) for each in found]
        lasting = [each for each in reversed(ended) if everything or each.end is None or each.end > at]
        number = max(request.args.get("page", 1, type=whole), 1)
        rows = lasting[(number - 1) * A_PAGE : number * A_PAGE]
        return page(
            "roster/changes.html",
            keeper=True,
            rows=[_shown(each, people) for each in rows],
            everything=everything,
            number=number,
            more=len(lasting) > number * A_PAGE,
            closed=[
                each
                for each in ended
                if each.kind is Kind.CLOSURE and each.start <= at < (each.end or FOREVER)
            ],
        )

    def roster_undo(self) -> Response:
        """Take a change back, as if it had never been said."""
        uid, at = request.form.get("id", ""), self.desk.now()
        with writing(self.desk.engine) as connection:
            people = list_counsellors(connection)
            found = next((each for each in list_changes(connection) if each.uid == uid), None)
            gone = take_back(connection, uid)
            about = self._told(_shown(found, people)) if found else uid
            if gone:
                audit.note(connection, at, by(), "change of duty taken back", about)
        flash(f"Taken back: {about}." if gone else "That was taken back already.")
        if found:
            after_change(self.desk, found.start, found.end or at + timedelta(days=1))
        return see("roster_changes")

    def _say(self) -> tuple[str, datetime, datetime]:
        """Keep what was entered; how it is told, and from when until when it lasts."""
        at, key = self.desk.now(), request.form.get("person", "")
        start, end = self._times(at)
        kind = _kind(request.form.get("kind", ""))
        with writing(self.desk.engine) as connection:
            set_duty(connection, key, kind, start, end, _note(), at)
            people, found = list_counsellors(connection), list_changes(connection)
            roster = _roster(connection, people, found, self.desk.zone, start)
            last = next(
                each.end for each in reversed(roster.settled) if (each.kind, each.person) == (kind, key)
            )
            name = next(person.name for person in people if person.key == key)
            if last <= start:
                # Leaving the transaction by an error undoes what was kept.
                raise _BadWordError(f"{name} is not on duty then; say until when, or choose another time.")
            about = f"{name} is {WORDS[kind]} {self._span(start, last)}"
            audit.note(connection, at, by(), f"counsellor {kind.value}", about)
        return about, start, min(last, start + timedelta(days=60))

    def _times(self, at: datetime) -> tuple[datetime, datetime | None]:
        start = _moment(request.form.get("from", ""), self.desk.zone) or at
        end = _moment(request.form.get("until", ""), self.desk.zone)
        if end is not None and end <= start:
            raise _BadWordError("The end must lie after the beginning.")
        return start.replace(microsecond=0), end

    def _span(self, start: datetime, end: datetime) -> str:
        if end == FOREVER:
            return f"from {start.astimezone(self.desk.zone):%a %d %b %Y, %H:%M} until further notice"
        return told(start, end, self.desk.zone)

    def _told(self, change: Shown) -> str:
        who = f"{change.other} for {change.name}" if change.other else change.name
        what = "" if change.kind is Kind.SWAP else f" {WORDS.get(change.kind, 'closed')}"
        return f"{who}{what} {self._span(change.start, change.end or FOREVER)}".strip()

    def _back(self) -> Response:
        return see("roster_changes" if request.form.get("back") == "changes" else "roster")


def _roster(
    connection: Connection,
    people: tuple[Counsellor, ...],
    changes: tuple[Change, ...],
    zone: ZoneInfo,
    at: datetime,
) -> DutyRoster:
    return make_roster(people, list_shifts(connection), zone, at, at + _MOMENT, changes)


def _shown(change: Change, people: tuple[Counsellor, ...]) -> Shown:
    names = {person.key: person.name for person in people}
    end = None if change.end == FOREVER else change.end
    name, other = names.get(change.person or "", ""), names.get(change.other or "", "")
    return Shown(change.uid, change.kind, name, other, change.start, end, change.note)


def _kind(written: str) -> Kind:
    kinds = {kind.value: kind for kind in WORDS}
    if written not in kinds:
        raise _BadWordError("Choose on, off or pause.")
    return kinds[written]


def _moment(written: str, zone: ZoneInfo) -> datetime | None:
    if not written.strip():
        return None
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError:
        raise _BadWordError("Write a date and a time, as 2026-12-31T22:00.") from None
    if found.year not in _YEARS:
        raise _BadWordError(f"A year from {_YEARS.start} to {_YEARS.stop - 1}, please.")
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _note() -> str:
    return " ".join(request.form.get("note", "").split())[:_LONGEST_NOTE]
