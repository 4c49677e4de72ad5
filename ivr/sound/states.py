"""How far a prompt is in a language: recorded, stale, spoken by an engine, missing. From memory."""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum

from ivr.content.catalogue import Content, Prompt
from ivr.sound.live import TAKE, LiveSounds
from ivr.storage.takes import Take

LiveTakes = Mapping[tuple[str, str], Take]
"""The live takes by (language, prompt)."""


class TakeState(Enum):
    """What callers of a language hear of a prompt in it."""

    LIVE = "live"
    """The live take, which says the words as they are."""
    STALE = "stale"
    """The live take, although the words have changed since."""
    NEVER = "never"
    """Not the live take: a value in it has changed, a key or the emergency number."""
    SPEECH = "speech"
    """Built speech; nothing was recorded, or it was withdrawn."""
    MISSING = "missing"
    """Nothing of this language."""


UNHEARD = (TakeState.MISSING, TakeState.NEVER)
UNRECORDED = (*UNHEARD, TakeState.SPEECH)


def by_need(prompt: Prompt) -> tuple[bool, int]:
    """The order of recording: first what callers cannot do without, each part in that of the script."""
    return not prompt.needed, prompt.number


def by_prompt(takes: Iterable[Take]) -> dict[tuple[str, str], Take]:
    """The live ones of these takes by (language, prompt)."""
    return {(take.language, take.prompt): take for take in takes if take.live}


def state_of(content: Content, sounds: LiveSounds, live: LiveTakes, prompt: str, language: str) -> TakeState:
    """How far the prompt is in the language; a KeyError for a language that is none of the helpline's."""
    take, sound = live.get((language, prompt)), sounds.own[language].get(prompt)
    words = content.prompt(language, prompt)
    if words and take and take.values_hash != words.values_hash:
        return TakeState.NEVER
    if sound is None or words is None:
        return TakeState.MISSING
    if sound.source != TAKE or take is None:
        return TakeState.SPEECH
    return TakeState.LIVE if take.words == words.words else TakeState.STALE


def in_states(
    content: Content, sounds: LiveSounds, live: LiveTakes, language: str, states: Collection[TakeState]
) -> tuple[Prompt, ...]:
    """The prompts of a language in one of these states, in the order of recording."""
    prompts = sorted(content.prompts.get(language, {}).values(), key=by_need)
    return tuple(each for each in prompts if state_of(content, sounds, live, each.id, language) in states)


def missing(content: Content, sounds: LiveSounds, live: LiveTakes, language: str) -> tuple[Prompt, ...]:
    """What staff have to record: everything of which callers hear neither a take nor built speech.

    Where there is nothing of that kind, whatever an engine speaks; sounds without words are never among it.
    """
    unheard = in_states(content, sounds, live, language, UNHEARD)
    found = unheard or in_states(content, sounds, live, language, UNRECORDED)
    return tuple(each for each in found if not each.wordless)


def stale(content: Content, sounds: LiveSounds, live: LiveTakes, language: str) -> tuple[Prompt, ...]:
    """What was recorded and has other words now, also what callers hear no more because of it."""
    return in_states(content, sounds, live, language, (TakeState.STALE, TakeState.NEVER))
