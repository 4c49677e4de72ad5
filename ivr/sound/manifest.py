"""The list of built speech that lies beside the sounds: audio/<language>/manifest.json."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.sound.files import write_whole

_LOG = logging.getLogger(__name__)
NAME = "manifest.json"
VERSION = 1
HEADER = 44  # bytes of a WAV before its samples
BYTES_A_SECOND = 16_000
ROUNDING = 16  # bytes; seconds are kept to the millisecond
# What JSON has made: types as such, as looking for ancestors too took most of the time of reading a list.
_TEXTS = (str, str, str)
_NUMBERS = frozenset((int, float))


class ManifestError(Exception):
    """A manifest that cannot be used; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One built master: the hashes of its recipe and of its words, who spoke it, how long and loud it is."""

    key: str
    words: str
    engine: str
    seconds: float
    level: float
    peak: float

    @property
    def file(self) -> str:
        """The master's file name."""
        return f"{self.key}.wav"

    def fits(self, size: int | None) -> bool:
        """Whether a file of that many bytes can be its master, and not half of one; None is no file."""
        return size is not None and abs(size - HEADER - BYTES_A_SECOND * self.seconds) <= ROUNDING


def read_manifest(audio_dir: Path, language: str) -> dict[str, Entry]:
    """Prompt id → entry; empty where nothing was built, a ManifestError if the file is damaged."""
    path = manifest_path(audio_dir, language)
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']} instead of {VERSION}")  # noqa: TRY301 (said once, below)
        return {prompt: _entry(prompt, told) for prompt, told in data["prompts"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        raise ManifestError(
            f"{path}: cannot be read ({error}); delete it and run: ivr audio build"
        ) from error


def readable_manifest(audio_dir: Path, language: str) -> dict[str, Entry]:
    """The same for what can do without it: a damaged one is logged, and as good as none."""
    try:
        return read_manifest(audio_dir, language)
    except ManifestError as error:
        _LOG.error("No built speech is known: %s", error)
        return {}


def _entry(prompt: str, told: Mapping[str, object]) -> Entry:
    entry = Entry(**told)  # type: ignore[arg-type]  # checked in the next lines
    texts = type(entry.key), type(entry.words), type(entry.engine)
    if texts != _TEXTS or not _NUMBERS.issuperset((type(entry.seconds), type(entry.level), type(entry.peak))):
        raise ValueError(f"what stands for {prompt} is no entry")
    return entry


def write_manifest(audio_dir: Path, language: str, entries: Mapping[str, Entry]) -> None:
    """Put the list in place, whole."""
    prompts = {prompt: asdict(entries[prompt]) for prompt in sorted(entries)}
    text = json.dumps({"version": VERSION, "prompts": prompts}, indent=0)
    write_whole(manifest_path(audio_dir, language), text.encode())


def manifest_path(audio_dir: Path, language: str) -> Path:
    """Where the language's list lies."""
    return audio_dir / language / NAME
