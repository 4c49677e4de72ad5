"""Keeps a sound below a ceiling without anybody hearing it work."""

import numpy as np

from ivr.sound.level import instantaneous_peaks
from ivr.sound.samples import Numbers, Samples

ATTACK = 0.002
RELEASE = 0.06


def limit(samples: Samples, ceiling: float) -> Samples:
    """The sound with every true peak at or below `ceiling` (dBTP), turned down ahead of the peak."""
    peaks = instantaneous_peaks(samples.values)
    highest = 10 ** (ceiling / 20)
    if not len(peaks) or peaks.max() <= highest:
        return samples
    reduction = 1 - np.minimum(1.0, highest / np.maximum(peaks, highest))
    gain = 1 - _smooth(_held(reduction, samples.rate), samples.rate)
    return Samples(samples.values * gain, samples.rate)


def _held(reduction: Numbers, rate: int) -> Numbers:
    """Each reduction from one attack time before its peak, released over 60 ms."""
    ahead = _attack(rate)
    wide = np.pad(reduction, (0, 2 * ahead))
    early = np.lib.stride_tricks.sliding_window_view(wide, 2 * ahead + 1).max(axis=1)
    # r[n] = max(early[n], r[n-1] * fall), as one running maximum of logarithms.
    slope = np.arange(len(early)) / (RELEASE * rate)
    logs = np.log(np.maximum(early, 1e-12)) + slope
    return np.asarray(np.exp(np.maximum.accumulate(logs) - slope))


def _smooth(reduction: Numbers, rate: int) -> Numbers:
    ahead = _attack(rate)
    window = np.ones(ahead) / ahead
    padded = np.pad(reduction, (ahead - 1, 0), mode="edge")
    return np.convolve(padded, window, mode="valid")


def _attack(rate: int) -> int:
    return max(1, round(ATTACK * rate))
