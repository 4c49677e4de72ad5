"""What reads the words and the sounds, and still knows what it has read."""

from dataclasses import dataclass
from pathlib import Path

from ivr.content.load import Reader
from ivr.sound.live import LiveReader


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of an installation; a process that is forked from one that has read need not read again."""

    words: Reader
    sounds: LiveReader


def readers_of(prompts_dir: Path, audio_dir: Path) -> Readers:
    """Readers that have read nothing yet."""
    return Readers(Reader(prompts_dir), LiveReader(audio_dir))
