"""PostgreSQL takes connections and answers nobody: no call is lost, and pages leave callers alone."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from ivr.journal.calls import CallJournal
from ivr.storage.engine import engine_for, migrate
from tests.faults.cluster import Cluster, started
from tests.faults.serving import Helpline, serving, until
from tests.faults.stored import counted

CALLS = 8
PAGES = 16
LAST_SECOND = 2.5  # what may be lost with the process, and the time that a busy machine takes for it


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with started() as found:
        yield found


@pytest.fixture
def engine(cluster: Cluster) -> Iterator[Engine]:
    cluster.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    found = engine_for(cluster.url)
    migrate(found)
    yield found
    found.dispose()


def ends_orderly(helpline: Helpline) -> None:
    helpline.stop()


def is_killed(helpline: Helpline) -> None:
    time.sleep(LAST_SECOND)
    os.killpg(helpline.process.pid, signal.SIGKILL)
    helpline.process.wait(20)


@pytest.mark.slow
@pytest.mark.parametrize("ends", [ends_orderly, is_killed])
def test_every_call_is_counted_though_the_server_ends_while_the_database_hangs(
    tmp_path: Path, audio: Path, cluster: Cluster, engine: Engine, ends: object
) -> None:
    assert callable(ends)
    with serving(tmp_path, audio, environ={"DATABASE_URL": cluster.url}) as helpline:
        cluster.hold()
        try:
            for number in range(CALLS):
                helpline.call(number).says("/voice")
                time.sleep(0.7)
            ends(helpline)
        finally:
            cluster.release()
        left = CallJournal(engine, helpline.settings.data_dir / "journal" / "calls", ZoneInfo("UTC"))
        until(lambda: left.drain() or counted(engine)[0] >= CALLS)  # what the ended server began goes first

    assert (CALLS, CALLS) == counted(engine)


@pytest.mark.slow
def test_callers_are_answered_while_all_pages_wait_for_the_database(
    tmp_path: Path, audio: Path, cluster: Cluster, engine: Engine
) -> None:
    del engine  # there are tables
    with (
        serving(tmp_path, audio, environ={"DATABASE_URL": cluster.url}) as helpline,
        ThreadPoolExecutor(PAGES) as staff,
    ):
        cluster.hold()
        try:
            for _ in range(PAGES):
                staff.submit(helpline.ask, "GET", "/staff/sign-in")
            time.sleep(1)
            heard = [helpline.call(number).says("/voice") for number in range(CALLS)]
        finally:
            cluster.release()

    assert {(200, 1)} == {(each.status, each.tries) for each in heard}
    assert max(each.seconds for each in heard) < 1.0
