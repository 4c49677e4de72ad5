import numpy as np

from ivr.sound.peaks import peaks
from ivr.sound.samples import Samples


def test_each_stretch_shows_its_own_highest_point() -> None:
    values = np.array([0.0, 0.5, -0.25, 0.1, 0.0, -1.0, 0.3, 0.2])

    assert (50, 25, 100, 30) == peaks(Samples(values, 8000), 4)


def test_a_sound_shorter_than_its_picture_has_empty_stretches_and_no_error() -> None:
    assert 4 == len(peaks(Samples(np.array([0.5]), 8000), 4))
    assert (0, 0) == peaks(Samples(np.zeros(0), 8000), 2)
