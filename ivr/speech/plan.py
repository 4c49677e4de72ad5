"""What has to be spoken, what is there already, and which files nobody needs any more."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivr.content.catalogue import Content, Language, Prompt
from ivr.sound.files import TEMPORARY
from ivr.sound.manifest import Entry, ManifestError, read_manifest
from ivr.speech.recipe import ESPEAK, GTTS, TONES, Voice, voice_of

OURS = re.compile(rf"[0-9a-f]{{64}}\.wav|.+{re.escape(TEMPORARY)}")


@dataclass(frozen=True, slots=True)
class Order:
    """One prompt to be spoken."""

    prompt: Prompt
    language: Language


@dataclass(frozen=True, slots=True)
class LanguagePlan:
    """One language: what stays, what is to be spoken, which files are stale; `damage` is its manifest's."""

    language: Language
    entries: Mapping[str, Entry]
    orders: tuple[Order, ...]
    unused: tuple[Path, ...]
    damage: str = ""


@dataclass(frozen=True, slots=True)
class _Wish:
    voice: str | None
    force: bool
    voices: dict[str, Voice] = field(default_factory=dict)


def plan(
    content: Content, audio_dir: Path, codes: tuple[str, ...], voice: str | None = None, force: bool = False
) -> tuple[LanguagePlan, ...]:
    """What a build of these languages has to do; without `voice` the sound of either engine will do."""
    return tuple(_language(content, audio_dir, content.languages[code], voice, force) for code in codes)


def state_of(prompt: Prompt, entry: Entry | None, voices: Mapping[str, Voice]) -> str:
    """One of "missing", "stale", "built": what the entry is, were its engine to speak the prompt today."""
    if entry is None:
        return "missing"
    voice = voices.get(entry.engine)
    return "built" if voice and entry.key == voice.key(prompt) else "stale"


def voices_of(language: Language) -> dict[str, Voice]:
    """The voices the language could have been built with, by engine."""
    return {engine: voice_of(engine, language) for engine in (GTTS, ESPEAK, TONES)}


def files_in(folder: Path) -> Mapping[str, int]:
    """The names in a folder, which may not be there yet, and their sizes in bytes."""
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as entries:  # a Path for each of 10,000 files would be slow
        return {entry.name: entry.stat(follow_symlinks=False).st_size for entry in entries}


def _language(
    content: Content, audio_dir: Path, language: Language, voice: str | None, force: bool
) -> LanguagePlan:
    damage, entries = "", {}
    try:
        entries = read_manifest(audio_dir, language.code)
    except ManifestError as error:
        damage = str(error)
    folder = audio_dir / language.code
    names = files_in(folder)
    prompts = content.prompts.get(language.code, {})
    present = {
        each: entry
        for each, entry in entries.items()
        if entry.fits(names.get(entry.file)) and each in prompts
    }
    wish = _Wish(voice, force, voices_of(language))
    orders = tuple(
        Order(each, language) for each in prompts.values() if _wanted(each, present.get(each.id), wish)
    )
    return LanguagePlan(
        language, present, _possible(orders, language, voice), _unused(folder, names, present), damage
    )


def _wanted(prompt: Prompt, entry: Entry | None, wish: _Wish) -> bool:
    if not prompt.sayable:
        return False
    if wish.force or state_of(prompt, entry, wish.voices) != "built":
        return True
    return entry is not None and not prompt.wordless and wish.voice not in {None, entry.engine}


def _possible(orders: tuple[Order, ...], language: Language, voice: str | None) -> tuple[Order, ...]:
    able = voice in language.engines if voice else bool(language.engines)
    return tuple(order for order in orders if able or order.prompt.wordless)


def _unused(folder: Path, names: Mapping[str, int], entries: Mapping[str, Entry]) -> tuple[Path, ...]:
    used = {entry.file for entry in entries.values()}
    return tuple(folder / name for name in sorted(names.keys() - used) if OURS.fullmatch(name))
