import time

import pytest

from ivr.sound.decode import decode
from ivr.sound.samples import read_wav
from ivr.speech.engine import SpeechError
from ivr.speech.espeak import speak
from ivr.speech.generated import speak_wav


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("en", "You are not alone."),
        ("af+f3", "Jy is nie alleen nie."),
        ("sw", "Hauko peke yako."),
        ("am", "ብቻህን አይደለህም"),
    ],
)
def test_words_become_sound(voice: str, text: str) -> None:
    assert 0.5 < decode(speak(text, voice, 150)).seconds < 4


@pytest.mark.parametrize("voice", ["en", "en+f3"])
def test_the_same_words_become_the_same_bytes_whatever_was_said_between(voice: str) -> None:
    first = speak("You are not alone.", voice, 150)
    speak("Press 0.", "sw", 170)
    time.sleep(1.1)  # what differs by the clock differs by its seconds

    assert first == speak("You are not alone.", voice, 150)


def test_fewer_words_a_minute_take_longer() -> None:
    slow, fast = (
        decode(speak("Press 0 to speak to a counsellor.", "en", speed)).seconds for speed in (110, 220)
    )

    assert slow > 1.5 * fast


def test_an_unknown_voice_is_named() -> None:
    with pytest.raises(SpeechError, match="'zu'"):
        speak("Sawubona.", "zu", 150)


@pytest.mark.parametrize("text", ["", "...", " ?! "])
def test_words_without_a_word_are_refused(text: str) -> None:
    with pytest.raises(SpeechError, match="nothing to speak"):
        speak(text, "en", 150)


def test_a_generated_voice_is_telephone_sound() -> None:
    sound = read_wav(speak_wav("You are not alone.", "en"))

    assert 8000 == sound.rate
    assert 0.5 < sound.seconds < 3


def test_a_generated_voice_says_what_it_cannot_say() -> None:
    with pytest.raises(SpeechError, match="no voice 'xx'"):
        speak_wav("Hello.", "xx")
