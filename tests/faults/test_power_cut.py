"""What was acknowledged is on disk when the power fails, at whatever moment that is, and whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import rmtree
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from ivr.flow.call_note import ENDED, CallWord
from ivr.journal.call_file import CallFile
from ivr.journal.calls import CallJournal
from ivr.journal.promises import PromiseJournal, waiting_in
from ivr.journal.sealing import Sealing
from ivr.storage.engine import engine_for, prepare
from tests.faults.power import Disk, recorded
from tests.faults.stored import promised

CUTS = 1000
KEPT = 25
AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
SEALING = Sealing(b"a secret of the test")
AWAY = "postgresql://ivr@127.0.0.1:1/ivr"


@dataclass
class Story:
    """What was written, and by which event each was acknowledged, or taken over by the database."""

    disk: Disk
    acknowledged: dict[str, int] = field(default_factory=dict)
    taken_over: dict[str, int] = field(default_factory=dict)

    def owed(self, cut: int) -> set[str]:
        """What must be on disk if the power fails then."""
        held = {name for name, at in self.acknowledged.items() if at <= cut}
        return held - {name for name, at in self.taken_over.items() if at <= cut}


def lost(story: Story, tmp_path: Path, read: Callable[[Path], set[str]]) -> list[tuple[int, set[str]]]:
    """The cuts after which something is not found, and what."""
    chance = Random(5)
    found = []
    for number in range(CUTS):
        cut = chance.randint(0, len(story.disk.events))
        left = tmp_path / f"after-{number}"
        story.disk.left(cut, chance, left)
        if missing := story.owed(cut) - read(left):
            found.append((cut, missing))
        rmtree(left)
    return found


def keep_promises(tmp_path: Path, engine: Engine) -> Story:
    """Messages kept while the database is away, and brought in twice on the way."""
    data = tmp_path / "data"
    data.mkdir()
    away, chance = engine_for(AWAY), Random(3)
    journal = PromiseJournal(away, data / "journal", SEALING)
    later = PromiseJournal(engine, data / "journal", SEALING)
    with recorded(data) as disk:
        story = Story(disk)
        for number in range(KEPT):
            journal.keep_message(f"CA{number}", f"RE{number}", 12, "zu", 1, AT)
            story.acknowledged[f"CA{number}"] = len(disk.events)
            if chance.random() < 0.2:
                begun = len(disk.events)
                later.drain()
                story.taken_over = {**dict.fromkeys(promised(engine), begun), **story.taken_over}
    away.dispose()
    return story


def note_calls(tmp_path: Path) -> Story:
    """Notes of calls written a few at a time; acknowledged is what has been written."""
    data = tmp_path / "data"
    data.mkdir()
    away = engine_for(AWAY)
    journal = CallJournal(away, data / "journal" / "calls", ZoneInfo("UTC"))
    with recorded(data) as disk:
        story = Story(disk)
        for number in range(4 * KEPT):
            journal.note(CallWord(f"CA{number}", ENDED, AT + timedelta(seconds=number)))
            if number % 3 == 0:
                journal.write()
                story.acknowledged.update(
                    {
                        f"CA{each}": len(disk.events)
                        for each in range(number + 1)
                        if f"CA{each}" not in story.acknowledged
                    }
                )
    return story


def noted_in(folder: Path) -> set[str]:
    found = set()
    while file := CallFile.of_the_dead(folder / "journal" / "calls"):
        found |= {line.split(b"\t")[0].decode() for line in file.first(10_000)}
        file.close(remove=True)
    return found


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(found)
    return found


def test_no_promise_is_lost_by_a_thousand_power_cuts(tmp_path: Path, engine: Engine) -> None:
    story = keep_promises(tmp_path, engine)

    assert KEPT == len(story.acknowledged)
    assert 0 < len(story.taken_over) < KEPT
    assert [] == lost(story, tmp_path, lambda left: {each.call for each in waiting_in(left / "journal")})
    engine.dispose()


def test_no_note_of_a_call_that_was_written_is_lost_by_a_thousand_power_cuts(tmp_path: Path) -> None:
    story = note_calls(tmp_path)

    assert len(story.acknowledged) > 3 * KEPT
    assert [] == lost(story, tmp_path, noted_in)
