"""Whatever is asked for, of whichever page, by whomever: never an error of ours, never an endless wait."""

import random
from pathlib import Path

import pytest

from ivr.storage.engine import engine_for, writing
from ivr.storage.schema import upgrade
from tests.app import stage as staging
from tests.attacks.probing import Prober
from tests.attacks.seeding import furnish
from tests.console.staging import console_stage

TIMES = 1_500  # of many more: see the benchmarks


@pytest.mark.timeout(400)
def test_no_request_breaks_anything_on_sqlite(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = console_stage(tmp_path, audio, database)
    prober = Prober(stage, random.Random(5), furnish(stage))

    assert [] == prober.probe(TIMES)


@pytest.mark.timeout(400)
def test_no_request_breaks_anything_on_postgresql(
    tmp_path: Path, audio: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_for(postgresql)
    with writing(engine) as connection:
        upgrade(connection)
    monkeypatch.setattr(staging, "engine_for", lambda _: engine)
    stage = console_stage(tmp_path, audio, None, environ={"DATABASE_URL": postgresql})
    prober = Prober(stage, random.Random(6), furnish(stage))

    try:
        assert [] == prober.probe(TIMES)
    finally:
        stage.engine.dispose()
        engine.dispose()
