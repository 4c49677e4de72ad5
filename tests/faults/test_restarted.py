"""A reload, another version's tables, and a stop and start, all of them while callers call."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from ivr.storage.engine import engine_for, writing
from tests.faults.load import under_load
from tests.faults.serving import Helpline, serving, until
from tests.faults.stored import bring_in, counted, promised


@pytest.fixture
def helpline(tmp_path: Path, audio: Path) -> Iterator[Helpline]:
    with serving(tmp_path, audio) as found:
        yield found


@pytest.fixture
def engine(helpline: Helpline) -> Iterator[Engine]:
    found = engine_for(helpline.settings.database_url)
    yield found
    found.dispose()


@pytest.mark.slow
def test_a_restart_by_a_hang_up_signal_costs_no_call_and_no_figure(
    helpline: Helpline, engine: Engine
) -> None:
    old = helpline.workers()
    with under_load(helpline) as load:
        assert until(load.goes_on())
        helpline.process.send_signal(signal.SIGHUP)
        assert until(lambda: helpline.workers() and not set(old) & set(helpline.workers()))
        assert until(load.goes_on())
    arrived = until(lambda: not helpline.waiting_promises(), 60)
    helpline.stop()
    bring_in(engine, helpline.settings.data_dir / "journal" / "calls")

    assert arrived
    assert ([], 0) == (load.errors(), load.retried())
    assert sorted(load.promised) == promised(engine)
    assert (load.ended, load.ended) == counted(engine)


@pytest.mark.slow
def test_old_processes_serve_on_while_the_tables_of_a_newer_version_come(
    helpline: Helpline, engine: Engine
) -> None:
    with under_load(helpline) as load:
        assert until(load.goes_on())
        with writing(engine) as connection:
            connection.execute(text("CREATE TABLE of_a_newer_version (id INTEGER)"))
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert until(load.goes_on())
        os.kill(helpline.workers()[0], signal.SIGKILL)
        assert until(load.goes_on())
        served = until(lambda: helpline.ready() and "storage is away" not in helpline.remarks())
    arrived = until(lambda: not helpline.waiting_promises(), 60)
    helpline.stop()

    assert ([], True, True) == (load.errors(), served, arrived)
    assert sorted(load.promised) == promised(engine)


@pytest.mark.slow
def test_whoever_is_in_mid_call_goes_on_after_a_stop_and_a_start(tmp_path: Path, audio: Path) -> None:
    with serving(tmp_path, audio) as before:
        menu = before.call(1).says("/voice").action()
        chosen = before.call(1).says(menu, Digits="1")
        code = before.stop()
    with serving(tmp_path, audio) as after:
        again = after.call(1).says(menu, Digits="1")
        onward = after.call(1).says(chosen.onward())

    assert 0 == code
    assert chosen.text == again.text
    assert 200 == onward.status
