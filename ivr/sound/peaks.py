"""How a sound looks: its highest points, stretch by stretch."""

import sys
from array import array
from itertools import pairwise

from ivr.sound.wav import read_frames

FULL_SCALE = 32768


def peaks(wav: bytes, count: int) -> tuple[int, ...]:
    """The highest magnitude in each of `count` stretches of a 16-bit mono WAV, in percent of full scale.

    SoundError if it is none.
    """
    values = array("h", read_frames(wav)[0])
    if sys.byteorder == "big":
        values.byteswap()
    bounds = [len(values) * n // count for n in range(count + 1)]
    return tuple(_percent(values[first:last]) for first, last in pairwise(bounds))


def _percent(stretch: "array[int]") -> int:
    above, below = max(stretch, default=0), min(stretch, default=0)
    return min(100, round(100 * max(above, -below) / FULL_SCALE))
