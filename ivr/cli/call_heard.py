"""What a caller heard, in its real proportions, as 8 kHz mono 16-bit sound."""

import io
import os
import tempfile
import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000
Samples = NDArray[np.float64]
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)  # Hz, ITU-T Q.23
PAD = ("123", "456", "789", "*0#")
RINGBACK = 425  # Hz, one second on, four off, as in most countries
SOFT = 0.06


class Heard:
    """Everything heard so far, each at its moment; nothing is heard after it was stopped."""

    def __init__(self) -> None:
        self._parts: list[tuple[float, Samples]] = []
        self._playing: dict[object, int] = {}
        self._since: dict[str, float] = {}

    def play(self, at: float, number: object, wav: bytes) -> None:
        """A sound begins."""
        self._playing[number] = len(self._parts)
        self._parts.append((at, read_samples(wav)))

    def take(self, message: Mapping[str, object]) -> None:
        """Anything else that makes a sound, or ends one."""
        what, at = message.get("is", message.get("do")), float(str(message["at"]))
        if what == "say":
            self._parts.append((at, murmur(float(str(message["seconds"])))))
        elif what == "stop":
            self._stop(at, message["play"])
        elif what == "key":
            self._parts.append((at, key_tone(str(message["key"]))))
        elif what == "record" and message.get("beep"):
            self._parts.append((at, tone(1000, 0.2)))
        self._stretch(str(what), at)

    def _stop(self, at: float, number: object) -> None:
        place = self._playing.get(number)
        if place is not None:
            began, samples = self._parts[place]
            self._parts[place] = (began, samples[: max(0, round((at - began) * RATE))])

    def _stretch(self, what: str, at: float) -> None:
        began, ended = BEGINS.get(what), ENDS.get(what, ())
        for name in ended:
            if name in self._since:
                since = self._since.pop(name)
                self._parts.append((since, SOUNDS[name](at - since)))
        if began:
            self._since[began] = at

    def wav(self, seconds: float) -> bytes:
        """The whole call, `seconds` long."""
        mixed = np.zeros(max(1, round(seconds * RATE)))
        for at, samples in self._parts:
            start = round(at * RATE)
            part = samples[: max(0, len(mixed) - start)]
            mixed[start : start + len(part)] += part
        return _write(mixed)


def read_samples(wav: bytes) -> Samples:
    """The samples of a telephone WAV, from -1 to 1; ValueError if it is another kind of sound."""
    with wave.open(io.BytesIO(wav)) as given:
        if (given.getframerate(), given.getnchannels(), given.getsampwidth()) != (RATE, 1, 2):
            raise ValueError("not an 8 kHz mono 16-bit WAV")
        return np.frombuffer(given.readframes(given.getnframes()), "<i2") / 32768


def tone(hertz: float, seconds: float) -> Samples:
    """A soft tone."""
    return SOFT * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def key_tone(key: str) -> Samples:
    """The tone of a key, softly."""
    row = next(place for place, keys in enumerate(PAD) if key in keys)
    return tone(ROWS[row], 0.1) + tone(COLUMNS[PAD[row].index(key)], 0.1)


def ringback(seconds: float) -> Samples:
    """The far phone rings."""
    samples = tone(RINGBACK, seconds)
    return samples * (np.arange(len(samples)) % (5 * RATE) < RATE)


def murmur(seconds: float) -> Samples:
    """Somebody speaks, without words."""
    time = np.arange(round(seconds * RATE)) / RATE
    voice = sum(np.sin(2 * np.pi * 140 * part * time) / part for part in (1, 3, 4, 7))
    return SOFT * voice * np.clip(np.sin(2 * np.pi * 2.1 * time) + 0.3, 0, 1)


BEGINS = {"dialing": "ringback", "connected": "talk", "record": "own voice"}
ENDS = {
    "connected": ("ringback",),
    "dialed": ("ringback",),
    "parted": ("talk",),
    "recorded": ("own voice",),
    "ended": ("ringback", "talk", "own voice"),
}
SOUNDS = {"ringback": ringback, "talk": murmur, "own voice": murmur}


def _write(samples: Samples) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return target.getvalue()


class Target:
    """The file a recording goes to: proved writable before the call, written whole or not at all."""

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder; name a file")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        self._path, self._temporary = path, Path(name)

    def write(self, wav: bytes) -> None:
        """The file, whole."""
        self._temporary.write_bytes(wav)
        self._temporary.chmod(0o644)
        self._temporary.replace(self._path)

    def discard(self) -> None:
        """Nothing is left behind."""
        self._temporary.unlink(missing_ok=True)
