"""`python -m ivr.speech.child VOICE WORDS_PER_MINUTE`: text on standard input, WAV on standard output."""

import sys

from ivr.sound.apart import answer
from ivr.speech.engine import SpeechError
from ivr.speech.espeak import speak


def main(voice: str, words_per_minute: int) -> None:
    """Speak what stands on standard input."""
    answer(lambda data: speak(data.decode(), voice, words_per_minute), SpeechError)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
