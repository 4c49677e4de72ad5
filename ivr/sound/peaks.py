"""How a sound looks: its highest points, stretch by stretch."""

from itertools import pairwise

import numpy as np

from ivr.sound.samples import Samples


def peaks(sound: Samples, count: int) -> tuple[int, ...]:
    """The highest magnitude in each of `count` stretches of equal length, in percent of full scale."""
    bounds = np.linspace(0, len(sound.values), count + 1).astype(int)
    magnitude = np.abs(sound.values)
    return tuple(
        min(100, round(100 * float(magnitude[first:last].max(initial=0.0))))
        for first, last in pairwise(bounds)
    )
