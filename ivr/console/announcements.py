"""Announcements: what callers hear after the welcome for a while; /staff/announcements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import abort, flash, request
from werkzeug.wrappers import Response

from ivr.console.announcement_form import Moments, Written, as_written, blank, read
from ivr.console.asked import whole
from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import RECORDERS
from ivr.content.catalogue import Language
from ivr.content.edits import Announcement
from ivr.sound.live import TAKE
from ivr.storage.announcements import (
    Posted,
    add_announcement,
    change_announcement,
    count_before,
    find_announcement,
    posted_before,
    posted_now,
    version_of,
    withdraw_announcement,
)
from ivr.storage.engine import reading, writing
from ivr.storage.errors import ChangedMeanwhileError

A_PAGE = 20
SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Voice:
    """How callers of a language hear it: `state` for its look, `told` in words; `heard`: there is sound."""

    language: Language
    text: str
    state: str
    told: str
    heard: bool


def add_pages(pages: Pages, desk: Desk) -> None:
    """Everything about announcements, for whoever may record."""
    views, both, post = Announcements(desk), ("GET", "POST"), ("POST",)
    one = "/announcements/<int:number>"
    pages.add("/announcements", views.announcements, may=RECORDERS, menu="Announcements")
    pages.add("/announcements/new", views.announcement_new, may=RECORDERS, methods=both)
    pages.add(one, views.announcement, may=RECORDERS)
    pages.add(f"{one}/change", views.announcement_change, may=RECORDERS, methods=both)
    pages.add(f"{one}/withdraw", views.announcement_withdraw, may=RECORDERS, methods=post)


@dataclass(frozen=True, slots=True)
class Announcements:
    """The pages, on the desk."""

    desk: Desk

    def announcements(self) -> str:
        """What is heard now, what is to come, and, page by page, what was."""
        at, number = self.desk.now(), max(1, request.args.get("page", 1, type=whole))
        with reading(self.desk.engine) as connection:
            lasting = posted_now(connection, at)
            past = posted_before(connection, at, A_PAGE, (number - 1) * A_PAGE)
            pages = -(-count_before(connection, at) // A_PAGE)
        voices = {each.announcement.id: tuple(self._voices(each.announcement)) for each in lasting}
        now = [each for each in lasting if each.announcement.starts <= at]
        return page(
            "announcements/announcements.html",
            now=[each for each in now if _is_heard(voices[each.announcement.id])],
            silent=[each for each in now if not _is_heard(voices[each.announcement.id])],
            coming=[each for each in reversed(lasting) if each.announcement.starts > at],
            past=past,
            voices=voices,
            number=number,
            pages=pages,
        )

    def announcement_new(self) -> str | Response | tuple[str, int]:
        """Make one."""
        if request.method == "GET":
            return self._form(blank(self.desk.now(), self.desk.zone), None)
        written, moments = self._read()
        if moments is None:
            return self._form(written, None), 400
        at = self.desk.now()
        with writing(self.desk.engine) as connection:
            number = add_announcement(
                connection, written.title, moments.starts, moments.ends, _texts(written), by(), at
            )
        self._tell_callers()
        flash("The announcement is made. Listen to it here, and record it where nothing speaks it.")
        return see("announcement", number=number)

    def announcement(self, number: int) -> str:
        """One, with its sound in every language."""
        posted, at = self._posted(number), self.desk.now()
        made = posted.announcement
        lasting = not made.withdrawn and made.ends > at
        voices = tuple(self._voices(made)) if lasting else ()
        return page(
            "announcements/announcement.html",
            posted=posted,
            made=made,
            lasting=lasting,
            on=lasting and made.starts <= at,
            heard=_is_heard(voices),
            voices=voices,
            languages=self._languages(),
        )

    def announcement_change(self, number: int) -> str | Response | tuple[str, int]:
        """Other words, or another time; a recording of other words is heard on until it is made anew."""
        posted = self._posted(number)
        if posted.announcement.withdrawn:
            abort(404)
        if request.method == "GET":
            shown = as_written(posted.announcement, self.desk.zone)
            return self._form(shown, number, version_of(posted.announcement))
        written, moments = self._read()
        version = request.form.get("version")
        if moments is None:
            return self._form(written, number, version), 400
        changed = Announcement(number, written.title, moments.starts, moments.ends, _texts(written))
        try:
            with writing(self.desk.engine) as connection:
                done = change_announcement(connection, changed, by(), self.desk.now(), version=version)
        except ChangedMeanwhileError:
            return self._meanwhile(written, number), 409
        self._tell_callers()
        flash(*(("The announcement is changed.",) if done else ("It was withdrawn meanwhile.", "error")))
        return see("announcement", number=number)

    def announcement_withdraw(self, number: int) -> Response:
        """No caller hears it any more, from the next one on."""
        self._posted(number)
        with writing(self.desk.engine) as connection:
            withdraw_announcement(connection, number, by(), self.desk.now())
        self.desk.freshen()
        flash("The announcement is withdrawn: the next caller does not hear it.")
        return see("announcement", number=number)

    def _read(self) -> tuple[Written, Moments | None]:
        return read(request.form, self._languages(), self.desk.now(), self.desk.zone)

    def _meanwhile(self, written: Written, number: int) -> str:
        """What was written stays in the fields beside what is stored now: saving is a decision."""
        stored = self._posted(number).announcement
        return self._form(written, number, version_of(stored), meanwhile=as_written(stored, self.desk.zone))

    def _form(
        self,
        written: Written,
        number: int | None,
        version: str | None = None,
        meanwhile: Written | None = None,
    ) -> str:
        return page(
            "announcements/form.html",
            written=written,
            number=number,
            version=version,
            meanwhile=meanwhile,
            languages=self._languages(),
            zone=self.desk.zone.key,
        )

    def _tell_callers(self) -> None:
        self.desk.freshen()
        self.desk.soon(SPEECH)

    def _posted(self, number: int) -> Posted:
        with reading(self.desk.engine) as connection:
            return find_announcement(connection, number) or abort(404)

    def _languages(self) -> Mapping[str, Language]:
        return self.desk.published().content.languages

    def _voices(self, made: Announcement) -> Iterator[Voice]:
        for language in self._languages().values():
            yield self._voice(made, language)

    def _voice(self, made: Announcement, language: Language) -> Voice:
        text = made.texts.get(language.code, "")
        sound = self.desk.published().sounds.find(made.prompt, language.code)
        if sound is None:
            told = self._to_be_heard(made, language)
            state = "stale" if told else "missing"
            return Voice(language, text, state, told or "not heard: record it", heard=False)
        if sound.language != language.code:
            name = self._languages()[sound.language].name or sound.language
            return Voice(language, text, "stale", f"heard in {name}", heard=True)
        told = "recorded" if sound.source == TAKE else "generated voice"
        return Voice(language, text, "live", told, heard=True)

    def _to_be_heard(self, made: Announcement, language: Language) -> str:
        """What is heard as soon as it is spoken; "" if nothing is."""
        languages = self._languages()
        spoken = [
            languages[code]
            for code in self.desk.published().content.chain(language.code)
            if made.texts.get(code) and languages[code].engines
        ]
        if not spoken:
            return ""
        first = spoken[0]
        return "being spoken" if first == language else f"soon heard in {first.name or first.code}"


def _is_heard(voices: tuple[Voice, ...]) -> bool:
    """Whether callers of any language hear it."""
    return any(each.heard for each in voices)


def _texts(written: Written) -> Mapping[str, str]:
    return {code: text for code, text in written.texts.items() if text}
