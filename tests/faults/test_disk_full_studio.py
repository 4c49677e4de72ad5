"""A prompt spoken while no disk takes it: the recorder hears that it is not kept, and can speak it again."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.storage.engine import writing
from ivr.storage.studio_recordings import due_recordings
from tests.app.people import THANDI
from tests.app.stage import Stage, action, make_stage, recording
from tests.app.test_studio_line import STUDIO_NUMBER, at_tone, number, told

__all__ = ["number"]


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    prompts = tmp_path / "prompts"
    shutil.copytree(audio.parent / "prompts", prompts)
    file = prompts / "helpline.toml"
    written = file.read_text("utf-8").replace('studio_number = ""', f'studio_number = "{STUDIO_NUMBER}"')
    file.write_text(written, "utf-8")
    return make_stage(tmp_path, audio, database, people=(THANDI,), environ={"PROMPTS_DIR": str(prompts)})


@contextmanager
def full() -> Iterator[None]:
    """No file takes another byte of this process."""
    before = resource.prlimit(0, resource.RLIMIT_FSIZE)
    resource.prlimit(0, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(0, resource.RLIMIT_FSIZE, before)


def test_the_recorder_is_told_so_and_what_is_spoken_again_is_kept(stage: Stage, number: str) -> None:
    tone = at_tone(stage, number)
    spoken = {"RecordingDuration": "3", "Digits": "#"}
    with full():
        heard = stage.heard(told(stage, action(tone), RecordingSid=recording(1), **spoken))
    again = told(stage, action(tone), RecordingSid=recording(2), **spoken)
    stage.background()
    with writing(stage.parts.engine) as connection:
        due = [each.id for each in due_recordings(connection, stage.clock())]

    assert ["line.lost", "rec.prompt"] == heard[:2]
    assert ["rec.moment"] == stage.heard(again)
    assert [recording(2)] == due
