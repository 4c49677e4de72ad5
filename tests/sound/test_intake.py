from collections.abc import Callable
from dataclasses import replace

import pytest

from ivr.content.catalogue import Prompt
from ivr.sound.intake import examine_for, expected_seconds
from ivr.sound.manifest import Entry
from ivr.sound.samples import Samples

PROMPT = Prompt(
    "overdose.signs",
    "en",
    "You are not alone. Press 1 to speak to a counsellor now. Press 2 for signs of an overdose.",
    "",
    15,
    7,
    (("key", "1"),),
)


def test_the_length_expected_is_that_of_built_speech_for_the_same_words() -> None:
    entry = Entry("a" * 64, PROMPT.words, "espeak", 6.35, -20, -3.3)

    assert pytest.approx(6.0) == expected_seconds(PROMPT, entry)
    assert pytest.approx(len(PROMPT.text) / 13.6) == expected_seconds(PROMPT, replace(entry, words="other"))


def test_ethiopic_letters_take_longer_than_latin_ones() -> None:
    amharic = replace(PROMPT, language="am", text="ሰላም እንደምን አለህ ዛሬ")

    assert expected_seconds(amharic) > expected_seconds(replace(amharic, text="a" * len(amharic.text)))


def test_what_is_said_freely_because_no_words_are_written_has_no_wrong_length(
    spoken: Samples, wav_of: Callable[..., bytes]
) -> None:
    freely = replace(PROMPT, text="")

    assert () == examine_for(freely, wav_of(spoken.values)).report.findings
    assert () == examine_for(freely, wav_of(spoken.values[: spoken.rate])).report.findings
    (long,) = examine_for(replace(freely, seconds=3), wav_of(spoken.values)).report.findings
    assert ("long", False) == (long.check, long.rejects)
