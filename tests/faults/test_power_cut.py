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

from ivr.content.catalogue import Prompt
from ivr.flow.call_note import ENDED, CallWord
from ivr.journal.call_file import CallFile
from ivr.journal.calls import CallJournal
from ivr.journal.promise_files import waiting_in
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.journal.takes import TakeJournal
from ivr.settings import read_settings
from ivr.sound.intake import Origin
from ivr.sound.report import Examined, Master, Report
from ivr.sound.takes import open_takes
from ivr.storage.engine import engine_for, prepare
from tests.faults.power import Disk, recorded
from tests.faults.stored import promised

CUTS = 1000
PROMPT = Prompt("welcome", "zu", "Sawubona.", "", 5, 1)
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
    """Messages and call-backs kept while the database is away, and brought in twice on the way."""
    data = tmp_path / "data"
    data.mkdir()
    away, chance = engine_for(AWAY), Random(3)
    journal = PromiseJournal(away, data / "journal", SEALING)
    later = PromiseJournal(engine, data / "journal", SEALING)
    with recorded(data) as disk:
        story = Story(disk)
        for number in range(KEPT):
            if number % 2:
                journal.keep_callback(f"CA{number}", "+27823334444", "zu", "now", 1, AT)
            else:
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


def accept_takes(tmp_path: Path) -> Story:
    """Takes drawn up and accepted while the database is away."""
    data = tmp_path / "data"
    data.mkdir()
    away = engine_for(AWAY)
    with recorded(data) as disk:
        takes, story = open_takes(read_settings({"DATA_DIR": str(data)}), away, lambda: AT), Story(disk)
        for number in range(KEPT):
            sound = b"RIFF%d" % number
            examined = Examined(Report(2.0, 1.8, -20.0, ()), Master(sound, 2.0, -20.0, -3.0))
            origin = Origin("a.wav", "phone", "Thandi", AT, f"RE{number}")
            draft = takes.draft_of(PROMPT, sound, examined, origin).take
            assert draft
            story.acknowledged[f"draft {sound!r}"] = len(disk.events)
            if number % 2:
                takes.accept(draft.id, "Thandi", patience=5)
                story.acknowledged[f"accepted {sound!r}"] = len(disk.events)
    away.dispose()
    return story


def takes_in(folder: Path) -> set[str]:
    """The takes that are known there and whose sound is whole."""
    (journal,) = {path.parent for path in folder.rglob("*.json")} or {folder}
    kept = TakeJournal(journal)
    files = {path.name: path.read_bytes() for path in folder.rglob("*.wav")}
    drafts = {f"draft {files.get(each.file)!r}" for each in kept.unsent()}
    return drafts | {f"accepted {files.get(each.take.file)!r}" for each in kept.waiting()}


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


@pytest.mark.slow
def test_no_take_that_was_drawn_up_or_accepted_is_lost_by_a_thousand_power_cuts(tmp_path: Path) -> None:
    story = accept_takes(tmp_path)

    assert KEPT + KEPT // 2 == len(story.acknowledged)
    assert [] == lost(story, tmp_path, takes_in)


def test_no_note_of_a_call_that_was_written_is_lost_by_a_thousand_power_cuts(tmp_path: Path) -> None:
    story = note_calls(tmp_path)

    assert len(story.acknowledged) > 3 * KEPT
    assert [] == lost(story, tmp_path, noted_in)
