"""What everything costs on the first day and after years: the same questions to a new and to a full database.

    EVENTS=10000000 pytest tests/benchmarks/bench_flat.py -q -s -o python_files='bench_*.py'

Without EVENTS a million journal rows; beside them 10,000 shifts, 200 counsellors, 5,000 prompts in 12
languages and what else years leave behind (full.py). POSTGRESQL=1: on a server of that, which
is begun for it. FULL_DATABASE_FILE: an SQLite file that full.py has filled before, which is copied. Times are
of the wall; turns are in processor time.
"""

import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from ivr.app.parts import build
from ivr.content import load
from ivr.duty.calendar import read_shift
from ivr.storage.accounts import Role
from ivr.storage.calls import counting, forget_calls
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.forgetting import forget_caller
from ivr.storage.revision import bump
from ivr.storage.tables_calls import call_events, calls
from tests.app.people import NOON
from tests.app.stage import ACCOUNT, TOKEN, action, onward
from tests.benchmarks.bench_turns import ROOT
from tests.benchmarks.crowd import make_crowd
from tests.benchmarks.full import make_full
from tests.benchmarks.houses import House, database, house
from tests.benchmarks.many_prompts import LANGUAGES, SHIPPED
from tests.benchmarks.walkers import Network, Rest
from tests.storage.conftest import postgresql

__all__ = ["postgresql"]
EVENTS = int(os.environ.get("EVENTS", "1000000"))
ZONE = ZoneInfo("Africa/Johannesburg")
FIRST_DAY = 2_000  # calls
PROMPTS = 5000
TURNS, TIMES, TICKS, REMOVED = 3000, 5, 20, 1000
PAGES = (
    *("/staff/", "/staff/calls", "/staff/calls/history", "/staff/calls/history?to=2025-06-01"),
    "/staff/calls/history?language=zu&outcome=abandoned",
    *("/staff/calls/statistics", "/staff/calls/statistics?from=2025-01-06&to=2026-01-05"),
    *("/staff/roster", "/staff/roster/month", "/staff/promises", "/staff/audit", "/staff/settings"),
)


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> House:
    folder = tmp_path_factory.mktemp("first")
    url = database(folder, request, "first_day")
    engine = engine_for(url)
    make_crowd(engine, NOON, ZONE, FIRST_DAY)
    engine.dispose()
    return house(folder, len(load(SHIPPED).prompts["en"]), ("en", "af", "zu", "sw"), url)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> House:
    folder = tmp_path_factory.mktemp("years")
    url, filled = database(folder, request, "years"), os.environ.get("FULL_DATABASE_FILE")
    if filled:
        shutil.copy(filled, folder / "data" / "helpline.db")
    else:
        engine, begun = engine_for(url), time.perf_counter()
        make_full(engine, NOON, ZONE, EVENTS)
        print(f"\nfilled in {time.perf_counter() - begun:.0f} s")
        engine.dispose()
    return house(folder, PROMPTS, LANGUAGES, url)


def seconds(work: Callable[[], object], times: int = TIMES) -> float:
    """The median of some times."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def turns(house: House) -> Iterator[tuple[str, float]]:
    """Turns of callers of every kind, and what is noted of them."""
    network = Network(house.stage.app.wsgi_app, Rest(random.Random(1)), random.Random(1), 50)
    begun = time.thread_time()
    while network.turns < TURNS:
        network.turn()
    yield "a turn", (time.thread_time() - begun) / network.turns
    house.stage.background()
    with reading(house.parts.engine) as connection:
        before = connection.scalar(select(func.count()).select_from(call_events)) or 0
    house.parts.calls.write()
    begun = time.perf_counter()
    house.parts.calls.drain()
    took = time.perf_counter() - begun
    with reading(house.parts.engine) as connection:
        noted = (connection.scalar(select(func.count()).select_from(call_events)) or 0) - before
    yield "a note into the database", took / max(noted, 1)


def waiting(house: House) -> Iterator[tuple[str, float]]:
    """A caller in the queue, for whom somebody may be to ring with each prompt."""
    stage = house.stage
    begun = stage.document("/voice")
    queue = stage.document(action(begun), Digits="0").find("Enqueue")
    assert queue is not None
    url, times = queue.attrib["waitUrl"], []
    for tick in range(TICKS):
        url = onward(stage.document(url, QueueSid="QU" + "5" * 32, QueueTime=str(5 * tick)))
        started = time.perf_counter()
        stage.parts.ringing.work()
        times.append(time.perf_counter() - started)
        stage.clock.passes(seconds=5)
    stage.post("/voice/status", CallStatus="completed")
    stage.background()
    yield "a look at who is to ring", statistics.median(times)


def roster(house: House) -> Iterator[tuple[str, float]]:
    """What callers are served from."""
    snapshot = house.parts.snapshot
    snapshot.refresh()

    def changed() -> None:
        with writing(house.parts.engine) as connection:
            bump(connection)
        snapshot.refresh()

    yield "the snapshot, nothing changed", seconds(snapshot.refresh, 50)
    yield "the snapshot after a change", seconds(changed)
    current, at = snapshot.current().roster, house.stage.clock()
    yield "who is on duty", seconds(lambda: current.on_duty(at, "zu"), 2000)


def pages(house: House) -> Iterator[tuple[str, float]]:
    """Staff's pages."""
    boss = house.console.signed_in(Role.ADMINISTRATOR)
    for path in PAGES:
        yield path, seconds(lambda path=path: boss.client.get(path, base_url=boss.public))  # type: ignore[misc]
    yield "/metrics", seconds(lambda: house.stage.client.get("/metrics"))


def removing(house: House) -> Iterator[tuple[str, float]]:
    """The oldest calls, and one caller."""
    engine = house.parts.engine
    with reading(engine) as connection:
        oldest = select(calls.c.started).order_by(calls.c.started).offset(REMOVED).limit(1)
        before = connection.scalars(oldest).one()
    begun, number = time.perf_counter(), 0
    while number < REMOVED:
        with counting(engine) as connection:
            number += forget_calls(connection, before, 500) or REMOVED
    yield "an old call removed", (time.perf_counter() - begun) / number

    def forget() -> None:
        with writing(engine) as connection:
            forget_caller(connection, ("a" * 40,), lambda _: False, NOON)

    yield "a caller forgotten", seconds(forget)


def starting(house: House) -> Iterator[tuple[str, float]]:
    """The parts of a web process, and what it is served from first."""

    def start() -> None:
        read_shift.cache_clear()
        parts = build(house.parts.settings, house.stage.clock)
        parts.snapshot.load()
        parts.publication.refresh()
        parts.engine.dispose()

    yield "parts made, snapshot loaded", seconds(start, 3)


def backup(house: House) -> Iterator[tuple[str, float]]:
    """`ivr backup`, in a process of its own."""
    own = house.parts.settings
    told = {
        **os.environ,
        "DATA_DIR": str(own.data_dir),
        "DATABASE_URL": own.database_url,
        "PROMPTS_DIR": str(own.prompts_dir),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HELPLINE_NUMBER": "+27105550100",
        "SECRET_KEY": "of the tests",
    }
    target, begun = house.folder / "backup.tar.gz", time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "ivr", "backup", str(target)], cwd=ROOT, env=told)
    most = 0.0
    while process.poll() is None:
        most = max(most, megabytes(process.pid))
        time.sleep(0.05)
    assert process.returncode == 0
    yield "backup", time.perf_counter() - begun
    yield "backup: MB of memory", most / 1000
    yield "backup: MB of file", target.stat().st_size / 1e9
    target.unlink()


def megabytes(process: int) -> float:
    """The most that it held so far (proc(5): VmHWM)."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    except FileNotFoundError:
        return 0.0
    return int(found[1]) / 1000 if found else 0.0


MEASURED = (waiting, turns, roster, pages, removing, starting, backup)


@pytest.mark.timeout(4 * 3600)
def test_what_everything_costs_on_the_first_day_and_after_years(
    first_day: House, years: House, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        with reading(years.parts.engine) as connection:
            rows = connection.scalar(select(func.count()).select_from(call_events))
        print(f"\n{rows} journal rows; ms on the first day, after years, ratio")
        for measure in MEASURED:
            before = dict(measure(first_day))
            for name, figure in measure(years):
                told = f"{1000 * before[name]:10.3f} {1000 * figure:10.3f}"
                print(f"{told} {figure / before[name]:7.2f}  {name}", flush=True)

    assert rows
