"""How far each language is: what callers hear, what is outdated, what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.content.catalogue import Content, Prompt
from ivr.sound.live import LiveSounds
from ivr.sound.manifest import Entry, read_manifest
from ivr.speech.plan import files_in, state_of, voices_of
from ivr.speech.recipe import Voice


@dataclass(frozen=True, slots=True)
class LanguageStatus:
    """Prompts counted, and the seconds of what callers hear.

    `live`: heard from a take; `built`: spoken with today's words and voice; `stale`: made for other words;
    `missing`: without any sound of their own.
    """

    language: str
    name: str
    prompts: int
    live: int
    built: int
    stale: int
    missing: int
    seconds: float
    offered: bool
    engines: tuple[str, ...]


def read_status(content: Content, audio_dir: Path, sounds: LiveSounds) -> tuple[LanguageStatus, ...]:
    """The status of every language, in menu order; a ManifestError if a manifest is damaged."""
    return tuple(_language(content, audio_dir, sounds, code) for code in content.languages)


def _language(content: Content, audio_dir: Path, sounds: LiveSounds, code: str) -> LanguageStatus:
    language, prompts, own = content.languages[code], content.prompts.get(code, {}), sounds.own[code]
    states = dict(_states(prompts, read_manifest(audio_dir, code), audio_dir / code, voices_of(language)))
    stale = {name for name, state in states.items() if state == "stale"} | set(sounds.outdated[code])
    expected = {each.id for each in prompts.values() if each.sayable}
    unheard = {name for name in expected if name not in own and name not in stale}
    return LanguageStatus(
        language=code,
        name=language.name,
        prompts=len(prompts),
        live=sum(sound.source == "take" for sound in own.values()),
        built=sum(state == "built" for state in states.values()),
        stale=len(stale),
        missing=len(unheard | set(sounds.missing(code)) - stale),
        seconds=round(sum(sound.seconds for sound in own.values()), 1),
        offered=code in sounds.offered,
        engines=language.engines,
    )


def _states(
    prompts: Mapping[str, Prompt], entries: Mapping[str, Entry], folder: Path, voices: Mapping[str, Voice]
) -> Iterator[tuple[str, str]]:
    names = files_in(folder)
    for prompt in prompts.values():
        entry = entries.get(prompt.id)
        yield (
            prompt.id,
            state_of(prompt, entry if entry and entry.fits(names.get(entry.file)) else None, voices),
        )
