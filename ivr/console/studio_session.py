"""The recording session: one prompt after the other, until nothing is left that somebody wanted to record."""

from dataclasses import dataclass

from flask import abort, request

from ivr.console.asked import whole
from ivr.console.pages import Pages, page
from ivr.console.rules import RECORDERS
from ivr.console.studio_catalogue import TO_RECORD
from ivr.console.studio_place import StudioPages
from ivr.content.catalogue import Language, Prompt
from ivr.storage.takes import DRAFT


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a session is: the prompt on stage, those before and after it, and how many are left."""

    prompt: Prompt
    before: str
    left: int
    skipped: bool


@dataclass(frozen=True, slots=True)
class SessionPages(StudioPages):
    """The session's page; every step of it has an address, so that it goes on where it was left."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/studio/<language>/session."""
        pages.add("/studio/<language>/session", self.session, may=RECORDERS, name="studio_session")

    def session(self, language: str) -> str:
        """The prompt `at`, or the first to record behind the number `after`; else that nothing is left."""
        spoken, what = self.language(language), request.args.get("what", "missing")
        if what not in TO_RECORD:
            abort(404)
        catalogue = self.catalogue()
        queue = catalogue.to_record(language, what)
        stage = self._stage(language, queue)
        if stage is None:
            return page(
                "studio/session_over.html",
                language=spoken,
                what=what,
                left=queue,
                progress=catalogue.progress(language),
            )
        return self._staged(spoken, what, stage)

    def _staged(self, spoken: Language, what: str, stage: Stage) -> str:
        language, catalogue = spoken.code, self.catalogue()
        found = self.desk.takes.of(stage.prompt.id, language)
        return page(
            "studio/session.html",
            language=spoken,
            what=what,
            stage=stage,
            prompt=stage.prompt,
            draft=next((each for each in found if each.state == DRAFT), None),
            live=next((each for each in found if each.live), None),
            state=catalogue.states(language)[stage.prompt.id],
            default=catalogue.default,
            english="" if language == catalogue.default else catalogue.words(stage.prompt.id),
            progress=catalogue.progress(language),
        )

    def _stage(self, language: str, queue: tuple[Prompt, ...]) -> Stage | None:
        after, at = request.args.get("after", 0, type=whole), request.args.get("at", "")
        prompt = self.prompt(language, at) if at else next((p for p in queue if p.number > after), None)
        if prompt is None:
            return None
        everything = self.catalogue().to_record(language, "all")
        before = [each.id for each in everything if each.number < prompt.number]
        left = sum(each.number >= prompt.number for each in queue)
        return Stage(prompt, before[-1] if before else "", left, skipped=left < len(queue))
