import numpy as np
import pytest

from ivr.sound.band import to_telephone_band
from ivr.sound.samples import Samples
from ivr.sound.tones import find_tones

# ITU-T Q.23
KEYS = {
    "1": (697, 1209),
    "5": (770, 1336),
    "9": (852, 1477),
    "*": (941, 1209),
    "0": (941, 1336),
    "#": (941, 1477),
}


def tone(key: str, seconds: float, amplitude: float) -> np.ndarray:
    time = np.arange(int(seconds * 8000)) / 8000
    return amplitude * sum(np.sin(2 * np.pi * hertz * time) for hertz in KEYS[key])


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("amplitude", [0.3, 0.03])
def test_every_key_of_eighty_milliseconds_is_heard(key: str, amplitude: float) -> None:
    sound = np.concatenate([np.zeros(1203), tone(key, 0.08, amplitude), np.zeros(2000)])

    heard = find_tones(Samples(sound, 8000))

    assert [key] == [each.key for each in heard]
    assert pytest.approx(0.15, abs=0.03) == heard[0].begin


def test_two_presses_of_one_key_are_two() -> None:
    sound = np.concatenate([tone("5", 0.1, 0.2), np.zeros(800), tone("5", 0.1, 0.2)])

    assert ["5", "5"] == [each.key for each in find_tones(Samples(sound, 8000))]


def test_speech_is_no_key(spoken: Samples) -> None:
    assert () == find_tones(to_telephone_band(spoken))


def test_nothing_has_no_keys() -> None:
    assert () == find_tones(Samples(np.zeros(0), 8000))
