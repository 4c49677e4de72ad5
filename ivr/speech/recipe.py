"""What a built sound depends on, as one hash: equal hash, equal sound, nothing to build."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from ivr.content.catalogue import Language, Prompt
from ivr.sound.target import CHAIN, COMFORT, TARGET

GTTS = "gtts"
ESPEAK = "espeak"
TONES = "tones"
PIECE = "1"  # counted up when `ivr.speech.comfort` plays something else
PACKAGES = {GTTS: "gtts", ESPEAK: "espeakng-loader"}


@dataclass(frozen=True, slots=True)
class Voice:
    """How a language is spoken by an engine: everything but the words."""

    engine: str
    recipe: str

    def key(self, prompt: Prompt) -> str:
        """The hash of the sound of this prompt, which is also its file's name."""
        return sha256(f"{self.recipe}\0{prompt.text}".encode()).hexdigest()


def voice_of(engine: str, language: Language) -> Voice:
    """The language's voice in an engine; KeyError for an unknown engine."""
    if engine == TONES:
        return Voice(engine, "\0".join((CHAIN, engine, PIECE, str(COMFORT))))
    names = {
        GTTS: f"{language.gtts_code}/{language.accent}/normal",
        ESPEAK: f"{language.espeak_voice}/{language.words_per_minute}",
    }
    parts = (CHAIN, engine, _version(PACKAGES[engine]), language.code, names[engine], str(TARGET))
    return Voice(engine, "\0".join(parts))


@cache
def _version(package: str) -> str:
    return version(package)
