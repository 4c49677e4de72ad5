"""What a child process of the build is to do."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Work:
    """One prompt for a child process; `audio` is what was fetched, empty if `engine` is to make it here."""

    folder: Path
    key: str
    words: str
    engine: str
    text: str
    voice: str
    words_per_minute: int
    audio: bytes = b""
