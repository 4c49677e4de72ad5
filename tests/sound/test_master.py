import io
import wave
from collections.abc import Callable

import numpy as np
import pytest

from ivr.sound.band import to_telephone_band
from ivr.sound.level import speech_activity, true_peak
from ivr.sound.master import master
from ivr.sound.samples import Samples, read_wav
from ivr.sound.trouble import SoundError

Wav = Callable[..., bytes]


def p56_sample_by_sample(values: np.ndarray, rate: int) -> float:
    """ITU-T P.56 method B as the Recommendation writes it, one sample at a time."""
    keep = np.exp(-1 / (rate * 0.03))
    hangover = int(0.2 * rate)
    thresholds = [2.0**-n for n in range(15, 0, -1)]
    counts, quiet = [0] * 15, [hangover] * 15
    p = q = 0.0
    for x in np.abs(values):
        p = keep * p + (1 - keep) * x
        q = keep * q + (1 - keep) * p
        for j, threshold in enumerate(thresholds):
            quiet[j] = 0 if q >= threshold else quiet[j] + 1
            counts[j] += quiet[j] <= hangover
    energy = float(np.sum(values**2))
    levels = [10 * np.log10(energy / count) for count in counts if count]
    margins = [level - 20 * np.log10(t) for level, t in zip(levels, thresholds, strict=False)]
    return float(np.interp(-15.9, [-m for m in margins], levels))


def peak_by_fourier(values: np.ndarray, times: int = 8) -> float:
    padded = np.pad(values, 4000)
    spectrum = np.fft.rfft(padded)
    fine = np.fft.irfft(spectrum, len(padded) * times) * times
    return float(20 * np.log10(np.abs(fine).max()))


def test_a_master_is_eight_kilohertz_mono_sixteen_bit(spoken: Samples, wav_of: Wav) -> None:
    made = master(wav_of(spoken.values))

    with wave.open(io.BytesIO(made.wav)) as out:
        assert (8000, 1, 2) == (out.getframerate(), out.getnchannels(), out.getsampwidth())
        assert pytest.approx(out.getnframes() / 8000) == made.seconds


@pytest.mark.parametrize("gain", [-20, -6, 0])
def test_speech_of_any_loudness_comes_out_at_minus_twenty(spoken: Samples, wav_of: Wav, gain: int) -> None:
    sound = read_wav(master(wav_of(spoken.values * 10 ** (gain / 20))).wav)

    assert pytest.approx(-20, abs=0.5) == p56_sample_by_sample(sound.values, 8000)
    assert peak_by_fourier(sound.values) <= -3.0


def test_the_peaks_of_spiky_speech_are_held_below_minus_three(spoken: Samples, wav_of: Wav) -> None:
    spiky = spoken.values * 0.1
    spiky[15000:140000:9000] = 0.9

    sound = read_wav(master(wav_of(spiky)).wav)

    assert peak_by_fourier(sound.values) <= -3.0


def test_a_tenth_before_and_a_quarter_after_speech_are_silent(spoken: Samples, wav_of: Wav) -> None:
    around = np.concatenate([np.zeros(30000), spoken.values, np.zeros(50000)])

    sound = read_wav(master(wav_of(around)).wav)
    loud = np.flatnonzero(np.abs(sound.values) > 10 ** (-45 / 20))

    assert pytest.approx(0.10, abs=0.03) == loud[0] / 8000
    assert pytest.approx(0.25, abs=0.05) == (len(sound.values) - loud[-1]) / 8000


def test_the_same_recording_gives_the_same_bytes(spoken: Samples, wav_of: Wav) -> None:
    data = wav_of(spoken.values)

    assert master(data).wav == master(data).wav


def test_a_whisper_far_away_is_refused(spoken: Samples, wav_of: Wav) -> None:
    with pytest.raises(SoundError, match="too quiet"):
        master(wav_of(spoken.values * 10 ** (-35 / 20)))


@pytest.mark.parametrize("hertz", [500, 1000, 2000, 3000])
def test_the_voice_passes_unchanged(hertz: float) -> None:
    assert pytest.approx(0, abs=0.3) == response(hertz)


@pytest.mark.parametrize(("hertz", "most"), [(50, -60), (200, -40), (3600, -40), (6000, -60)])
def test_hum_and_hiss_do_not_pass(hertz: float, most: float) -> None:
    assert response(hertz) < most


@pytest.mark.parametrize("hertz", [300, 3400])
def test_the_edges_of_the_band_lose_less_than_three_decibels(hertz: float) -> None:
    assert -3 < response(hertz) < 0.3


def response(hertz: float) -> float:
    tone = 0.1 * np.sin(2 * np.pi * hertz * np.arange(44100) / 22050)
    middle = to_telephone_band(Samples(tone, 22050)).values[4000:12000]
    return float(20 * np.log10(np.sqrt(np.mean(middle**2)) / (0.1 / np.sqrt(2))))


def test_a_steady_tone_has_its_own_level() -> None:
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(16000) / 8000)

    activity = speech_activity(Samples(tone, 8000))

    assert pytest.approx(-23.01, abs=0.15) == activity.level
    assert pytest.approx(1.0, abs=0.03) == activity.share


@pytest.mark.parametrize("pause", [0, 4000, 20000])
def test_the_level_is_that_of_the_recommendation_sample_by_sample(spoken: Samples, pause: int) -> None:
    first, second = np.array_split(to_telephone_band(spoken).values, 2)
    values = np.concatenate([first, np.zeros(pause), 0.1 * second])

    assert (
        pytest.approx(p56_sample_by_sample(values, 8000), abs=0.05)
        == speech_activity(Samples(values, 8000)).level
    )


def test_pauses_do_not_make_speech_quieter(spoken: Samples) -> None:
    short = to_telephone_band(spoken)
    paused = Samples(np.concatenate([np.zeros(40000), short.values, np.zeros(40000)]), 8000)

    assert pytest.approx(speech_activity(paused).level, abs=0.3) == speech_activity(short).level


def test_the_true_peak_lies_between_the_samples() -> None:
    """A sine at a quarter of the rate, sampled at 45 degrees, peaks 3.01 dB above every sample of it."""
    values = 0.5 * np.sin(np.pi / 2 * np.arange(800) + np.pi / 4)

    assert pytest.approx(-6.02, abs=0.2) == true_peak(Samples(values, 8000))
