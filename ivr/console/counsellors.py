"""The counsellors: /staff/counsellors; who they are, their phones and languages, add, change and import."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from flask import flash, request
from werkzeug.wrappers import Response

from ivr.console.asked import whole
from ivr.console.counsellor_form import CounsellorForm, blank, entered, shown
from ivr.console.counsellor_leaving import LeavingPages
from ivr.console.counsellor_phones import PhonePages
from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import ROTA_KEEPERS
from ivr.duty.names import same_name
from ivr.duty.people import BadRowError, Person, ReadPeople, read_people
from ivr.duty.problems import UnreadableFileError
from ivr.flow.roster import Counsellor
from ivr.jobs.numbers import staff_numbers_for
from ivr.storage import audit
from ivr.storage.check_calls import last_checks
from ivr.storage.counsellor_edits import (
    TakenPhoneError,
    add_counsellor,
    change_counsellor,
    find_counsellor,
    person_version,
)
from ivr.storage.counsellors import keep_counsellors, list_counsellors
from ivr.storage.engine import reading, writing
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.pins import people_with_pins

A_PAGE = 50
LARGEST_FILE = 5_100_000  # bytes of a form; the reader of counsellors takes five million
MOST_PROBLEMS = 100
MEANWHILE = (
    "Somebody else has changed this counsellor meanwhile; nothing was changed now. Look, then save again."
)
ABROAD = "the helpline rings no such phone; whoever runs it allows more in helpline.toml, [ring] countries"
_BOTH = ("GET", "POST")


def add_pages(pages: Pages, desk: Desk) -> None:
    """/staff/counsellors and everything below it."""
    views = CounsellorPages(desk)
    pages.add("/counsellors", views.counsellors, may=ROTA_KEEPERS, menu="Counsellors")
    pages.add("/counsellors/new", views.counsellor_new, may=ROTA_KEEPERS, methods=_BOTH)
    pages.add(
        "/counsellors/import",
        views.counsellors_import,
        may=ROTA_KEEPERS,
        methods=("POST",),
        largest=LARGEST_FILE,
    )
    pages.add("/counsellors/<key>", views.counsellor, may=ROTA_KEEPERS, methods=_BOTH)
    for each in (PhonePages, LeavingPages):
        each(desk).add(pages)


@dataclass(frozen=True, slots=True)
class CounsellorPages:
    """The pages, on the desk."""

    desk: Desk

    def counsellors(self) -> str:
        """Everybody, some at a time."""
        search, number = (
            request.args.get("search", "").strip()[:100],
            max(request.args.get("page", 1, type=whole), 1),
        )
        with reading(self.desk.engine) as connection:
            everybody = list_counsellors(connection)
            pins, checks = people_with_pins(connection), last_checks(connection)
        found = [each for each in everybody if _matches(each, search)]
        return page(
            "counsellors/counsellors.html",
            people=found[(number - 1) * A_PAGE : number * A_PAGE],
            count=len(found),
            more=len(found) > number * A_PAGE,
            number=number,
            search=search,
            pins=frozenset(pins),
            checks=checks,
        )

    def counsellor_new(self) -> str | Response:
        """Add a counsellor."""
        form = entered(request.form) if request.method == "POST" else blank()
        if request.method == "POST":
            try:
                person = form.person()
                self._check_phone(person.phone)
                with writing(self.desk.engine) as connection:
                    key = add_counsellor(connection, person)
                    audit.note(connection, self.desk.now(), by(), "counsellor added", person.name)
            except (BadRowError, TakenPhoneError) as error:
                form = form.refused(error)
            else:
                flash(f"{person.name} is added. A test ring shows whether the phone can be reached.")
                self._after(person)
                return see("counsellor", key=key)
        return page("counsellors/new.html", form=form, languages=self._languages())

    def counsellor(self, key: str) -> str | Response:
        """A counsellor, with all that can be done; POST changes them."""
        with reading(self.desk.engine) as connection:
            person = find_counsellor(connection, key)
            pin, check = key in people_with_pins(connection), last_checks(connection).get(key)
        if person is None:
            flash("This counsellor is not there any more.", "error")
            return see("counsellors")
        form = shown(person) if request.method == "GET" else self._changed(key)
        if form is None:
            return see("counsellor", key=key)
        state = self.desk.checks.state(check.id) if check else None
        return self._shown(person, form, pin=pin, check=state)

    def counsellors_import(self) -> str | Response:
        """Take a CSV file over: good rows are kept, bad ones are told."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            flash("Choose a file first.", "error")
            return see("counsellors")
        try:
            read = read_people(sent.stream.read(), frozenset(self._languages()), self._refused())
        except UnreadableFileError as error:
            flash(f"Nothing was changed: {error}.", "error")
            return see("counsellors")
        return self._take_over(read, replace=request.form.get("replace") == "1")

    def _take_over(self, read: ReadPeople, *, replace: bool) -> str | Response:
        with writing(self.desk.engine) as connection:
            done = keep_counsellors(connection, read, replace=replace)
            told = (
                f"{len(read.people)} read: {done.added} added, {done.changed} changed, {done.removed} removed"
            )
            audit.note(connection, self.desk.now(), by(), "counsellors imported", told)
        self.desk.freshen()
        problems = [str(each) for each in read.problems]
        if problems:
            first, count = problems[:MOST_PROBLEMS], len(problems)
            return page("counsellors/imported.html", told=told, problems=first, count=count)
        flash(f"{told}.")
        return see("counsellors")

    def _shown(self, person: Counsellor, form: CounsellorForm, **more: object) -> str:
        at, roster = self.desk.now(), self.desk.held().roster
        return page(
            "counsellors/counsellor.html",
            person=person,
            form=form,
            version=person_version(person),
            languages=self._languages(),
            duty=roster.duty_of(person.key, at),
            paused=roster.paused(person.key, at),
            on_duty=any(each.key == person.key for each in roster.on_duty(at)),
            **more,
        )

    def _changed(self, key: str) -> CounsellorForm | None:
        """Keep what was entered; if that cannot be, the form with what is wrong."""
        form = entered(request.form)
        try:
            self._change(key, form.person())
        except (BadRowError, TakenPhoneError) as error:
            return form.refused(error)
        except ChangedMeanwhileError:
            flash(MEANWHILE, "error")
            return form
        return None

    def _check_phone(self, phone: str) -> None:
        if told := self._refused()(phone):
            raise BadRowError(f"phone: {told}")

    def _refused(self) -> Callable[[str], str]:
        """What keeps a stolen sign-in from ringing phones abroad for gain: new ones are in a few countries.

        Our own exchange costs nothing.
        """
        if self.desk.settings.exchange_mode:
            return lambda _: ""
        content = self.desk.published().content
        may = staff_numbers_for(self.desk.settings.helpline_number, content.service, content.helpline.zone)
        with reading(self.desk.engine) as connection:
            known = frozenset(each.phone for each in list_counsellors(connection))
        return lambda phone: "" if phone in known or may.told(phone) else ABROAD

    def _change(self, key: str, person: Person) -> None:
        with writing(self.desk.engine) as connection:
            change_counsellor(connection, key, person, request.form.get("version", ""))
            audit.note(connection, self.desk.now(), by(), "counsellor changed", person.name)
        flash(f"{person.name} is changed.")
        self._after(person)

    def _after(self, person: Person) -> None:
        """Serve callers by it, and say what may surprise."""
        self.desk.freshen()
        with reading(self.desk.engine) as connection:
            names = [each.name for each in list_counsellors(connection)]
        if sum(same_name(name) == same_name(person.name) for name in names) > 1:
            flash(f"Another counsellor is called {person.name} too: files cannot tell them apart.", "warning")
        unknown = sorted(set(person.languages) - set(self._languages()))
        if unknown:
            flash(f"The helpline does not offer {', '.join(unknown)}.", "warning")

    def _languages(self) -> Mapping[str, str]:
        """The helpline's, by code."""
        return {code: each.name for code, each in self.desk.published().content.languages.items()}


def _matches(person: Counsellor, search: str) -> bool:
    told = asdict(person)
    return not search or any(
        same_name(search) in same_name(str(told[name])) for name in ("name", "phone", "languages")
    )
