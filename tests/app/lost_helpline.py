"""A helpline that has much to lose, for the tests of backups."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.sound.intake import Origin
from ivr.sound.report import Examined, Master, Report
from ivr.storage.engine import engine_for
from tests.app.people import NOON, THANDI
from tests.app.stage import Stage, make_stage, recording
from tests.calls.harness import silence_wav

MESSAGE, TAKE = silence_wav(1), silence_wav(0.02)


class Provider:
    """Has the one recording until it is deleted there."""

    def fetch(self, name: str) -> bytes:
        return MESSAGE

    def delete(self, name: str) -> None:
        """Nothing else lies here."""


@pytest.fixture
def lost(tmp_path: Path, audio: Path, database: Path) -> Stage:
    """A helpline with Thandi on duty, a message that was fetched, another on disk, and an accepted take."""
    stage = make_stage(tmp_path / "lost", audio, database, people=(THANDI,), network=Provider(), queue=False)
    leave_message(stage)
    stage.background()
    accept_take(stage)
    stage.background()
    stage.parts.journal._engine = engine_for("postgresql://ivr@127.0.0.1:1/ivr")  # away: it goes to disk
    leave_message(stage, number=2, CallSid="CA" + "2" * 32)
    return stage


def leave_message(stage: Stage, number: int = 1, **call: str) -> ET.Element:
    spoken = {"RecordingSid": recording(number), "RecordingDuration": "12", "Digits": "#", **call}
    return stage.document("/voice/af/r/v.tl", **spoken)


def accept_take(stage: Stage) -> None:
    words = stage.parts.publication.current().content.prompt("en", "welcome")
    assert words
    examined = Examined(Report(1.0, 0.8, -20.0, ()), Master(TAKE, 1.0, -20.0, -3.0))
    take = stage.parts.takes.draft_of(words, TAKE, examined, Origin("t.wav", "browser", "Thandi", NOON)).take
    assert take
    stage.parts.takes.accept(take.id, "Thandi")
