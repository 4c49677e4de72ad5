"""The sound that callers hear while they wait."""

import numpy as np

from ivr.sound.level import instantaneous_peaks
from ivr.sound.master import soft_master
from ivr.sound.samples import Samples, read_wav
from ivr.sound.target import TARGET
from ivr.sound.tones import find_tones
from ivr.speech.comfort import compose


def heard() -> Samples:
    return read_wav(soft_master(compose()).wav)


def test_it_lasts_ten_to_thirteen_seconds() -> None:
    assert 10 <= heard().seconds <= 13


def test_it_is_the_same_bytes_each_time() -> None:
    assert soft_master(compose()) == soft_master(compose())


def test_it_is_eight_to_ten_decibels_quieter_than_the_voice() -> None:
    assert 8 <= TARGET - soft_master(compose()).level <= 10


def test_it_begins_and_ends_in_silence_so_that_it_can_follow_itself() -> None:
    values = heard().values
    edges = np.concatenate([values[:8], values[-8:]])

    assert 0.001 > np.abs(edges).max()
    assert 0.01 > np.abs(values[-800:]).max()


def test_nothing_in_it_clicks() -> None:
    steps = np.abs(np.diff(heard().values))

    assert 0.1 > steps.max()
    assert 0.3 > instantaneous_peaks(heard().values).max()


def test_all_of_it_lies_where_telephones_carry_sound() -> None:
    sound = heard()
    power = np.abs(np.fft.rfft(sound.values)) ** 2
    pitch = np.fft.rfftfreq(len(sound.values), 1 / sound.rate)

    assert 0.999 < power[(pitch > 300) & (pitch < 3400)].sum() / power.sum()


def test_no_telephone_hears_a_key_in_it() -> None:
    assert () == find_tones(heard())
