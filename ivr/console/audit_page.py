"""The audit log: /staff/audit; who did what, when, and from where; as CSV too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Response, request

from ivr.console.asked import whole
from ivr.console.calls_asked import day_of
from ivr.console.csv_lines import csv_line
from ivr.console.desk import Desk
from ivr.console.pages import Pages, csv, page
from ivr.console.rules import ADMINISTRATORS
from ivr.storage import audit as log
from ivr.storage.audit import WAYS, Done, Reach, Wanted, entries, every_entry, people_in_audit, reach_of
from ivr.storage.engine import reading

PAGE = 50
HEADER = ("at", "by", "action", "about", "way")
ASKED = ("by", "way", "text", "since", "until")


def add_pages(pages: Pages, desk: Desk) -> None:
    """The log, for administrators."""
    views = AuditPage(desk)
    pages.add("/audit", views.audit, may=ADMINISTRATORS, menu="Log")
    pages.add("/audit.csv", views.audit_csv, may=ADMINISTRATORS)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The pages, on the desk."""

    desk: Desk

    def audit(self) -> str:
        """The newest first, a page at a time."""
        wanted, before = self._wanted(), request.args.get("before", type=whole)
        with reading(self.desk.engine) as connection:
            reach = reach_of(connection, wanted)
            found = entries(connection, wanted, before=before, limit=PAGE + 1, reach=reach)
            people = people_in_audit(connection)
        shown, asked = found[:PAGE], {name: request.args[name] for name in ASKED if request.args.get(name)}
        return page(
            "people/audit.html",
            shown=shown,
            older=shown[-1].id if len(found) > PAGE else None,
            people=people,
            ways=WAYS,
            asked=asked,
            before=before,
            searched=log.MOST_SEARCHED,
            further=self._further(wanted, reach),
            zone=self.desk.zone.key,
        )

    def audit_csv(self) -> Response:
        """Everything that the form asks for, line by line."""
        wanted = self._wanted()

        def lines() -> Iterator[str]:
            yield csv_line(HEADER)
            with reading(self.desk.engine) as connection:
                for each in every_entry(connection, wanted):
                    yield csv_line(_cells(each))

        return csv("audit.csv", lines())

    def _further(self, wanted: Wanted, reach: Reach | None) -> str:
        """The day on which what was not looked through ends; "" if nobody asks for that."""
        if reach is None or (wanted.since and reach.edge.at < wanted.since):
            return ""
        return f"{reach.edge.at.astimezone(self.desk.zone):%Y-%m-%d}"

    def _wanted(self) -> Wanted:
        asked = request.args
        return Wanted(
            by=asked.get("by", ""),
            way=asked.get("way", ""),
            text=asked.get("text", "").strip(),
            since=self._day(asked.get("since", "")),
            until=self._day(asked.get("until", ""), plus=timedelta(days=1)),
        )

    def _day(self, text: str, plus: timedelta = timedelta()) -> datetime | None:
        """The beginning of that day in the helpline's zone; what is no day asks for nothing."""
        day = day_of(text)
        return datetime.combine(day + plus, time(), self.desk.zone) if day else None


def _cells(done: Done) -> tuple[object, ...]:
    return done.at, done.by, done.action, done.about, done.way
