"""What was recorded by phone becomes one draft, whenever the process that makes it is killed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.content.catalogue import Prompt
from ivr.jobs.studio_recordings import LEASE, StudioRecordings, prompt_to
from ivr.settings import read_settings
from ivr.sound.takes import Takes, open_takes
from ivr.storage.engine import engine_for, migrate
from ivr.storage.studio_recordings import DRAFTED, StudioRecording
from tests.console.voice import voice

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = "Welcome to the helpline. Your call is confidential."
PROMPT = Prompt("welcome", "en", WORDS, "", 15, 7, ())
RECORDING = StudioRecording("RE" + "1" * 32, 7, "Nomsa", "en", prompt_to(PROMPT), NOON)


class KilledError(BaseException):
    """The process is gone."""


class Clock:
    """Stands still; `kills` is how many looks it takes until the process is killed."""

    def __init__(self) -> None:
        self.at, self.kills = NOON, 0

    def __call__(self) -> datetime:
        self.kills -= 1
        if self.kills == 0:
            raise KilledError
        return self.at


class Network:
    """Has the recording."""

    def fetch(self, recording: str) -> bytes:
        return voice(WORDS)

    def delete(self, recording: str) -> None:
        raise AssertionError(recording)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    return engine


@pytest.fixture
def takes(engine: Engine, tmp_path: Path) -> Takes:
    return open_takes(read_settings({"DATA_DIR": str(tmp_path)}), engine, lambda: NOON)


def test_killed_between_the_draft_and_its_settling_it_is_one_draft_with_one_pair_of_files(
    engine: Engine, takes: Takes, tmp_path: Path
) -> None:
    clock = Clock()
    work = StudioRecordings(engine, Network(), takes, lambda *_: None, tmp_path / "phone", clock, ())
    work.keep(RECORDING)
    clock.kills = 2
    with pytest.raises(KilledError):
        work.work()
    (draft,) = takes.of("welcome", "en")
    clock.at += LEASE + timedelta(seconds=1)
    work.work()
    found = work.find(RECORDING.id)
    files = [each for each in (tmp_path / "takes" / "en").iterdir() if each.is_file()]

    assert (draft,) == takes.of("welcome", "en")
    assert found
    assert (DRAFTED, draft.id) == (found.state, found.take_id)
    assert 2 == len(files)
