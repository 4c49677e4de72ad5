from dataclasses import replace

import pytest

from ivr.content.catalogue import Prompt
from ivr.sound.intake import expected_seconds
from ivr.sound.manifest import Entry

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
