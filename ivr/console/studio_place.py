"""What the studio's pages begin with: the language and the prompt of their address, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import abort, request
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.desk import Desk
from ivr.console.pages import see
from ivr.console.studio_catalogue import Catalogue, Catalogues
from ivr.content.catalogue import Language, Prompt
from ivr.content.fitting import MOST_LETTERS, as_spoken
from ivr.sound.states import QUEUES
from ivr.storage.takes import Take

NUMBERS = range(-(2**53), 2**31)  # of takes, as a database keeps them; below 0 those made while it was away


@dataclass(frozen=True, slots=True)
class StudioPages:
    """The desk and the catalogue that a subject of the studio works with."""

    desk: Desk
    catalogues: Catalogues

    def catalogue(self) -> Catalogue:
        """What there is now."""
        return self.catalogues.of(self.desk.published())

    def language(self, code: str) -> Language:
        """The language, or "there is no such page"."""
        return self.catalogue().content.languages.get(code) or abort(404)

    def prompt(self, language: str, prompt: str) -> Prompt:
        """The prompt, if its words are written; else "there is no such page"."""
        return self.catalogue().content.prompt(language, prompt) or abort(404)

    def take(self, language: str, prompt: str, take: int) -> Take:
        """A take of that prompt, or "there is no such page"."""
        found = self.desk.takes.find(take) if take in NUMBERS else None
        mine = found is not None and (found.language, found.prompt) == (language, prompt)
        return found if found and mine else abort(404)


def as_read(prompt: Prompt, fields: Mapping[str, str]) -> Prompt:
    """The prompt as it stood on the page that was read from: somebody may have edited it meanwhile.

    What is recorded then is of the old words, and of the key or number that they name.
    """
    text = as_spoken(fields.get("read", prompt.text))[:MOST_LETTERS]
    if text == as_spoken(prompt.text):
        return prompt
    pairs = (each.partition("=") for each in fields.get("values", "").split())
    return replace(prompt, text=text, values=tuple((name, value) for name, _, value in pairs))


def session_kind() -> str:
    """What the recording session walks from which this was asked; "" outside of one."""
    kind = request.values.get("what", "")
    return kind if kind in QUEUES else ""


def back_to(language: str, prompt: str) -> BaseResponse:
    """The prompt's page, or its place in the session from which this was asked."""
    if kind := session_kind():
        return see("studio_session", language=language, what=kind, at=prompt)
    return see("studio_prompt", language=language, prompt=prompt)
