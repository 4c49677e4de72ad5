"""Many recordings sent together: a line for each, and nothing that a hostile archive could do."""

import io
import zipfile
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.takes import Take
from tests.console.staging import ConsoleStage, Visitor, console_stage
from tests.console.voice import upload, voice

UPLOAD = "/staff/studio/en/upload"
WELCOME = "Welcome to Themba."  # as long as the stage's sounds are


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def recorder(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER)


def zip_of(files: dict[str, bytes], says: int = 0) -> bytes:
    """A ZIP, whose list tells of files of that many bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for each in archive.infolist():
            each.file_size = says or each.file_size
    return written.getvalue()


def takes(stage: ConsoleStage, prompt: str) -> tuple[Take, ...]:
    return stage.stage.parts.takes.of(prompt, "en")


def test_each_file_of_a_zip_becomes_a_draft_or_is_refused_by_its_name(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    data = zip_of(
        {
            "en/Welcome.wav": voice(WELCOME),
            "nothing.such.wav": voice(WELCOME),
            "main.overdose.wav": b"not a sound",
            "../../escape.wav": voice(WELCOME),
        }
    )

    page = recorder.post(UPLOAD, recordings=upload(data, "all.zip")).text

    assert ["draft"] == [take.state for take in takes(stage, "welcome")]
    assert () == takes(stage, "main.overdose")
    assert "no prompt has this name" in page
    assert "this is not sound we can read" in page
    assert "its name leads out of the ZIP" in page
    assert "Heard by callers: 0. Waiting for you: 1. Refused: 3." in page


def test_those_in_which_the_checks_find_nothing_can_be_heard_at_once(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    much = "This is much longer than anybody expects to hear in this place, and is not what it says."
    sent = [upload(voice(WELCOME), "welcome.wav"), upload(voice(much), "main.about.wav")]

    page = recorder.post(UPLOAD, recordings=sent, accept="yes").text

    assert ["live"] == [take.state for take in takes(stage, "welcome")]
    assert ["draft"] == [take.state for take in takes(stage, "main.about")]
    assert "/staff/studio/en/welcome" in page


def test_two_files_for_one_prompt_are_not_guessed_between(stage: ConsoleStage, recorder: Visitor) -> None:
    sent = [upload(voice(WELCOME), "welcome.wav"), upload(voice(WELCOME), "WELCOME.mp3")]

    page = recorder.post(UPLOAD, recordings=sent).text

    assert 1 == len(takes(stage, "welcome"))
    assert "welcome.wav is the same prompt" in page


def test_a_bomb_is_refused_before_it_is_unpacked(stage: ConsoleStage, recorder: Visitor) -> None:
    bomb = zip_of({f"welcome{nth}.wav": b"" for nth in range(18)}, says=60 << 20)

    page = recorder.post(UPLOAD, recordings=upload(bomb, "bomb.zip")).text

    assert "import it in parts" in page
    assert () == takes(stage, "welcome")


@pytest.mark.parametrize("name", ["broken.zip", "..\\..\\broken.ZIP", "/etc/broken.zip"])
def test_a_zip_that_is_none_is_refused_without_a_word_about_this_machine(
    recorder: Visitor, name: str
) -> None:
    page = recorder.post(UPLOAD, recordings=upload(b"PK nothing", name)).text

    assert "not a ZIP file" in page
    assert "upload." not in page


def test_a_name_is_shown_as_a_name(recorder: Visitor) -> None:
    page = recorder.post(UPLOAD, recordings=upload(b"x", "<script>alert(1)</script>.wav")).text

    assert "<script>alert" not in page
    assert "Refused: 1." in page


def test_nothing_chosen_is_said(recorder: Visitor) -> None:
    answer = recorder.post(UPLOAD, recordings=upload(b"", ""))

    assert 303 == answer.status_code
    assert "Choose a ZIP" in recorder.get(UPLOAD).text
