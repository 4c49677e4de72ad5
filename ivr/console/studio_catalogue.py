"""The catalogue of the studio: every prompt in every language with its state, kept while nothing changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.content.catalogue import Prompt
from ivr.jobs.publication import Published
from ivr.sound.states import TakeState, states_of, to_record


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a language is: prompts counted by state."""

    counts: Mapping[TakeState, int]

    @property
    def prompts(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def recorded(self) -> int:
        """How many are recorded with today's words."""
        return self.counts[TakeState.LIVE]


class Catalogue:
    """The states of one moment's content, as staff want it, and of the sounds that callers hear now."""

    def __init__(self, published: Published, before: "Catalogue | None" = None) -> None:
        self.published = published
        self.content = published.wanted
        self.default = published.wanted.helpline.default_language
        self.known: dict[str, Mapping[str, TakeState]] = {}
        self.script: tuple[str, ...] = ()
        if before and before.content is self.content:
            self.script = before.script
            self.known = {code: states for code, states in before.known.items() if self._is(before, code)}

    def _is(self, before: "Catalogue", language: str) -> bool:
        """Whether the language sounds as it did: of what has not changed, sounds are the same object."""
        old, new = before.published.sounds, self.published.sounds
        alike = old.own.get(language) is new.own.get(language)
        return alike and old.outdated.get(language) == new.outdated.get(language)

    @property
    def order(self) -> tuple[str, ...]:
        """Every prompt that any language has, by its number."""
        if not self.script:
            prompts = [each for mine in self.content.prompts.values() for each in mine.values()]
            numbers = {each.id: each.number for each in prompts}
            self.script = tuple(sorted(numbers, key=lambda name: (numbers[name], name)))
        return self.script

    def states(self, language: str) -> Mapping[str, TakeState]:
        """Prompt → state, for every prompt that the language says or ought to."""
        if language not in self.known:
            self.known[language] = states_of(self.content, self.published.sounds, language)
        return self.known[language]

    def progress(self, language: str) -> Progress:
        """How far the language is."""
        found = self.states(language).values()
        counts = dict.fromkeys(TakeState, 0)
        for each in found:
            counts[each] += 1
        return Progress(counts)

    def to_record(self, language: str, what: str) -> tuple[Prompt, ...]:
        """The prompts that a session walks, in its order; KeyError for an unknown `what`."""
        return to_record(self.content.prompts.get(language, {}), self.states(language), what)

    def words(self, prompt: str) -> str:
        """Its words in the default language, or in the first that has any."""
        codes = (self.default, *self.content.languages)
        found = (self.content.prompt(code, prompt) for code in codes)
        return next((each.text for each in found if each), "")

    def number(self, prompt: str) -> int:
        """Its number in the reading script; 0 if there is no such prompt."""
        found = (self.content.prompt(code, prompt) for code in self.content.languages)
        return next((each.number for each in found if each), 0)


class Catalogues:
    """Gives the catalogue of what is published, made anew only when that has changed."""

    def __init__(self) -> None:
        self._last: Catalogue | None = None

    def of(self, published: Published) -> Catalogue:
        """The catalogue; two threads at once make it twice, which is only a pity."""
        last = self._last
        if last is None or last.published is not published:
            last = self._last = Catalogue(published, last)
        return last
