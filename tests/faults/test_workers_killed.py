"""Web processes killed by SIGKILL in mid-load come back by themselves, and no caller hears an error."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.storage.engine import engine_for
from tests.faults.load import under_load
from tests.faults.serving import Helpline, serving, until
from tests.faults.stored import counted, promised

KILLS = 2


@pytest.fixture(params=[1, 2])
def helpline(request: pytest.FixtureRequest, tmp_path: Path, audio: Path) -> Iterator[Helpline]:
    with serving(tmp_path, audio, workers=request.param) as found:
        yield found


@pytest.fixture
def engine(helpline: Helpline) -> Iterator[Engine]:
    found = engine_for(helpline.settings.database_url)
    yield found
    found.dispose()


@pytest.mark.slow
def test_no_caller_hears_an_error_and_every_promise_is_there_once(helpline: Helpline, engine: Engine) -> None:
    before = len(helpline.workers())
    with under_load(helpline) as load:
        for _ in range(KILLS):
            os.kill(helpline.workers()[0], signal.SIGKILL)
            assert until(load.goes_on())
    back = until(lambda: len(helpline.workers()) == before)
    arrived = until(lambda: not helpline.waiting_promises(), 60)
    helpline.stop()

    assert [] == load.errors()
    assert (True, True) == (back, arrived)
    assert sorted(load.promised) == promised(engine)
    known, offered = counted(engine)
    assert 0 < offered <= known <= load.ended  # what a process noted in its last second goes with it
