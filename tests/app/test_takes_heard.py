"""What staff accept is what callers hear from their next prompt on, on every path to the caller."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.sound.intake import Origin
from ivr.sound.report import Examined, Master, Report
from ivr.storage.takes import Take
from tests.app.people import NOON
from tests.app.stage import Stage, action, make_stage
from tests.calls.harness import silence_wav

Recorded = Callable[[str, bytes], Take]


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database)


def record(stage: Stage, prompt: str, sound: bytes, language: str = "en") -> Take:
    """A draft of a recording that was found good."""
    words = stage.parts.publication.current().content.prompt(language, prompt)
    examined = Examined(Report(1.0, 0.8, -20.0, ()), Master(sound, 1.0, -20.0, -3.0))
    origin = Origin("take.wav", "browser", "Thandi", NOON)
    assert words
    take = stage.parts.takes.draft_of(words, sound, examined, origin).take
    assert take
    return take


def plays(stage: Stage, url: str, **fields: str) -> list[str]:
    """The addresses of what a caller is given next."""
    return [each.text or "" for each in stage.document(url, **fields).iter("Play")]


def test_a_caller_in_the_middle_of_a_call_hears_the_accepted_take_in_the_next_prompt(stage: Stage) -> None:
    sound = silence_wav(0.02)
    asked = stage.document("/voice")
    take = record(stage, "welcome", sound)

    assert not any(take.file in each for each in plays(stage, action(asked), Digits="1"))

    stage.parts.takes.accept(take.id, "Thandi")
    stage.background()
    heard = plays(stage, action(asked), Digits="1")

    assert f"https://helpline.example/audio/en/{take.file}" in heard
    assert (200, sound) == stage.get(f"https://helpline.example/audio/en/{take.file}")[:2]


def test_a_draft_is_not_even_served(stage: Stage) -> None:
    take = record(stage, "welcome", silence_wav(0.02))
    stage.background()

    assert not any(take.file in each for each in plays(stage, "/voice"))
    assert not any(take.original in each for each in plays(stage, "/voice"))


def test_going_back_and_withdrawing_are_heard_from_the_next_prompt_too(stage: Stage) -> None:
    asked = action(stage.document("/voice"))
    first, second = (record(stage, "welcome", silence_wav(length)) for length in (0.02, 0.03))
    for each in (first, second):
        stage.parts.takes.accept(each.id, "Thandi")
    stage.background()

    assert any(second.file in each for each in plays(stage, asked, Digits="1"))

    stage.parts.takes.back("welcome", "en", "Thandi")
    stage.background()

    assert any(first.file in each for each in plays(stage, asked, Digits="1"))

    stage.parts.takes.withdraw("welcome", "en", "Thandi")
    stage.background()
    heard = plays(stage, asked, Digits="1")

    assert not any(take.file in each for take in (first, second) for each in heard)
    assert heard


def test_a_live_take_whose_file_has_gone_from_the_disk_is_not_given_to_callers(
    stage: Stage, tmp_path: Path
) -> None:
    asked = action(stage.document("/voice"))
    take = record(stage, "welcome", silence_wav(0.02))
    stage.parts.takes.accept(take.id, "Thandi")
    (tmp_path / "data" / "takes" / "en" / take.file).unlink()
    stage.background()
    heard = plays(stage, asked, Digits="1")

    assert heard
    assert not any(take.file in each for each in heard)
