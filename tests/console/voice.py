"""Real speech to record: espeak-ng's, which is the same on every run."""

import io
from functools import cache

import numpy as np

from ivr.sound.decode import decode
from ivr.sound.samples import Samples, write_wav
from ivr.speech.espeak import speak

Upload = tuple[io.BytesIO, str]


@cache
def voice(words: str, loudness: float = 1.0) -> bytes:
    """Somebody says the words, in a quiet room; a WAV."""
    spoken = decode(speak(words, "en", 150))
    pause = np.zeros(spoken.rate // 2)
    return write_wav(Samples(loudness * np.concatenate([pause, spoken.values, pause]), spoken.rate))


def upload(data: bytes, name: str = "browser.wav") -> Upload:
    """What a form sends."""
    return io.BytesIO(data), name
