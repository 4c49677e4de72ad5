import zipfile
from pathlib import Path

import pytest

from ivr.cli.audio_import import run_import
from ivr.cli.audio_status import read
from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline
from ivr.settings import Settings, read_settings
from ivr.speech.espeak import speak
from ivr.storage.engine import open_storage, reading
from ivr.storage.takes import live_takes

WORDS = {
    "overdose.signs": "Somebody who does not wake up needs help at once.",
    "welcome": "You are not alone.",
}


@pytest.fixture
def content() -> Content:
    prompts = {name: Prompt(name, "zu", text, "", 10, n) for n, (name, text) in enumerate(WORDS.items(), 1)}
    languages = {"zu": Language("zu", "isiZulu")}
    return Content(Helpline("Themba", ("zu",), "main", "overdose", {}, {}), languages, {"zu": prompts})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"DATA_DIR": str(tmp_path / "data"), "AUDIO_DIR": str(tmp_path / "audio")})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Recordings of both prompts, named as people name files."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "Overdose.Signs.WAV").write_bytes(speak(WORDS["overdose.signs"], "en", 140))
    (folder / "welcome.wav").write_bytes(speak(WORDS["welcome"], "en", 140))
    return folder


def test_recordings_named_by_prompt_become_what_callers_hear(
    content: Content, settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_import(content, settings, "zu", folder)

    assert "2 of 2 recordings are live" in capsys.readouterr().out
    status = read(content, settings)[0]
    assert ("zu", 2, 0, 0) == (status.language, status.live, status.stale, status.missing)
    assert 4 == len(list((settings.data_dir / "takes" / "zu").iterdir()))


def test_a_zip_is_imported_as_a_folder_is(
    content: Content, settings: Settings, folder: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "takes.zip", "w") as out:
        for path in folder.iterdir():
            out.write(path, f"from the studio/{path.name}")

    run_import(content, settings, "zu", tmp_path / "takes.zip")

    assert 2 == read(content, settings)[0].live


def test_good_recordings_are_kept_and_bad_ones_reported(
    content: Content, settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "welcome.wav").write_bytes(b"no sound" * 100)
    (folder / "unknown.wav").write_bytes(b"")

    with pytest.raises(SystemExit, match="1"):
        run_import(content, settings, "zu", folder)

    said = capsys.readouterr().out
    assert "unknown.wav         refused  no prompt has this name" in said
    assert "welcome.wav         refused  this is not sound we can read" in said
    assert "Overdose.Signs.WAV  live" in said
    assert (1, 1) == (read(content, settings)[0].live, read(content, settings)[0].missing)


def test_two_recordings_of_one_prompt_are_one_too_many(
    content: Content, settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "welcome.mp3").write_bytes(b"")

    with pytest.raises(SystemExit, match="1"):
        run_import(content, settings, "zu", folder)

    assert "is the same prompt; keep one of them" in capsys.readouterr().out


def test_a_file_that_is_no_zip_changes_nothing(
    content: Content, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "takes.zip").write_bytes(b"no zip")

    with pytest.raises(SystemExit, match="1"):
        run_import(content, settings, "zu", tmp_path / "takes.zip")

    assert "not a ZIP file" in capsys.readouterr().err
    assert 0 == read(content, settings)[0].live


def test_one_file_is_imported_by_itself(
    content: Content, settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_import(content, settings, "zu", folder / "welcome.wav")

    assert "1 of 1 recordings are live" in capsys.readouterr().out
    assert 1 == read(content, settings)[0].live


def test_a_folder_without_recordings_is_named(
    content: Content, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(SystemExit, match="1"):
        run_import(content, settings, "zu", tmp_path / "empty")

    assert f"{tmp_path / 'empty'}: there are no recordings in it" in capsys.readouterr().err


def test_what_cannot_be_kept_is_refused_with_the_reason(
    content: Content, settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "takes").write_text("a file in the way")

    with pytest.raises(SystemExit, match="1"):
        run_import(content, settings, "zu", folder)

    assert "welcome.wav         refused  it cannot be kept: " in capsys.readouterr().out


def test_a_user_without_a_name_imports_too(
    content: Content, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 3_999_999)

    run_import(content, settings, "zu", folder)

    with reading(open_storage(settings)) as connection:
        assert {"user 3999999"} == {take.made_by for take in live_takes(connection)}
