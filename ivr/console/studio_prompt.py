"""The page of a prompt in a language: its words, where it is heard, and every take of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.pages import Pages, page, see
from ivr.console.rules import RECORDERS
from ivr.console.studio_catalogue import Catalogue
from ivr.console.studio_place import StudioPages
from ivr.content.edits import ANNOUNCEMENT
from ivr.content.places import places_of
from ivr.sound.states import TakeState
from ivr.storage.engine import reading
from ivr.storage.takes import DRAFT, KEPT, Take
from ivr.storage.wordings import wordings_of

SHOWN = 20  # takes on a page; older ones behind ?all=…


@dataclass(frozen=True, slots=True)
class PromptPages(StudioPages):
    """The page; what it can do is in the other modules of the studio."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/studio/<language>/<prompt>."""
        pages.add("/studio/<language>/<prompt>", self.show, may=RECORDERS, name="studio_prompt")

    def show(self, language: str, prompt: str) -> str | BaseResponse:
        """All about it; where nobody has written its words yet, the page to write them."""
        spoken, catalogue = self.language(language), self.catalogue()
        found = catalogue.content.prompt(language, prompt)
        if found is None:
            known = prompt in catalogue.states(language)
            return see("studio_words", language=language, prompt=prompt) if known else abort(404)
        with reading(self.desk.engine) as connection:
            versions = wordings_of(connection, language, prompt)
        before, after = _neighbours(catalogue, language, prompt)
        return page(
            "studio/prompt.html",
            language=spoken,
            prompt=found,
            default=catalogue.default,
            english="" if language == catalogue.default else catalogue.words(prompt),
            announcement=_announcement(prompt),
            places=places_of(catalogue.content, prompt),
            state=catalogue.states(language).get(prompt, TakeState.MISSING),
            heard=self.desk.published().sounds.find(prompt, language),
            held=(language, prompt) in catalogue.published.held,
            edited=versions[0] if versions and versions[0].text is not None else None,
            before=before,
            after=after,
            **_sorted(self.desk.takes.of(prompt, language)),
        )


def _sorted(takes: Sequence[Take]) -> dict[str, Any]:
    """The newest draft, which waits for somebody, the live take, and the newest of all others."""
    draft = next((each for each in takes if each.state == DRAFT), None)
    listed = [each for each in takes if each is not draft]
    return {
        "draft": draft,
        "live": next((each for each in takes if each.live), None),
        "takes": listed[:SHOWN],
        "more": len(listed) - SHOWN,
        "earlier": any(each.state == KEPT for each in takes),
    }


def _neighbours(catalogue: Catalogue, language: str, prompt: str) -> tuple[str, str]:
    """The prompts before and after it in the reading script; "" at an end."""
    names = [name for name in catalogue.order if name in catalogue.states(language)]
    place = names.index(prompt)
    return (names[place - 1] if place else ""), (names[place + 1] if place + 1 < len(names) else "")


def _announcement(prompt: str) -> int:
    """The announcement that it says; 0 for any other prompt."""
    prefix, _, number = prompt.rpartition(".")
    return int(number) if f"{prefix}." == ANNOUNCEMENT and number.isdecimal() else 0
