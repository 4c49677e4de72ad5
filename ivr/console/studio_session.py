"""The recording session: one prompt after the other, until nothing is left that somebody wanted to record."""

from dataclasses import dataclass
from functools import partial

from flask import abort, request

from ivr.console.asked import whole
from ivr.console.pages import Pages, page
from ivr.console.rules import RECORDERS
from ivr.console.studio_place import StudioPages
from ivr.content.catalogue import Language, Prompt
from ivr.sound.states import QUEUES, place_in
from ivr.storage.takes import DRAFT


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a session is: the prompt on stage, those before and after it, and how many are left.

    `to_offer`: how many the language lacks until callers can choose it.
    """

    prompt: Prompt
    before: str
    left: int
    skipped: bool
    to_offer: int


@dataclass(frozen=True, slots=True)
class SessionPages(StudioPages):
    """The session's page; every step of it has an address, so that it goes on where it was left."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/studio/<language>/session."""
        pages.add("/studio/<language>/session", self.session, may=RECORDERS, name="studio_session")

    def session(self, language: str) -> str:
        """The prompt `at`, or the first to record behind the number `after`; else that nothing is left."""
        spoken, what = self.language(language), request.args.get("what", "missing")
        if what not in QUEUES:
            abort(404)
        catalogue = self.catalogue()
        queue = catalogue.to_record(language, what)
        stage = self._stage(language, what, queue)
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

    def _stage(self, language: str, what: str, queue: tuple[Prompt, ...]) -> Stage | None:
        at, place = request.args.get("at", ""), partial(place_in, what)
        passed = self._passed(language, what)
        prompt = self.prompt(language, at) if at else next((p for p in queue if place(p) > passed), None)
        if prompt is None:
            return None
        everything = sorted(self.catalogue().to_record(language, "all"), key=place)
        before = [each.id for each in everything if place(each) < place(prompt)]
        left = sum(place(each) >= place(prompt) for each in queue)
        return Stage(
            prompt,
            before[-1] if before else "",
            left,
            left < len(queue),
            self._to_offer(self.language(language)),
        )

    def _passed(self, language: str, what: str) -> tuple[bool, int]:
        """The place of the prompt with the number `after`, which may not be left to record any more."""
        after = request.args.get("after", 0, type=whole)
        prompts = self.catalogue().content.prompts.get(language, {}).values()
        found = next((each for each in prompts if each.number == after), None)
        return place_in(what, found) if found else (bool(after) and what != "all", after)

    def _to_offer(self, spoken: Language) -> int:
        """What callers would miss if they could choose the language, of which others may keep it back."""
        catalogue = self.catalogue()
        if spoken.withdrawn or spoken.code == catalogue.default:
            return 0
        return len(catalogue.published.sounds.missing(spoken.code))
