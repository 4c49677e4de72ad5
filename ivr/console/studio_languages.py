"""A language as a whole: how far it is, its reading script, whether it is reviewed and offered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import flash, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.asked import whole
from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import ADMINISTRATORS, RECORDERS
from ivr.console.studio_place import StudioPages
from ivr.sound.script import ADVICE
from ivr.sound.states import MISSING, QUEUES
from ivr.storage.engine import reading, writing
from ivr.storage.language_marks import (
    edited_since_review,
    list_marks,
    mark_reviewed,
    offer_language,
    unmark_reviewed,
    withdraw_language,
)

PRINTED = 9000  # announcements come and go; they are not in the script
SHEET = 280  # prompts on one page
Mark = Callable[[Connection, str, str, datetime], None]


@dataclass(frozen=True, slots=True)
class LanguagePages(StudioPages):
    """The page of a language, and what is said of it."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/studio/<language> and below."""
        path, post = "/studio/<language>", ("POST",)
        pages.add(path, self.overview, may=RECORDERS, name="studio_language")
        pages.add(f"{path}/script", self.script, may=RECORDERS, name="studio_script")
        pages.add(f"{path}/reviewed", self.reviewed, may=RECORDERS, methods=post, name="studio_reviewed")
        pages.add(
            f"{path}/unreviewed", self.unreviewed, may=RECORDERS, methods=post, name="studio_unreviewed"
        )
        pages.add(f"{path}/offer", self.offer, may=ADMINISTRATORS, methods=post, name="studio_offer")
        pages.add(
            f"{path}/take-back", self.take_back, may=ADMINISTRATORS, methods=post, name="studio_take_back"
        )

    def overview(self, language: str) -> str:
        """How far the language is, and what to do next."""
        spoken, catalogue = self.language(language), self.catalogue()
        with reading(self.desk.engine) as connection:
            edited = edited_since_review(connection, language) if spoken.reviewed_by else frozenset()
            mark = next((each for each in list_marks(connection) if each.language == language), None)
        return page(
            "studio/language.html",
            language=spoken,
            progress=catalogue.progress(language),
            queues={what: len(catalogue.to_record(language, what)) for what in QUEUES},
            unheard=bool(QUEUES[MISSING] & set(catalogue.states(language).values())),
            offered=language in catalogue.published.helpline.languages,
            default=language == catalogue.default,
            needed=catalogue.published.sounds.missing(language),
            edited=sorted(edited),
            mark=mark,
        )

    def script(self, language: str) -> str:
        """Every prompt to print and to read from, in the order of its number."""
        spoken, prompts = self.language(language), self.catalogue().content.prompts.get(language, {})
        printed = [each for each in prompts.values() if each.number < PRINTED]
        pages = max(1, -(-len(printed) // SHEET))
        here = min(max(1, request.args.get("page", 1, type=whole)), pages)
        return page(
            "studio/script.html",
            language=spoken,
            prompts=sorted(printed, key=lambda each: each.number)[(here - 1) * SHEET : here * SHEET],
            count=len(printed),
            page=here,
            pages=pages,
            states=self.catalogue().states(language),
            advice=ADVICE,
        )

    def reviewed(self, language: str) -> BaseResponse:
        """Who is signed in has read every word."""
        return self._mark(language, mark_reviewed, "Marked as reviewed by you.")

    def unreviewed(self, language: str) -> BaseResponse:
        """Nobody has reviewed it."""
        return self._mark(language, unmark_reviewed, "It counts as not reviewed.")

    def offer(self, language: str) -> BaseResponse:
        """Callers may choose it, once nothing needed is missing."""
        return self._mark(language, offer_language, "It is offered to callers as soon as nothing is missing.")

    def take_back(self, language: str) -> BaseResponse:
        """Callers are not offered it any more; the default language always is."""
        if language == self.catalogue().default:
            flash("The first language is always offered: somebody has to speak.", "error")
            return see("studio_language", language=language)
        return self._mark(language, withdraw_language, "It is not offered to callers any more.")

    def _mark(self, language: str, mark: Mark, told: str) -> BaseResponse:
        self.language(language)
        with writing(self.desk.engine) as connection:
            mark(connection, language, by(), self.desk.now())
        self.desk.freshen()
        flash(told)
        return see("studio_language", language=language)
