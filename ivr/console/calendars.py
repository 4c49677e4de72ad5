"""The roster and other calendars: import and export, calendars that are followed, links for phones."""

from collections.abc import Iterator
from dataclasses import dataclass

import segno
from flask import Response, flash, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.asked import whole
from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import ROTA_KEEPERS
from ivr.duty.calendar import ReadCalendar
from ivr.duty.export import write_calendar
from ivr.duty.names import keys_by_name
from ivr.duty.problems import UnreadableFileError
from ivr.jobs.calendar_fetch import FetchError, check_url, fetch_calendar
from ivr.jobs.calendar_reading import read_safely
from ivr.jobs.calendars import REFRESHING, host_of, refresh
from ivr.storage import audit
from ivr.storage.calendar_links import list_links, make_link, take_back_link
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import keep_changes, list_changes
from ivr.storage.engine import reading, writing
from ivr.storage.shifts import foreign, keep_shifts, list_shifts
from ivr.storage.subscriptions import due_now, list_subscriptions, subscribe, unsubscribe

LARGEST_FILE = 11_000_000  # bytes of a form; the reader of calendars takes ten million
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class CalendarPages:
    """The pages, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """/staff/roster/calendars and what can be done there."""
        one = ("POST",)
        pages.add("/roster/calendars", self.calendars, may=ROTA_KEEPERS)
        pages.add("/roster/export.ics", self.calendars_export, may=ROTA_KEEPERS)
        pages.add(
            "/roster/import", self.calendars_import, may=ROTA_KEEPERS, methods=one, largest=LARGEST_FILE
        )
        pages.add("/roster/calendars/follow", self.calendars_follow, may=ROTA_KEEPERS, methods=one)
        pages.add("/roster/calendars/fetch", self.calendars_fetch, may=ROTA_KEEPERS, methods=one)
        pages.add("/roster/calendars/forget", self.calendars_forget, may=ROTA_KEEPERS, methods=one)
        pages.add("/roster/calendars/link", self.calendars_link, may=ROTA_KEEPERS, methods=one)
        pages.add("/roster/calendars/unlink", self.calendars_unlink, may=ROTA_KEEPERS, methods=one)

    def calendars(self) -> str:
        """Everything about calendars on one page."""
        with reading(self.desk.engine) as connection:
            people, links = list_counsellors(connection), list_links(connection)
            followed = [(each, host_of(each.url)) for each in list_subscriptions(connection)]
        people = tuple(sorted(people, key=lambda each: each.name.casefold()))
        return page("roster/calendars.html", keeper=True, people=people, links=links, followed=followed)

    def calendars_export(self) -> Response:
        """The whole roster, which the import reads back as it was."""
        with reading(self.desk.engine) as connection:
            people, shifts = list_counsellors(connection), list_shifts(connection)
            changes = list_changes(connection)
        raw = write_calendar(people, shifts, changes, self.desk.zone, self.desk.now())
        answer = Response(raw, content_type="text/calendar; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="roster.ics"'
        return answer

    def calendars_import(self) -> str | BaseResponse:
        """Take a file over: good events are kept, bad ones are told."""
        sent = request.files.get("file")
        replace = request.form.get("replace") == "1"
        if sent is None or not sent.filename:
            flash("Choose a file first.", "error")
            return see("calendars")
        with reading(self.desk.engine) as connection:
            names = keys_by_name(list_counsellors(connection))
        try:
            read = read_safely(sent.stream.read(), self.desk.zone, names, self.desk.now())
        except UnreadableFileError as error:
            flash(f"Nothing was changed: {error}.", "error")
            return see("calendars")
        with writing(self.desk.engine) as connection:
            told = self._take_over(connection, read, replace=replace)
        self.desk.freshen()
        return self._imported(read, told)

    def calendars_follow(self) -> BaseResponse:
        """Follow a calendar from now on; it is fetched in the background."""
        try:
            url = check_url(request.form.get("url", ""), near=False)
        except FetchError as error:
            flash(f"Nothing was changed: {error}.", "error")
            return see("calendars")
        with writing(self.desk.engine) as connection:
            new = subscribe(connection, url, self.desk.now())
            if new:
                audit.note(connection, self.desk.now(), by(), "calendar followed", host_of(url))
        self.desk.soon(REFRESHING)
        flash(
            "It is being fetched; load this page again in a few seconds."
            if new
            else "It is followed already."
        )
        return see("calendars")

    def calendars_fetch(self) -> BaseResponse:
        """Fetch a calendar now; with `accept`, take it over though most of its shifts are gone."""
        number = request.form.get("number", 0, type=whole)
        if request.form.get("accept") == "1":
            return self._accept(number)
        with writing(self.desk.engine) as connection:
            due_now(connection, number)
        self.desk.soon(REFRESHING)
        flash("It is being fetched; load this page again in a few seconds.")
        return see("calendars")

    def _accept(self, number: int) -> BaseResponse:
        engine, at, zone = self.desk.engine, self.desk.now(), self.desk.zone
        done = refresh(engine, fetch_calendar, at, zone, before=at, only=number, accept=True)
        hosts = ", ".join(each.host for each in done)
        with writing(engine) as connection:
            audit.note(connection, at, by(), "calendar taken over as it is", hosts)
        for each in done:
            told = each.problem or f"{each.shifts} events"
            flash(f"{each.host}: {told}", "warning" if each.problem else "message")
        self.desk.freshen()
        return see("calendars")

    def calendars_forget(self) -> BaseResponse:
        """Follow a calendar no more; its shifts go with it."""
        number = request.form.get("number", 0, type=whole)
        with writing(self.desk.engine) as connection:
            found = next((each for each in list_subscriptions(connection) if each.id == number), None)
            if found is not None:
                gone = unsubscribe(connection, number)
                host = host_of(found.url)
                audit.note(connection, self.desk.now(), by(), "calendar forgotten", f"{host}, {gone} events")
        self.desk.freshen()
        flash(f"{host} is followed no more; {gone} events went with it." if found else "It is gone already.")
        return see("calendars")

    def calendars_link(self) -> str | BaseResponse:
        """Make a secret link, and show it this once."""
        key = request.form.get("person", "")
        with writing(self.desk.engine) as connection:
            names = {each.key: each.name for each in list_counsellors(connection)}
            if key and key not in names:
                flash("This counsellor is not there any more.", "error")
                return see("calendars")
            token = make_link(connection, key or None, by(), self.desk.now())
            whose = names.get(key, "everybody")
            audit.note(connection, self.desk.now(), by(), "calendar link made", whose)
        url = f"{self.desk.settings.public_url.rstrip('/')}/calendar/{token}.ics"
        code = segno.make(url, error="m").svg_data_uri(scale=4)
        return page("roster/link.html", keeper=True, url=url, whose=whose, code=code, webcal=_webcal(url))

    def calendars_unlink(self) -> BaseResponse:
        """Take a link back: calendars that use it get nothing any more."""
        number = request.form.get("number", 0, type=whole)
        with writing(self.desk.engine) as connection:
            link = next((each for each in list_links(connection) if each.id == number), None)
            if link is not None and take_back_link(connection, number):
                audit.note(
                    connection, self.desk.now(), by(), "calendar link taken back", link.name or "everybody"
                )
        flash("The link holds no more." if link else "It was taken back already.")
        return see("calendars")

    def _take_over(self, connection: Connection, read: ReadCalendar, *, replace: bool) -> str:
        elsewhere = foreign(connection, None) & {each.uid for each in read.shifts}
        done = keep_shifts(connection, read, replace=replace)
        altered = keep_changes(connection, read.changes, self.desk.now())
        told = f"{len(read.shifts)} read: {done.added} added, {done.changed} changed, {done.removed} removed"
        if read.changes:
            told += f"; changes of duty: {len(read.changes)} read, {altered} new or changed"
        if elsewhere:
            told += f"; {len(elsewhere)} come from a calendar that is followed and stay as they are"
        audit.note(connection, self.desk.now(), by(), "roster imported", told)
        return told

    def _imported(self, read: ReadCalendar, told: str) -> str | BaseResponse:
        problems = list(_problems(read))
        if problems:
            shown = problems[:MOST_PROBLEMS]
            return page("roster/imported.html", keeper=True, told=told, problems=shown, count=len(problems))
        flash(f"{told}.")
        return see("calendars")


def _problems(read: ReadCalendar) -> Iterator[str]:
    yield from map(str, read.problems)
    if not read.whole:
        yield "the file may be cut off, so nothing was removed"


def _webcal(url: str) -> str:
    """The link as calendars on phones open it by themselves."""
    return f"webcal:{url.partition(':')[2]}"
