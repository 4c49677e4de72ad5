"""A recording from outside on its way to a take: examined against its prompt, its files named."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import nan
from pathlib import PurePosixPath

from ivr.content.catalogue import Prompt
from ivr.sound.examining import examine_apart
from ivr.sound.manifest import Entry
from ivr.sound.report import Examined
from ivr.sound.target import LEAD, TAIL
from ivr.storage.takes import NewTake

CHARACTERS_A_SECOND = 13.6  # English at 150 words a minute; 10 to 13 in the other alphabets
SYLLABLES_A_SECOND = 7.6  # Ethiopic writes a syllable with one sign
ETHIOPIC = range(0x1200, 0x1380)
SUFFIX_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a recording comes from: its file's name, by which way and by whom it came, and when (aware).

    `recording` is what a network calls it, "" if nothing does: however often it comes, it is one draft.
    """

    name: str
    source: str
    made_by: str
    made_at: datetime
    recording: str = ""


def expected_seconds(prompt: Prompt, built: Entry | None = None) -> float:
    """How long its words take to say: as built speech does, else by counting letters.

    0 for a sound without words; not a number (no length is too long or too short) where none are written.
    """
    if prompt.wordless:
        return 0.0
    if not prompt.text:
        return nan
    if built and built.words == prompt.words:
        return max(0.2, built.seconds - LEAD - TAIL)
    ethiopic = sum(ord(letter) in ETHIOPIC for letter in prompt.text) * 2 > len(prompt.text)
    return max(0.5, len(prompt.text) / (SYLLABLES_A_SECOND if ethiopic else CHARACTERS_A_SECOND))


def examine_for(prompt: Prompt, data: bytes, built: Entry | None = None) -> Examined:
    """The recording checked against the prompt, in a process of its own; SoundError if it is no sound."""
    return examine_apart(data, expected_seconds(prompt, built), prompt.seconds)


def new_take(prompt: Prompt, data: bytes, examined: Examined, origin: Origin) -> NewTake:
    """The take that an accepted recording is to become, its files named; ValueError if it was rejected."""
    made = examined.master
    if made is None:
        raise ValueError("a rejected recording is no take")
    # Names of its own, so that no two takes share a file, and one can go without the other.
    salt = secrets.token_bytes(16)
    return NewTake(
        prompt=prompt.id,
        language=prompt.language,
        words=prompt.words,
        values_hash=prompt.values_hash,
        text=prompt.text,
        file=f"{sha256(salt + made.wav).hexdigest()}.wav",
        original=_original(salt + data, origin.name),
        seconds=round(made.seconds, 3),
        level=round(made.level, 2),
        problems=tuple(finding.text for finding in examined.report.findings),
        source=origin.source,
        made_by=origin.made_by,
        made_at=origin.made_at,
    )


def _original(content: bytes, name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    safe = suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= SUFFIX_LENGTH else ""
    # ".original" tells it from a master: only masters are served.
    return f"{sha256(content).hexdigest()}.original{safe}"
