"""Which sound callers hear: the live take, built speech, then the same in the fallback language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.content.catalogue import Content, Prompt
from ivr.sound.manifest import Entry, read_manifest
from ivr.storage.takes import Take

FILE = re.compile(r"[0-9a-f]{64}\.wav")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
TAKE = "take"


@dataclass(frozen=True, slots=True)
class Sound:
    """A master that can be played: AUDIO_URL/<language>/<file>; `source` is "take" or the engine's name."""

    language: str
    file: str
    seconds: float
    source: str


@dataclass(frozen=True, slots=True)
class LiveSounds:
    """What can be heard now; never changes, looked up in memory.

    `own` holds each language's sounds in that language, `prompt_of` the prompt behind each file, `absent` the
    needed prompts that have neither built speech nor a take of their own, `withdrawn` the languages that
    staff do not want offered: these still stand in for others.
    """

    own: Mapping[str, Mapping[str, Sound]]
    chains: Mapping[str, tuple[str, ...]]
    prompt_of: Mapping[tuple[str, str], str]
    absent: Mapping[str, tuple[str, ...]]
    outdated: Mapping[str, tuple[str, ...]]
    default: str
    withdrawn: frozenset[str] = frozenset()

    def find(self, prompt: str, language: str) -> Sound | None:
        """What a caller of that language hears for the prompt; None if nothing was made of it."""
        for code in self.chains.get(language, ()):
            sound = self.own[code].get(prompt)
            if sound:
                return sound
        return None

    def by_file(self, language: str, file: str) -> str | None:
        """The prompt that a file says."""
        return self.prompt_of.get((language, file))

    def missing(self, language: str) -> tuple[str, ...]:
        """The needed prompts for which the language has no sound of its own, in the order of the script."""
        return self.absent.get(language, ())

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages that miss nothing and are not withdrawn, and always the default; in menu order."""
        return tuple(code for code in self.own if code == self.default or self._whole(code))

    def _whole(self, code: str) -> bool:
        return not self.absent[code] and code not in self.withdrawn


def read_live(content: Content, audio_dir: Path, takes: Sequence[Take]) -> LiveSounds:
    """What can be heard now, from the manifests and the live takes; a ManifestError if one is damaged."""
    built = {code: read_manifest(audio_dir, code) for code in content.languages}
    live = {(take.language, take.prompt): take for take in takes if take.live}
    own = {code: _own(content.prompts.get(code, {}), built[code], live) for code in content.languages}
    return LiveSounds(
        own=own,
        chains={code: content.chain(code) for code in content.languages},
        prompt_of={
            (code, sound.file): prompt for code, sounds in own.items() for prompt, sound in sounds.items()
        },
        absent={code: _absent(content, code, own[code], live) for code in content.languages},
        outdated={code: _outdated(content, code, live) for code in content.languages},
        default=content.helpline.default_language,
        withdrawn=frozenset(each.code for each in content.languages.values() if each.withdrawn),
    )


def sound_path(audio_dir: Path, takes_dir: Path, language: str, file: str) -> Path | None:
    """Where the file of /audio/<language>/<file> lies, if there is one; odd names are no files of ours."""
    if not LANGUAGE.fullmatch(language) or not FILE.fullmatch(file):
        return None
    places = (folder / language / file for folder in (audio_dir, takes_dir))
    return next((place for place in places if place.is_file()), None)


def _own(
    prompts: Mapping[str, Prompt], built: Mapping[str, Entry], live: Mapping[tuple[str, str], Take]
) -> dict[str, Sound]:
    found = {}
    for prompt in prompts.values():
        sound = _sound(prompt, built.get(prompt.id), live.get((prompt.language, prompt.id)))
        if sound:
            found[prompt.id] = sound
    return found


def _sound(prompt: Prompt, built: Entry | None, take: Take | None) -> Sound | None:
    # Other words are a pity; another key or emergency number sends a caller astray.
    if take and take.values_hash == prompt.values_hash:
        return Sound(prompt.language, take.file, take.seconds, TAKE)
    if built and built.words == prompt.words:
        return Sound(prompt.language, built.file, built.seconds, built.engine)
    return None


def _absent(
    content: Content, code: str, own: Mapping[str, Sound], live: Mapping[tuple[str, str], Take]
) -> tuple[str, ...]:
    # A language without a written word needs what the default language needs; so does one whose first words
    # staff have just begun to write.
    prompts = content.prompts.get(code, {})
    if not any(each.in_file for each in prompts.values()):
        prompts = content.prompts.get(content.helpline.default_language, {})
    needed = sorted((prompt for prompt in prompts.values() if prompt.needed), key=lambda each: each.number)
    return tuple(each.id for each in needed if each.id not in own and (code, each.id) not in live)


def _outdated(content: Content, code: str, live: Mapping[tuple[str, str], Take]) -> tuple[str, ...]:
    prompts = content.prompts.get(code, {})
    return tuple(
        prompt.id
        for prompt in sorted(prompts.values(), key=lambda each: each.number)
        if (take := live.get((code, prompt.id)))
        and (take.words, take.values_hash) != (prompt.words, prompt.values_hash)
    )
