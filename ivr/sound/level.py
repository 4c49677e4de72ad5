"""How loud speech is, and how high it peaks, as telephone engineers measure it."""

from dataclasses import dataclass
from math import exp, log10

import numpy as np

from ivr.sound.samples import Numbers, Samples

SILENCE = -100.0
# ITU-T P.56 method B: two 30 ms smoothers, 200 ms hangover, 15.9 dB margin; here on a 5 ms envelope,
# within 0.02 dB of the sample-by-sample form.
BLOCK = 0.005
SMOOTHING = 0.03
HANGOVER = 0.2
MARGIN = 15.9
THRESHOLDS = 2.0 ** np.arange(15) / 32768
OVERSAMPLING = 4
TAPS = 24  # each side; flat within 0.1 dB up to 3,500 Hz


@dataclass(frozen=True, slots=True)
class Activity:
    """The level of speech while somebody speaks, in dBov, and the share of the time they do."""

    level: float
    share: float


def speech_activity(samples: Samples) -> Activity:
    """ITU-T P.56 active speech level; silence is (-100, 0)."""
    energy = float(np.sum(samples.values**2))
    counts = _active_blocks(_envelope(samples)) * round(samples.rate * BLOCK)
    if energy == 0 or not counts.any():
        return Activity(SILENCE, 0.0)
    known = counts > 0
    levels = 10 * np.log10(energy / counts[known])
    margins = levels - 20 * np.log10(THRESHOLDS[known])
    level = _at_margin(levels, margins)
    whole = 10 * log10(energy / len(samples.values))
    return Activity(level, min(1.0, 10 ** ((whole - level) / 10)))


def true_peak(samples: Samples) -> float:
    """The highest point between and on the samples, in dBTP."""
    highest = float(np.max(instantaneous_peaks(samples.values), initial=0.0))
    return decibels(highest)


def instantaneous_peaks(values: Numbers) -> Numbers:
    """Per sample, the highest magnitude from it to the next, four times oversampled."""
    peaks = np.abs(values)
    for kernel in _kernels():
        between = np.abs(np.convolve(values, kernel)[TAPS - 1 : TAPS - 1 + len(values)])
        np.maximum(peaks, between, out=peaks)
    return peaks


def frame_levels(samples: Samples, seconds: float = 0.01) -> Numbers:
    """The level of each whole frame, in dBov; -100 where there is nothing."""
    size = round(samples.rate * seconds)
    frames = samples.values[: len(samples.values) // size * size].reshape(-1, size)
    power = np.mean(frames**2, axis=1) if len(frames) else np.zeros(0)
    return 10 * np.log10(np.maximum(power, 10 ** (SILENCE / 10)))


def decibels(ratio: float) -> float:
    """A ratio of amplitudes in dB, not below -100."""
    return max(SILENCE, 20 * log10(ratio)) if ratio > 0 else SILENCE


def _kernels() -> list[Numbers]:
    offsets = np.arange(-TAPS + 1, TAPS + 1)
    shifts = np.arange(1, OVERSAMPLING) / OVERSAMPLING
    window = [np.cos(np.pi * (offsets - shift) / (2 * TAPS)) ** 2 for shift in shifts]
    return [(np.sinc(offsets - shift) * w)[::-1] for shift, w in zip(shifts, window, strict=True)]


def _envelope(samples: Samples) -> Numbers:
    size = round(samples.rate * BLOCK)
    padded = np.pad(np.abs(samples.values), (0, -len(samples.values) % size))
    blocks = padded.reshape(-1, size).mean(axis=1) if len(padded) else np.zeros(0)
    keep = exp(-BLOCK / SMOOTHING)
    steps = np.arange(round(1 / BLOCK))
    # Two equal one-pole smoothers in a row, as their common impulse response, cut after one second (e**-33).
    response = (1 - keep) ** 2 * (steps + 1) * keep**steps
    return np.convolve(blocks, response)[: len(blocks)] if len(blocks) else blocks


def _active_blocks(envelope: Numbers) -> Numbers:
    hangover = round(HANGOVER / BLOCK)
    places = np.arange(len(envelope))
    counts = np.zeros(len(THRESHOLDS))
    for number, threshold in enumerate(THRESHOLDS):
        last = np.maximum.accumulate(np.where(envelope >= threshold, places, -hangover - 1))
        counts[number] = np.count_nonzero(places - last <= hangover)
    return counts


def _at_margin(levels: Numbers, margins: Numbers) -> float:
    below = np.flatnonzero(margins <= MARGIN)
    if not len(below):
        return float(levels[-1])
    upper = int(below[0])
    if upper == 0:
        return float(levels[0])
    part = (margins[upper - 1] - MARGIN) / (margins[upper - 1] - margins[upper])
    return float(levels[upper - 1] + part * (levels[upper] - levels[upper - 1]))
