"""Which sound callers hear: the live take, built speech, then the same in the fallback language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern

from ivr.content.catalogue import Content, Prompt
from ivr.content.source import file_stamp
from ivr.sound.manifest import Entry, manifest_path, read_manifest
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

    `own` holds each language's sounds in that language, `absent` the needed prompts that have neither built
    speech nor a take of their own, `withdrawn` the languages that staff do not want offered: these still
    stand in for others.
    """

    own: Mapping[str, Mapping[str, Sound]]
    chains: Mapping[str, tuple[str, ...]]
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
        """The prompt that a file says; the first of those that share it, because their words are the same."""
        own = self.own.get(language, {})
        return next((prompt for prompt, sound in own.items() if sound.file == file), None)

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
    return LiveReader(audio_dir).read(content, takes)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What counts of a live take: the rest of it, with its words, need not be kept a second time."""

    file: str
    seconds: float
    words: str
    values_hash: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the sounds of a language follow from."""

    prompts: Mapping[str, Prompt]
    needed: Mapping[str, Prompt]
    manifest: tuple[int, int]
    takes: Mapping[str, _Recorded]

    def are(self, other: "_Facts") -> bool:
        """Whether nothing has changed; prompts that were read anew count as changed."""
        alike = self.prompts is other.prompts and self.needed is other.needed
        return alike and self.manifest == other.manifest and self.takes == other.takes


@dataclass(frozen=True, slots=True)
class _Heard:
    own: Mapping[str, Sound]
    absent: tuple[str, ...]
    outdated: tuple[str, ...]


class LiveReader:
    """Reads what can be heard again and again; each language only when something of it has changed."""

    def __init__(self, audio_dir: Path) -> None:
        self._audio_dir = audio_dir
        self._known: dict[str, tuple[_Facts, _Heard]] = {}

    def read(self, content: Content, takes: Sequence[Take]) -> LiveSounds:
        """What can be heard now, from the manifests and the live takes; a ManifestError if one is damaged."""
        live: dict[str, dict[str, _Recorded]] = {}
        for take in takes:
            if take.live:
                kept = _Recorded(take.file, take.seconds, take.words, take.values_hash)
                live.setdefault(take.language, {})[take.prompt] = kept
        heard = {code: self._language(content, code, live.get(code, {})) for code in content.languages}
        return LiveSounds(
            own={code: each.own for code, each in heard.items()},
            chains={code: content.chain(code) for code in content.languages},
            absent={code: each.absent for code, each in heard.items()},
            outdated={code: each.outdated for code, each in heard.items()},
            default=content.helpline.default_language,
            withdrawn=frozenset(each.code for each in content.languages.values() if each.withdrawn),
        )

    def _language(self, content: Content, code: str, takes: Mapping[str, _Recorded]) -> _Heard:
        default = content.prompts.get(content.helpline.default_language, {})
        prompts = content.prompts.get(code, {})
        facts = _Facts(prompts, default, file_stamp(manifest_path(self._audio_dir, code)), takes)
        known = self._known.get(code)
        if known and known[0].are(facts):
            return known[1]
        heard = _hear(facts, read_manifest(self._audio_dir, code))
        self._known[code] = facts, heard
        return heard


def sound_path(audio_dir: Path, takes_dir: Path, language: str, file: str) -> Path | None:
    """Where the file of /audio/<language>/<file> lies, if there is one; odd names are no files of ours."""
    if not LANGUAGE.fullmatch(language) or not FILE.fullmatch(file):
        return None
    places = (folder / language / file for folder in (audio_dir, takes_dir))
    return next((place for place in places if place.is_file()), None)


def _hear(facts: _Facts, built: Mapping[str, Entry]) -> _Heard:
    own = {
        name: sound
        for name, prompt in facts.prompts.items()
        if (sound := _sound(prompt, built.get(name), facts.takes.get(name)))
    }
    return _Heard(own, _absent(facts, own), _outdated(facts))


def _sound(prompt: Prompt, built: Entry | None, take: _Recorded | None) -> Sound | None:
    # Other words are a pity; another key or emergency number sends a caller astray.
    if take and take.values_hash == prompt.values_hash:
        return Sound(prompt.language, take.file, take.seconds, TAKE)
    if built and built.words == prompt.words:
        return Sound(prompt.language, built.file, built.seconds, intern(built.engine))
    return None


def _absent(facts: _Facts, own: Mapping[str, Sound]) -> tuple[str, ...]:
    # A language without a written word needs what the default language needs; so does one whose first words
    # staff have just begun to write.
    begun = any(each.in_file for each in facts.prompts.values())
    prompts = facts.prompts if begun else facts.needed
    heard = own.keys() | facts.takes.keys()
    missing = (prompt for name, prompt in prompts.items() if prompt.needed and name not in heard)
    return tuple(each.id for each in sorted(missing, key=lambda each: each.number))


def _outdated(facts: _Facts) -> tuple[str, ...]:
    stale = (prompt for name, take in facts.takes.items() if (prompt := _stale(facts, name, take)))
    return tuple(each.id for each in sorted(stale, key=lambda each: each.number))


def _stale(facts: _Facts, name: str, take: _Recorded) -> Prompt | None:
    """The prompt whose words, or a value in them, have changed since the take."""
    prompt = facts.prompts.get(name)
    if prompt is None or (take.words, take.values_hash) == (prompt.words, prompt.values_hash):
        return None
    return prompt
