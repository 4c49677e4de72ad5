"""Where speech begins and ends, and a take cut to it."""

import numpy as np

from ivr.sound.level import frame_levels, speech_activity
from ivr.sound.samples import Samples
from ivr.sound.target import LEAD, TAIL
from ivr.sound.trouble import SoundError

FRAME = 0.01
FADE = 0.005
SOFT_FADE = 0.02


def speech_span(samples: Samples) -> tuple[float, float]:
    """The seconds where speech begins and ends; SoundError if nobody speaks. A click is not speech."""
    frames = frame_levels(samples, FRAME)
    if not len(frames):
        raise SoundError("nothing is said in it")
    level = speech_activity(samples).level
    floor = float(np.percentile(frames, 10))
    loud = frames > max(level - 32, min(floor + 8, level - 15))
    spoken = np.flatnonzero(loud & (np.convolve(loud, np.ones(5), mode="same") >= 3))  # noqa: PLR2004 (3 of 5)
    if not len(spoken):
        raise SoundError("nothing is said in it")
    return float(spoken[0]) * FRAME, float(spoken[-1] + 1) * FRAME


def trim(samples: Samples) -> Samples:
    """The speech with 0.10 s before it and 0.25 s after it, faded at both cuts."""
    begin, end = speech_span(samples)
    first, last = round((begin - LEAD) * samples.rate), round((end + TAIL) * samples.rate)
    kept = samples.values[max(0, first) : last].copy()
    _fade(kept, round(FADE * samples.rate))
    padded = np.pad(kept, (max(0, -first), max(0, last - len(samples.values))))
    return Samples(padded, samples.rate)


def faded(samples: Samples) -> Samples:
    """The whole sound, rising from silence and falling back to it within 20 ms."""
    values = samples.values.copy()
    _fade(values, round(SOFT_FADE * samples.rate))
    return Samples(values, samples.rate)


def _fade(values: np.ndarray, size: int) -> None:
    size = min(size, len(values))
    ramp = np.linspace(0, 1, size)
    values[:size] *= ramp
    values[len(values) - size :] *= ramp[::-1]
