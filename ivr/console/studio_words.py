"""The words of a prompt: a new version, who wrote it and when, and the way back to the file's words."""

from dataclasses import dataclass
from hashlib import sha256

from flask import abort, flash, request
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import RECORDERS
from ivr.console.studio_place import StudioPages
from ivr.content import problems_of
from ivr.storage.engine import reading, writing
from ivr.storage.wordings import Wording, edit_words, wordings_of

SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class WordPages(StudioPages):
    """Editing; recordings of other words become stale by themselves, speech is built again by a task."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/studio/<language>/<prompt>/words."""
        path = "/studio/<language>/<prompt>/words"
        pages.add(path, self.form, may=RECORDERS, name="studio_words")
        pages.add(path, self.edit, may=RECORDERS, methods=("POST",), name="studio_edit")

    def form(self, language: str, prompt: str) -> str:
        """The words as they are written, and every version before."""
        return self._page(language, prompt, self._written(language, prompt), ())

    def edit(self, language: str, prompt: str) -> BaseResponse | str:
        """Store what was written, if it can be said; nothing is changed if it is the same."""
        before = self._written(language, prompt)
        if request.form.get("file") == "yes":
            self._store(language, prompt, None)
            flash("The words of the file count again.")
            return see("studio_prompt", language=language, prompt=prompt)
        text = " ".join(request.form.get("text", "").split())
        if problems := problems_of(self.catalogue().content, language, prompt, text):
            return self._page(language, prompt, text, problems)
        if text == before:
            flash("The words are as they were.")
        elif self._store(language, prompt, text, request.form.get("newest")):
            flash("The words are changed. Recordings of the old words are stale now.")
        else:
            return self._page(language, prompt, text, (), meanwhile=True)
        return see("studio_prompt", language=language, prompt=prompt)

    def _written(self, language: str, prompt: str) -> str:
        self.language(language)
        content = self.catalogue().content
        if prompt not in content.uses.get(language, {}):
            abort(404)  # announcements too: their words stand on their own page
        found = content.prompt(language, prompt)
        return found.written if found else ""

    def _store(self, language: str, prompt: str, text: str | None, newest: str | None = None) -> bool:
        """Whether it was stored: not if another version has come since the `newest` that its writer saw."""
        found = self.catalogue().content.prompt(language, prompt)
        filed = (found.written if found.filed is None else found.filed) if found else ""
        replaced = sha256(filed.encode()).hexdigest() if filed else ""
        with writing(self.desk.engine) as connection:
            if newest is not None and newest != _newest(wordings_of(connection, language, prompt)):
                return False
            edit_words(connection, language, prompt, text, by(), self.desk.now(), replaced=replaced)
        self.desk.freshen()
        self.desk.soon(SPEECH)
        return True

    def _page(
        self, language: str, prompt: str, text: str, problems: tuple[str, ...], *, meanwhile: bool = False
    ) -> str:
        catalogue = self.catalogue()
        with reading(self.desk.engine) as connection:
            versions = wordings_of(connection, language, prompt)
        return page(
            "studio/words.html",
            language=self.language(language),
            name=prompt,
            prompt=catalogue.content.prompt(language, prompt),
            use=catalogue.content.uses.get(language, {}).get(prompt),
            text=text,
            problems=problems,
            versions=versions,
            # What was seen stays what it was while its writer corrects the words.
            newest=_newest(versions) if meanwhile or not problems else request.form.get("newest"),
            meanwhile=meanwhile,
            default=catalogue.default,
            english="" if language == catalogue.default else catalogue.words(prompt),
        )


def _newest(versions: tuple[Wording, ...]) -> str:
    return str(versions[0].id if versions else 0)
