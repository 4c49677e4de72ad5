"""The roster: /staff/roster; who is on duty now, and weeks, months and days with their gaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import request

from ivr.console.calendars import CalendarPages
from ivr.console.desk import Desk
from ivr.console.duty import DutyPages
from ivr.console.pages import Pages, page
from ivr.console.roster_days import Span, days_of, month_of, week_of
from ivr.console.roster_facts import keeps_roster, stored_facts
from ivr.console.roster_gaps import shown_gaps
from ivr.console.rules import ROTA_KEEPERS, SIGNED_IN
from ivr.console.shift_out import ShiftOutPages
from ivr.console.shift_pages import ShiftPages
from ivr.console.swaps import SwapPages
from ivr.console.taken_out import out_between
from ivr.console.week_copy import MOST_WEEKS, WeekCopyPages
from ivr.duty.roster import DutyRoster
from ivr.flow.roster import Counsellor
from ivr.journal.snapshot import RosterSnapshot
from ivr.storage.engine import reading
from ivr.storage.holds import held
from ivr.storage.shift_edits import sources

MOST_IN_A_WEEK, MOST_IN_A_MONTH = 14, 4
"""Shifts that a day shows beside others; a page of its own shows all of them."""
_COMING = 6
_DAY = timedelta(days=1)
_YEARS = range(2000, 2101)


def add_pages(pages: Pages, desk: Desk) -> None:
    """/staff/roster and everything below it."""
    views = RosterPages(desk)
    pages.add("/roster", views.roster, may=SIGNED_IN, menu="Roster")
    pages.add("/roster/week", views.roster_week, may=ROTA_KEEPERS)
    pages.add("/roster/month", views.roster_month, may=ROTA_KEEPERS)
    pages.add("/roster/day", views.roster_day, may=ROTA_KEEPERS)
    for each in (ShiftPages, ShiftOutPages, WeekCopyPages, SwapPages, DutyPages, CalendarPages):
        each(desk).add(pages)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who is rung now: until when, and whether their phone is in use."""

    person: Counsellor
    until: datetime | None
    busy: bool


@dataclass(frozen=True, slots=True)
class RosterPages:
    """The pages that show the roster, on the desk."""

    desk: Desk

    def roster(self) -> str:
        """Who is on duty now, who comes next, and the gaps ahead."""
        at, snapshot = self.desk.now(), self.desk.held()
        roster = snapshot.roster
        with reading(self.desk.engine) as connection:
            busy = held(connection, at)
        return page(
            "roster/now.html",
            keeper=keeps_roster(),
            at=at,
            people=[
                OnDuty(each, _until(roster, each.key, at), each.key in busy) for each in roster.on_duty(at)
            ],
            away=[each for each in snapshot.people if roster.paused(each.key, at)],
            closure=roster.closure(at),
            coming=list(_coming(roster, at)),
            gaps=list(shown_gaps(roster, at)),
            everybody=sorted(snapshot.people, key=lambda each: each.name.casefold()),
            age=_age(snapshot, at),
        )

    def roster_week(self) -> str:
        """Seven days, side by side."""
        first = week_of(self._day("date"))
        before, after = first - 7 * _DAY, first + 7 * _DAY
        return self._days("roster/week.html", first, 7, before=before, after=after, most_weeks=MOST_WEEKS)

    def roster_month(self) -> str:
        """The weeks of a month."""
        day = self._day("date").replace(day=1)
        first, count = month_of(day)
        before, after = (day - _DAY).replace(day=1), (day + 31 * _DAY).replace(day=1)
        return self._days("roster/month.html", first, count, before=before, after=after, month=day)

    def roster_day(self) -> str:
        """One day with everything that happens on it."""
        day = self._day("date")
        return self._days("roster/day.html", day, 1, before=day - _DAY, after=day + _DAY)

    def _days(self, template: str, first: date, count: int, **more: object) -> str:
        zone, person = self.desk.zone, request.args.get("person", "")
        with reading(self.desk.engine) as connection:
            facts = stored_facts(connection, zone, first)
            elsewhere = sources(connection)
        person = person if person in facts.names else ""
        days = days_of(facts, first, count, person)
        return page(
            template,
            keeper=True,
            days=days,
            out=out_between(facts, days[0].start, days[-1].end, person, elsewhere),
            people=sorted(facts.people, key=lambda each: each.name.casefold()),
            person=person,
            today=self._today(),
            now=self.desk.now(),
            zone=zone.key,
            most=MOST_IN_A_MONTH if count > 7 else MOST_IN_A_WEEK,  # noqa: PLR2004 (more than a week)
            **more,
        )

    def _today(self) -> date:
        return self.desk.now().astimezone(self.desk.zone).date()

    def _day(self, name: str) -> date:
        """The date that is asked for; today if none is, or one that no roster has."""
        try:
            day = date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            return self._today()
        return day if day.year in _YEARS else self._today()


def _until(roster: DutyRoster, key: str, at: datetime) -> datetime | None:
    duty = roster.duty_of(key, at)
    return duty[1] if duty else None


def _coming(roster: DutyRoster, at: datetime) -> Iterator[Span]:
    """Who is on duty next, and after that; a stretch without a name is a gap."""
    ahead = [each for each in roster.stretches if each.start > at][:_COMING]
    now = next((each for each in roster.stretches if each.start <= at < each.end), None)
    end = now.end if now else at
    for each in ahead:
        if each.start > end:
            yield Span(end.astimezone(UTC), each.start)
        names = ", ".join(person.name for person in each.people[:5])
        more = len(each.people) - 5
        yield Span(each.start, each.end, f"{names} and {more} more" if more > 0 else names)
        end = each.end


def _age(snapshot: RosterSnapshot, at: datetime) -> timedelta | None:
    """How old what callers are served from is, if that is worth telling: storage is away."""
    age = snapshot.age(at)
    return age if age is not None and age > timedelta(minutes=1) else None
