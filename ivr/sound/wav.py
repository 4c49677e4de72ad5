"""The telephone's WAV as bytes: 16-bit mono."""

import io
import wave

from ivr.sound.trouble import SoundError


def read_frames(data: bytes) -> tuple[bytes, int]:
    """The samples of a 16-bit mono WAV, little-endian, and how many there are a second; else a SoundError."""
    try:
        with wave.open(io.BytesIO(data), "rb") as source:
            rate, channels, width = source.getframerate(), source.getnchannels(), source.getsampwidth()
            frames = source.readframes(source.getnframes())
    except (wave.Error, EOFError) as error:
        raise SoundError(f"not a WAV file: {error}") from error
    if (channels, width) != (1, 2):
        raise SoundError(f"{channels} channels of {8 * width} bits; 16-bit mono is wanted")
    return frames, rate
