from pathlib import Path

import pytest

from ivr.cli.audio_build import run_build
from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline

LANGUAGES = {
    "tn": Language("tn", "Setswana", engines=("espeak",), espeak_voice="tn"),
    "zu": Language("zu", "isiZulu", "tn"),
    "ha": Language("ha", "Hausa", "tn", engines=("gtts",), gtts_code="ha"),
}


def content_with(menu: str) -> Content:
    prompts = {
        "tn": {"menu": Prompt("menu", "tn", menu, "", 10, 1)},
        "zu": {"menu": Prompt("menu", "zu", "Cindezela u-0.", "", 10, 1)},
    }
    return Content(Helpline("Themba", tuple(LANGUAGES), "main", "overdose", {}, {}), LANGUAGES, prompts)


def build(content: Content, audio_dir: Path, voice: str | None = None, prune: bool = False) -> None:
    run_build(content, audio_dir, ("tn", "zu"), voice, False, 1, prune)


def test_a_build_says_what_it_did_and_the_next_that_nothing_was_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(content_with("Tobetsa 0."), tmp_path)
    build(content_with("Tobetsa 0."), tmp_path)

    said = capsys.readouterr().out
    assert "tn: 1 prompts spoken by espeak" in said
    assert "Built 1 of 1 prompts" in said
    assert "Everything is built: 1 prompts" in said


def test_a_language_for_recordings_only_is_named_and_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(content_with("Tobetsa 0."), tmp_path)

    assert "zu (isiZulu): recordings only, no engine speaks it" in capsys.readouterr().out


def test_stale_files_are_counted_and_go_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(content_with("Tobetsa 0."), tmp_path)
    build(content_with("Tobetsa 0 gore o bue."), tmp_path)

    assert "1 files (0.0 MB) are stale; ivr audio build --prune removes them" in capsys.readouterr().out
    assert 2 == len(list((tmp_path / "tn").glob("*.wav")))
    build(content_with("Tobetsa 0 gore o bue."), tmp_path, prune=True)
    assert 1 == len(list((tmp_path / "tn").glob("*.wav")))


def test_words_that_cannot_be_spoken_are_named_and_end_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="1"):
        build(content_with("…"), tmp_path)

    assert "tn menu: not built: there is nothing to speak" in capsys.readouterr().err


def test_an_engine_that_does_not_speak_the_language_leaves_it_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(content_with("Tobetsa 0."), tmp_path, voice="gtts")

    assert "tn (Setswana): gtts does not speak it; left as it is" in capsys.readouterr().out
    assert not (tmp_path / "tn").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "audio").write_text("a file")

    with pytest.raises(SystemExit, match="1"):
        build(content_with("Tobetsa 0."), tmp_path / "audio")

    assert "AUDIO_DIR" in capsys.readouterr().err
