"""What runs in the background of a web worker, and that it goes on."""

import logging
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ivr.app.parts import build
from ivr.jobs.publication import Publication
from tests.app.people import THANDI
from tests.app.stage import StoppedClock, make_stage, stage_settings


@dataclass
class Ticks:
    """An event that lets so many looks pass, and then says stop."""

    left: int

    def wait(self, seconds: float) -> bool:
        self.left -= 1
        return self.left < 0


@dataclass
class FailsOnce:
    """What callers hear, which at its first look cannot be made new."""

    publication: Publication
    looks: int = 0

    def refresh(self) -> None:
        self.looks += 1
        if self.looks == 1:
            raise OSError("the disk is gone")


def test_what_callers_hear_is_looked_after_although_a_look_has_failed(
    tmp_path: Path, audio: Path, caplog: pytest.LogCaptureFixture
) -> None:
    parts = make_stage(tmp_path, audio).parts
    failing: Any = FailsOnce(parts.publication)
    ticks: Any = Ticks(3)
    with caplog.at_level(logging.ERROR):
        replace(parts, publication=failing, stopping=ticks)._keep_published()

    assert 3 == failing.looks
    assert "could not be made new" in caplog.text


def test_a_worker_knows_its_roster_once_it_has_started_and_stops_when_told(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    parts = make_stage(tmp_path, audio, database, people=(THANDI,)).parts
    parts.start()
    try:
        known = [each.name for each in parts.snapshot.current().people]
    finally:
        parts.stop()

    assert ["Thandi"] == known
    assert parts.stopping.is_set()


def test_whatever_is_kept_is_kept_from_others_on_the_machine(tmp_path: Path, audio: Path) -> None:
    build(stage_settings(tmp_path, audio), StoppedClock())

    assert 0o700 == stat.S_IMODE((tmp_path / "data").stat().st_mode)
