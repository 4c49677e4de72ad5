"""Sound as numbers: mono, full scale at 1.0, and its telephone form, 8 kHz 16-bit WAV."""

import io
import wave
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ivr.sound.wav import read_frames

Numbers = npt.NDArray[np.float64]

TELEPHONE_RATE = 8000
FULL_SCALE = 32768


@dataclass(frozen=True, slots=True)
class Samples:
    """Mono sound at `rate` samples a second; full scale is 1.0."""

    values: Numbers
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.values) / self.rate


def write_wav(samples: Samples) -> bytes:
    """The sound as 16-bit PCM WAV; what exceeds full scale is cut."""
    limit = FULL_SCALE - 1
    whole = np.clip(np.rint(samples.values * FULL_SCALE), -FULL_SCALE, limit).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(samples.rate)
        out.writeframes(whole.tobytes())
    return buffer.getvalue()


def read_wav(data: bytes) -> Samples:
    """The sound of a WAV that `write_wav` wrote; any other raises a SoundError."""
    frames, rate = read_frames(data)
    return Samples(np.frombuffer(frames, "<i2").astype(np.float64) / FULL_SCALE, rate)
