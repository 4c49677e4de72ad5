import numpy as np
import pytest

from ivr.sound.peaks import peaks
from ivr.sound.samples import Samples, write_wav
from ivr.sound.trouble import SoundError


def test_each_stretch_shows_its_own_highest_point() -> None:
    values = np.array([0.0, 0.5, -0.25, 0.1, 0.0, -1.0, 0.3, 0.2])

    assert (50, 25, 100, 30) == peaks(write_wav(Samples(values, 8000)), 4)


def test_a_sound_shorter_than_its_picture_has_empty_stretches_and_no_error() -> None:
    assert 4 == len(peaks(write_wav(Samples(np.array([0.5]), 8000)), 4))
    assert (0, 0) == peaks(write_wav(Samples(np.zeros(0), 8000)), 2)


def test_what_is_no_wav_is_refused() -> None:
    with pytest.raises(SoundError, match="not a WAV file"):
        peaks(b"something else", 4)
