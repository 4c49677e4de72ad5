"""A generated voice for whoever needs one now: offline, in a process of its own."""

from ivr.sound.apart import run_apart
from ivr.sound.decode import to_wav
from ivr.sound.trouble import SoundError
from ivr.speech.engine import SpeechError

SECONDS = 20.0


def speak_wav(text: str, voice: str, words_per_minute: int = 150) -> bytes:
    """The text as 8 kHz mono 16-bit WAV in an espeak-ng voice; SpeechError if it cannot be spoken."""
    try:
        return to_wav(run_apart("ivr.speech.child", [voice, str(words_per_minute)], text.encode(), SECONDS))
    except SoundError as error:
        raise SpeechError(str(error)) from error
