"""The catalogue of the studio: every prompt in every language with its state, kept while nothing changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial

from ivr.content.catalogue import Content, Prompt
from ivr.jobs.publication import Published
from ivr.sound.live import TAKE, LiveSounds
from ivr.sound.states import by_need


class State(Enum):
    """What callers hear of a prompt in its language: the value is the word on the pages.

    LIVE: a recording of its words. STALE: a recording of other words. NEVER: a recording that names another
    key or number, and is not played. SPEECH: a generated voice. MISSING: nothing of its own. WORDLESS: nobody
    has written its words yet.
    """

    LIVE = "live"
    STALE = "stale"
    NEVER = "not played"
    SPEECH = "speech"
    MISSING = "missing"
    WORDLESS = "no words"


TO_RECORD = {
    "missing": frozenset({State.MISSING}),
    "stale": frozenset({State.STALE, State.NEVER}),
    "unrecorded": frozenset({State.MISSING, State.SPEECH, State.STALE, State.NEVER}),
    "all": frozenset(State) - {State.WORDLESS},
}
"""What a recording session may walk."""


def place_in_session(what: str, prompt: Prompt) -> tuple[bool, int]:
    """Where it comes: what callers cannot do without first; of everything, as the script is printed."""
    return by_need(prompt) if what != "all" else (False, prompt.number)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a language is: prompts counted by state."""

    counts: Mapping[State, int]

    @property
    def prompts(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def recorded(self) -> int:
        """How many are recorded with today's words."""
        return self.counts[State.LIVE]


class Catalogue:
    """The states of one moment's content, as staff want it, and of the sounds that callers hear now."""

    def __init__(self, published: Published, before: "Catalogue | None" = None) -> None:
        self.published = published
        self.content = published.wanted
        self.default = published.wanted.helpline.default_language
        self.known: dict[str, Mapping[str, State]] = {}
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

    def states(self, language: str) -> Mapping[str, State]:
        """Prompt → state, for every prompt that the language says or ought to."""
        if language not in self.known:
            self.known[language] = _states(self.content, self.published.sounds, language)
        return self.known[language]

    def progress(self, language: str) -> Progress:
        """How far the language is."""
        found = self.states(language).values()
        counts = dict.fromkeys(State, 0)
        for each in found:
            counts[each] += 1
        return Progress(counts)

    def to_record(self, language: str, what: str) -> tuple[Prompt, ...]:
        """The prompts that a session walks, in its order; KeyError for an unknown `what`."""
        wanted, states = TO_RECORD[what], self.states(language)
        prompts = self.content.prompts.get(language, {})
        found = (prompts[name] for name, state in states.items() if state in wanted and name in prompts)
        return tuple(sorted(found, key=partial(place_in_session, what)))

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


def _states(content: Content, sounds: LiveSounds, language: str) -> Mapping[str, State]:
    mine = content.prompts.get(language, {})
    outdated, own = frozenset(sounds.outdated.get(language, ())), sounds.own.get(language, {})
    found = {}
    for name in dict.fromkeys([*content.uses.get(language, {}), *mine]):
        source = own[name].source if name in own else ""
        found[name] = _state(name in mine, source, outdated=name in outdated)
    return found


def _state(written: bool, source: str, *, outdated: bool) -> State:
    if not written:
        return State.WORDLESS
    if outdated:
        return State.STALE if source == TAKE else State.NEVER
    if source == TAKE:
        return State.LIVE
    return State.SPEECH if source else State.MISSING
