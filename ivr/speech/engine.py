"""What an engine is to the build: words in, encoded speech out."""

from typing import Protocol

from ivr.content.catalogue import Language


class SpeechError(Exception):
    """Words that could not be spoken; the message says why and what to do."""


class RefusedError(SpeechError):
    """The service refuses us altogether: asking again now makes it worse."""


class Engine(Protocol):
    """Speaks words of a language."""

    name: str

    def speak(self, text: str, language: Language) -> bytes:
        """The text as an encoded sound file, whole; SpeechError if it cannot be spoken."""
