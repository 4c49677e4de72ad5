"""A soft sound to wait by, made of tones: two chords that swell and fade, and a slow figure above them."""

import numpy as np

from ivr.sound.samples import Numbers, Samples, write_wav

RATE = 16_000
SECONDS = 12.0
CHORD_SECONDS = 6.0
CHORDS = ((0.0, (369.99, 440.0, 587.33)), (5.6, (329.63, 440.0, 493.88)))
# D major pentatonic (Hz): none of it pairs up to a telephone key, and all of it is above 300.
FIGURE = (
    (0.8, 587.33),
    (2.0, 740.0),
    (3.2, 659.26),
    (4.4, 493.88),
    (6.2, 659.26),
    (7.4, 587.33),
    (8.6, 440.0),
)
PARTIALS = ((1, 1.0), (2, 0.2), (3, 0.06))
ATTACK, DECAY = 0.03, 0.9  # seconds
CHORD_LEVEL, FIGURE_LEVEL, MASTER_LEVEL = 0.12, 0.3, 0.25


def compose() -> bytes:
    """The piece as WAV: it begins and ends in silence, so that it can follow itself."""
    values = np.zeros(round(SECONDS * RATE))
    for begin, notes in CHORDS:
        for frequency in notes:
            _add(values, begin, CHORD_LEVEL * _swell(frequency))
    for begin, frequency in FIGURE:
        _add(values, begin, FIGURE_LEVEL * _struck(frequency, SECONDS - begin))
    return write_wav(Samples(MASTER_LEVEL * values, RATE))


def _swell(frequency: float) -> Numbers:
    at = np.arange(round(CHORD_SECONDS * RATE)) / RATE
    return np.asarray(np.sin(2 * np.pi * frequency * at) * np.sin(np.pi * at / CHORD_SECONDS) ** 2)


def _struck(frequency: float, seconds: float) -> Numbers:
    """A note as of a small wooden bar: it begins softly, and its upper partials die away first."""
    at = np.arange(round(seconds * RATE)) / RATE
    rise = np.minimum(1.0, at / ATTACK)
    tones = (
        share * np.sin(2 * np.pi * number * frequency * at) * np.exp(-at * number / DECAY)
        for number, share in PARTIALS
    )
    return np.asarray(rise * sum(tones))


def _add(values: Numbers, begin: float, sound: Numbers) -> None:
    first = round(begin * RATE)
    fitting = sound[: len(values) - first]
    values[first : first + len(fitting)] += fitting
