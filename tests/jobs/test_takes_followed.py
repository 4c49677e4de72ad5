"""What staff accepted while storage was away is brought in by itself, by every process."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine

from ivr.content.catalogue import Prompt
from ivr.jobs.queue import Tasks
from ivr.jobs.queue_wakes import Wakes
from ivr.jobs.takes import following
from ivr.settings import read_settings
from ivr.sound.intake import Origin
from ivr.sound.report import Examined, Master, Report
from ivr.sound.takes import Takes, open_takes
from ivr.storage.engine import engine_for, prepare, reading
from ivr.storage.takes import live_takes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROMPT = Prompt("welcome", "zu", "Sawubona.", "", 5, 1)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def takes(engine: Engine, tmp_path: Path) -> Takes:
    return open_takes(read_settings({"DATA_DIR": str(tmp_path)}), engine, lambda: NOON)


def heard(engine: Engine) -> int:
    with reading(engine) as connection:
        return len(live_takes(connection))


def test_a_take_accepted_while_storage_was_away_follows_without_anybodys_doing(
    engine: Engine, takes: Takes, tmp_path: Path
) -> None:
    examined = Examined(Report(2.0, 1.8, -20.0, ()), Master(b"RIFF", 2.0, -20.0, -3.0))
    draft = takes.draft_of(PROMPT, b"one", examined, Origin("a.wav", "phone", "Thandi", NOON)).take
    (tmp_path / "helpline.db").rename(tmp_path / "away.db")
    assert draft
    assert not takes.accept(draft.id, "Thandi").live
    tasks = Tasks(Wakes(f"sqlite:///{tmp_path}/helpline.db", tmp_path))
    for each in following(takes):
        tasks.add(each)
    tasks.start(worker=False)
    try:
        (tmp_path / "away.db").rename(tmp_path / "helpline.db")
        end = monotonic() + 10
        while monotonic() < end and not heard(engine):
            sleep(0.05)

        assert 1 == heard(engine)
    finally:
        tasks.stop()
