"""The studio: every prompt in every language, how far each is, and the ways to work on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from ivr.console.asked import whole
from ivr.console.desk import Desk
from ivr.console.pages import Pages, page
from ivr.console.rules import RECORDERS
from ivr.console.studio_catalogue import Catalogue, Catalogues, Progress
from ivr.console.studio_languages import LanguagePages
from ivr.console.studio_prompt import PromptPages
from ivr.console.studio_session import SessionPages
from ivr.console.studio_sounds import SoundPages
from ivr.console.studio_table import DRAFTS, UNREVIEWED, Marks, Wanted, find, shown_languages
from ivr.console.studio_takes import TakePages
from ivr.console.studio_upload import UploadPages
from ivr.console.studio_words import WordPages
from ivr.content.catalogue import Language
from ivr.storage.engine import reading
from ivr.storage.language_marks import edited_since_review
from ivr.storage.takes import drafts

STATES = (
    ("missing", "missing"),
    ("stale", "recorded with other words"),
    (UNREVIEWED, "not reviewed"),
    (DRAFTS, "a recording waits"),
    ("speech", "generated voice"),
    ("live", "recorded"),
)


def add_pages(pages: Pages, desk: Desk) -> None:
    """/staff/studio and everything below it."""
    catalogues = Catalogues()
    pages.add("/studio", Studio(desk, catalogues).studio, may=RECORDERS, menu="Studio")
    for each in (LanguagePages, SessionPages, UploadPages, TakePages, SoundPages, WordPages, PromptPages):
        each(desk, catalogues).add(pages)


@dataclass(frozen=True, slots=True)
class LanguageCard:
    """A language with how far it is, whether callers are offered it, and how many prompts that needs yet."""

    language: Language
    progress: Progress
    offered: bool
    needed: int


@dataclass(frozen=True, slots=True)
class Studio:
    """The table of prompts."""

    desk: Desk
    catalogues: Catalogues

    def studio(self) -> str:
        """The languages, and one page of the prompts that are looked for."""
        catalogue, wanted = self.catalogues.of(self.desk.published()), _wanted()
        codes = shown_languages(catalogue, wanted)
        return page(
            "studio/studio.html",
            cards=_cards(catalogue),
            found=find(catalogue, wanted, self._marks(codes, wanted.state)),
            wanted=wanted,
            states=STATES,
            languages=catalogue.content.languages,
            default=catalogue.default,
        )

    def _marks(self, codes: Sequence[str], state: str) -> Marks:
        with reading(self.desk.engine) as connection:
            waiting = {code: drafts(connection, code) for code in codes}
            edited = {code: edited_since_review(connection, code) for code in codes if state == UNREVIEWED}
        return Marks(
            frozenset((name, code) for code, names in waiting.items() for name in names),
            frozenset((name, code) for code, names in edited.items() for name in names),
        )


def _cards(catalogue: Catalogue) -> list[LanguageCard]:
    offered, missing = catalogue.published.helpline.languages, catalogue.published.sounds.missing
    return [
        LanguageCard(language, catalogue.progress(code), code in offered, len(missing(code)))
        for code, language in catalogue.content.languages.items()
    ]


def _wanted() -> Wanted:
    given = request.args
    return Wanted(
        language=given.get("language", ""),
        state=given.get("state", ""),
        search=given.get("search", "")[:100],
        page=given.get("page", 1, type=whole),
    )
