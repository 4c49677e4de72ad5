from collections.abc import Callable

import numpy as np
import pytest

from ivr.sound.checks import clips
from ivr.sound.examining import examine_apart
from ivr.sound.samples import Samples
from ivr.sound.take import examine
from ivr.sound.trouble import SoundError

Wav = Callable[..., bytes]

EXPECTED = 5.8
LONGEST = 20.0


def found(data: bytes) -> list[tuple[str, bool]]:
    return [(each.check, each.rejects) for each in examine(data, EXPECTED, LONGEST).report.findings]


def key(low: float, high: float, seconds: float, rate: int = 22050) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return 0.2 * (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time))


def noise(spoken: Samples, below: float) -> np.ndarray:
    level = np.sqrt(np.mean(spoken.values**2)) * 10 ** (-below / 20)
    return np.random.default_rng(1).standard_normal(len(spoken.values)) * level


def test_good_speech_passes_without_a_word(spoken: Samples, wav_of: Wav) -> None:
    examined = examine(wav_of(spoken.values), EXPECTED, LONGEST)

    assert () == examined.report.findings
    assert examined.master is not None


def test_silence_is_refused(wav_of: Wav) -> None:
    assert [("silent", True)] == found(wav_of(np.zeros(44100)))


def test_noise_alone_is_refused(spoken: Samples, wav_of: Wav) -> None:
    assert ("noisy", True) in found(wav_of(noise(spoken, 0)))


def test_speech_hardly_above_the_noise_is_refused(spoken: Samples, wav_of: Wav) -> None:
    assert ("noisy", True) in found(wav_of(spoken.values + noise(spoken, 4)))


def test_some_noise_is_told(spoken: Samples, wav_of: Wav) -> None:
    assert [("noisy", False)] == found(wav_of(spoken.values + noise(spoken, 12)))


def test_speech_cut_at_the_rail_is_refused(spoken: Samples, wav_of: Wav) -> None:
    assert ("clipped", True) in found(wav_of(np.clip(spoken.values * 5, -1, 1)))


def test_a_loud_tone_that_is_not_cut_counts_no_clips() -> None:
    tone = 0.99 * np.sin(2 * np.pi * 1000 * np.arange(48000) / 48000)

    assert 0 == clips(Samples(tone, 48000))


def test_speech_from_far_away_is_refused_and_from_not_so_far_is_told(spoken: Samples, wav_of: Wav) -> None:
    assert [("quiet", True)] == found(wav_of(spoken.values * 10 ** (-30 / 20)))
    assert [("quiet", False)] == found(wav_of(spoken.values * 10 ** (-18 / 20)))


def test_a_quarter_of_the_words_is_refused(spoken: Samples, wav_of: Wav) -> None:
    assert ("short", True) in found(wav_of(spoken.values[: len(spoken.values) // 5]))


def test_three_times_the_words_is_told(spoken: Samples, wav_of: Wav) -> None:
    assert [("long", False)] == found(wav_of(np.tile(spoken.values, 3)))


def test_the_key_that_ends_a_recording_is_cut_away(spoken: Samples, wav_of: Wav) -> None:
    plain = examine(wav_of(spoken.values), EXPECTED, LONGEST)
    ended = examine(
        wav_of(np.concatenate([spoken.values, np.zeros(3000), key(941, 1477, 0.15)])), EXPECTED, LONGEST
    )

    assert () == ended.report.findings
    assert pytest.approx(ended.master.seconds, abs=0.05) == plain.master.seconds


def test_a_key_within_speech_is_told_by_its_name(spoken: Samples, wav_of: Wav) -> None:
    pressed = spoken.values.copy()
    pressed[60000 : 60000 + len(key(697, 1209, 0.1))] = key(697, 1209, 0.1)

    report = examine(wav_of(pressed), EXPECTED, LONGEST).report

    assert [("keys", False)] == [(each.check, each.rejects) for each in report.findings]
    assert "1 at 2.7 s" in report.findings[0].text


def test_a_recording_is_examined_in_a_process_of_its_own(spoken: Samples, wav_of: Wav) -> None:
    data = wav_of(spoken.values)

    assert examine(data, EXPECTED, LONGEST) == examine_apart(data, EXPECTED, LONGEST)


def test_a_file_that_is_no_sound_is_refused_in_words_by_that_process() -> None:
    with pytest.raises(SoundError, match="not sound we can read"):
        examine_apart(b"no sound " * 200, EXPECTED, LONGEST)


def chord(seconds: float, level: float = 0.1) -> np.ndarray:
    time = np.arange(int(seconds * 22050)) / 22050
    return level * sum(np.sin(2 * np.pi * pitch * time) for pitch in (440.0, 550.0, 660.0))


def test_music_is_not_judged_as_speech_where_no_words_are_expected(wav_of: Wav) -> None:
    examined = examine(wav_of(chord(9)), 0, 15)

    assert () == examined.report.findings
    assert examined.master is not None
    assert pytest.approx(9, abs=0.1) == examined.master.seconds
    assert pytest.approx(-29, abs=0.5) == examined.master.level


def test_music_that_is_too_long_is_told_and_music_too_quiet_refused(wav_of: Wav) -> None:
    assert ["long"] == [each.check for each in examine(wav_of(chord(20)), 0, 15).report.findings]
    assert not examine(wav_of(chord(9, 0.0008)), 0, 15).report.accepted
