"""How far a prompt is in a language, and what is to be recorded: the one rule for phone and browser; pure."""

from collections.abc import Iterable, Mapping
from enum import Enum

from ivr.content.catalogue import Content, Prompt
from ivr.sound.live import TAKE, LiveSounds
from ivr.storage.takes import Take

LiveTakes = Mapping[tuple[str, str], Take]
"""The live takes by (language, prompt)."""


class TakeState(Enum):
    """What callers of a language hear of a prompt in it; the value is the word for it on pages."""

    LIVE = "live"
    """The live take, which says the words as they are."""
    STALE = "stale"
    """The live take, although the words have changed since."""
    NEVER = "not played"
    """Not the live take: a value in it has changed, a key or the emergency number."""
    SPEECH = "speech"
    """Built speech; nothing was recorded, or it was withdrawn."""
    MISSING = "missing"
    """Nothing of this language."""
    WORDLESS = "no words"
    """Nothing of this language: nobody has written its words yet."""


MISSING, STALE, UNRECORDED, ALL = "missing", "stale", "unrecorded", "all"
QUEUES = {
    MISSING: frozenset({TakeState.MISSING, TakeState.NEVER}),
    STALE: frozenset({TakeState.STALE, TakeState.NEVER}),
    UNRECORDED: frozenset({TakeState.MISSING, TakeState.NEVER, TakeState.SPEECH, TakeState.STALE}),
    ALL: frozenset(TakeState) - {TakeState.WORDLESS},
}
"""What can be recorded one after the other."""


def by_prompt(takes: Iterable[Take]) -> dict[tuple[str, str], Take]:
    """The live ones of these takes by (language, prompt)."""
    return {(take.language, take.prompt): take for take in takes if take.live}


def states_of(content: Content, sounds: LiveSounds, language: str) -> dict[str, TakeState]:
    """How far each prompt is that the language says or ought to say."""
    written = content.prompts.get(language, {})
    outdated, own = frozenset(sounds.outdated.get(language, ())), sounds.own.get(language, {})
    found = {}
    for name in dict.fromkeys([*content.uses.get(language, {}), *written]):
        source = own[name].source if name in own else ""
        found[name] = _state(name in written, source, outdated=name in outdated)
    return found


def to_record(
    prompts: Mapping[str, Prompt], states: Mapping[str, TakeState], queue: str
) -> tuple[Prompt, ...]:
    """The prompts of a language that wait in one of QUEUES, in its order; KeyError for an unknown one.

    What is missing is of what callers hear neither a recording nor built speech, and, as soon as there is
    nothing of that kind, whatever an engine speaks. Sounds without words are only among everything.
    """
    found = _in(QUEUES[queue], prompts, states)
    if queue != ALL:
        found = [each for each in found if not each.wordless]
    if queue == MISSING and not found:
        found = [each for each in _in({TakeState.SPEECH}, prompts, states) if not each.wordless]
    return tuple(sorted(found, key=lambda each: place_in(queue, each)))


def place_in(queue: str, prompt: Prompt) -> tuple[bool, int]:
    """Where it comes: first what callers cannot do without; of everything, as the script is printed."""
    return (not prompt.needed if queue != ALL else False), prompt.number


def _in(
    wanted: Iterable[TakeState], prompts: Mapping[str, Prompt], states: Mapping[str, TakeState]
) -> list[Prompt]:
    among = frozenset(wanted)
    return [prompts[name] for name, state in states.items() if state in among and name in prompts]


def _state(written: bool, source: str, *, outdated: bool) -> TakeState:
    if not written:
        return TakeState.WORDLESS
    if outdated:
        return TakeState.STALE if source == TAKE else TakeState.NEVER
    if source == TAKE:
        return TakeState.LIVE
    return TakeState.SPEECH if source else TakeState.MISSING
