"""Telephone keys pressed inside a recording."""

from dataclasses import dataclass

import numpy as np

from ivr.sound.samples import Numbers, Samples

ROWS = (697.0, 770.0, 852.0, 941.0)
COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = "123A456B789C*0#D"
WINDOW = 0.02
SHARE = 0.9  # of a window's energy that lies in the two tones
TWIST = 10.0  # dB by which one tone may exceed the other
LEAST = -50.0  # dBov
IN_A_ROW = 2


@dataclass(frozen=True, slots=True)
class Tone:
    """A key heard from `begin` to `end`, in seconds."""

    key: str
    begin: float
    end: float


def find_tones(samples: Samples) -> tuple[Tone, ...]:
    """Every key of at least 40 ms, in order."""
    size = round(samples.rate * WINDOW)
    frames = samples.values[: len(samples.values) // size * size].reshape(-1, size)
    keys = _keys(frames, samples.rate)
    edges = np.flatnonzero(np.diff(keys)) + 1
    bounds = zip([0, *edges], [*edges, len(keys)], strict=True)
    return tuple(
        Tone(KEYS[keys[first]], first * WINDOW, last * WINDOW)
        for first, last in bounds
        if len(keys) and keys[first] >= 0 and last - first >= IN_A_ROW
    )


def _keys(frames: Numbers, rate: int) -> np.ndarray:
    """Per window the number of the key in it, or -1."""
    if not len(frames):
        return np.zeros(0, dtype=int)
    energy = np.sum(frames**2, axis=1)
    rows, columns = _powers(frames, ROWS, rate), _powers(frames, COLUMNS, rate)
    row, column = rows.argmax(axis=1), columns.argmax(axis=1)
    low, high = rows.max(axis=1), columns.max(axis=1)
    twist = 10 * np.abs(np.log10(np.maximum(low, 1e-12) / np.maximum(high, 1e-12)))
    loud = energy > 10 ** (LEAST / 10) * frames.shape[1]
    tonal = _captured(frames, row, column, rate) > SHARE * energy
    return np.where(loud & tonal & (twist < TWIST), 4 * row + column, -1)


def _powers(frames: Numbers, tones: tuple[float, ...], rate: int) -> Numbers:
    waves = np.exp(-2j * np.pi * np.outer(np.arange(frames.shape[1]), tones) / rate)
    return np.asarray(np.abs(frames @ waves) ** 2)


def _captured(frames: Numbers, row: np.ndarray, column: np.ndarray, rate: int) -> Numbers:
    # Windows this short leak from tone to tone, so both are fitted together.
    captured = np.zeros(len(frames))
    for key in range(len(KEYS)):
        mine = 4 * row + column == key
        if mine.any():
            basis = _basis(ROWS[key // 4], COLUMNS[key % 4], frames.shape[1], rate)
            captured[mine] = np.sum((frames[mine] @ basis) ** 2, axis=1)
    return captured


def _basis(low: float, high: float, size: int, rate: int) -> Numbers:
    turns = 2 * np.pi * np.arange(size) / rate
    waves = np.stack([f(turns * tone) for tone in (low, high) for f in (np.sin, np.cos)], axis=1)
    return np.asarray(np.linalg.qr(waves)[0])
