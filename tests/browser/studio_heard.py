"""What of a recording callers hear."""

import io
import wave

import numpy as np

from ivr.storage.engine import reading
from ivr.storage.takes import Take, live_takes, takes_of
from tests.browser.staff import Office

WORDS = "Welcome to Themba: your call is confidential."
PATIENCE = 15_000  # ms: a recording is checked in a process of its own
RATE = 8000
KEY_TONE = RATE * 2 // 5  # bytes: for 0.2 s the key that led here still sounds


def takes(helpline: Office, prompt: str, language: str) -> tuple[Take, ...]:
    with helpline.storage() as engine, reading(engine) as connection:
        return takes_of(connection, prompt, language)


def live(helpline: Office, language: str) -> set[str]:
    with helpline.storage() as engine, reading(engine) as connection:
        return {take.prompt for take in live_takes(connection) if take.language == language}


def samples(wav: bytes) -> bytes:
    with wave.open(io.BytesIO(wav)) as opened:
        assert (1, 2, RATE) == (opened.getnchannels(), opened.getsampwidth(), opened.getframerate())
        return opened.readframes(opened.getnframes())


def distance(short: bytes, long: bytes) -> int:
    """By how many of 32,768 steps the sound differs at most from the place in the other that is most like it.

    What a call's recording holds is rounded once more: 1 is the same.
    """
    one, other = (np.frombuffer(each, "<i2").astype(float) for each in (short, long))
    size = len(one) + len(other)
    alike = np.fft.irfft(np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size)), size)
    place = int(alike[: len(other) - len(one) + 1].argmax())
    return int(np.abs(other[place : place + len(one)] - one).max())


def envelope(pcm: bytes) -> np.ndarray:
    """How loud it is, every 20 ms."""
    values = np.frombuffer(pcm, "<i2").astype(float)
    return np.asarray(np.sqrt((values[: len(values) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1)))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """How alike two sounds rise and fall where they fit best: 1 is the same."""
    short, long = sorted((one, other), key=len)
    places = range(len(long) - len(short) + 1)
    return max(float(np.corrcoef(short, long[at : at + len(short)])[0, 1]) for at in places)
