"""How many callers one machine holds, and what the web process weighs, empty and at size.

    CROWD=100000 TURNS=50000 pytest tests/benchmarks/bench_callers.py -q -s -o python_files='bench_*.py'

CROWD: calls of the last year in the database (a million without it); TURNS: over how many the memory must not
grow (a million without it).
"""

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.clock import now
from ivr.content import load
from ivr.storage.engine import engine_for, prepare
from tests.benchmarks.bench_turns import CLIENTS, GRANIAN, ROOT, SID, TOKEN, free_port, running, script_of
from tests.benchmarks.crowd import make_crowd
from tests.benchmarks.many_prompts import LANGUAGES, write_prompts, write_sounds

CALLERS = (500, 1000, 2000, 4000, 8000, 16000)
SECONDS = 8
MOST_MS, MOST_MB, MOST_START = 50, 150, 2.0
PROMPTS = 5000
STARTS = 5


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing in it."""
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="module")
def at_size(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a year's calls, and content of 5,000 prompts in 12 languages."""
    folder = tmp_path_factory.mktemp("size")
    write_prompts(folder / "prompts", PROMPTS)
    content = load(folder / "prompts")
    write_sounds(folder / "audio", content, LANGUAGES)
    engine = engine_for(f"sqlite:///{folder / 'helpline.db'}")
    prepare(engine)
    zone = ZoneInfo(content.helpline.zone)
    make_crowd(engine, now(), zone, int(os.environ.get("CROWD", "1000000")))
    engine.dispose()
    return folder


def settings(folder: Path, port: int) -> dict[str, str]:
    own = {"PROMPTS_DIR": str(folder / "prompts"), "AUDIO_DIR": str(folder / "audio")}
    return {
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATA_DIR": str(folder),
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HELPLINE_NUMBER": "+12025550199",
        **(own if (folder / "prompts").is_dir() else {}),
    }


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int, Path]]:
    """A server on that folder: its port, its session, and the script of a call."""
    port = free_port()
    with running(port, ["ivr", "serve"], settings(folder, port)) as session:
        yield port, session, script_of(f"http://127.0.0.1:{port}", folder)


def met(port: int, number: int, *script: Path) -> dict[str, float]:
    """What so many callers meet; without a script, what a server that only says hello makes of as many."""
    told = [sys.executable, "-m", "tests.benchmarks.callers"]
    command = [*told, str(port), str(SECONDS), str(number), *map(str, script)]
    found: dict[str, float] = json.loads(subprocess.check_output(command, cwd=ROOT))
    return found


def heaviest(session: int) -> float:
    """MB of the largest process of that session (proc(5): field 6 of stat, and VmRSS)."""
    sizes = [0.0]
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if int((each / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                sizes.append(int((each / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6)
        except OSError:
            continue  # it has just ended
    return max(sizes)


def seconds_to_ready(folder: Path) -> float:
    """From the command to the first /readyz that says so."""
    port, begun = free_port(), time.perf_counter()
    told = {**os.environ, **settings(folder, port)}
    process = subprocess.Popen([sys.executable, "-m", "ivr", "serve"], cwd=ROOT, env=told)
    try:
        while time.perf_counter() - begun < MOST_START * 30:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
                return time.perf_counter() - begun
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.01)
        raise TimeoutError("the server is not ready")
    finally:
        process.terminate()
        process.wait(20)


def _told(found: dict[str, float]) -> str:
    return ", ".join(f"{name} {number:.0f}" for name, number in found.items())


@pytest.mark.parametrize("size", ["empty", "at_size"])
def test_so_many_callers_are_answered_in_time(
    size: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    held: dict[int, dict[str, float]] = {}
    folder, least = request.getfixturevalue(size), free_port()
    hello = [*GRANIAN, "--port", str(least), "tests.benchmarks.hello:hello"]
    with serving(folder) as (port, session, script), running(least, hello, {}), capsys.disabled():
        for number in CALLERS:
            found, beside = met(port, number, script), met(least, number)
            print(f"\n{size}, {number} callers: {_told(found)}; saying hello: {_told(beside)}", end="")
            print(f"; {heaviest(session):.0f} MB", end="")
            if found["failed"] or found["p99"] > MOST_MS:
                break
            held[number] = found
    with capsys.disabled():
        print(f"\n{size}: {max(held, default=0)} callers held with p99 of at most {MOST_MS} ms")

    assert {0} >= {found["failed"] for found in held.values()}


def test_the_web_process_does_not_grow(at_size: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted, turns = int(os.environ.get("TURNS", "1000000")), 0
    load_ = [sys.executable, str(Path(__file__).with_name("load.py"))]
    with serving(at_size) as (port, session, script), capsys.disabled():
        while turns < wanted:
            command = [*load_, str(port), "10", str(script)]
            clients = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(CLIENTS)]
            turns += sum(int(each.communicate()[0]) for each in clients)
            print(f"\nafter {turns} turns: {heaviest(session):.0f} MB", end="")
        print(f"; wanted: {MOST_MB} MB at most")

    assert turns >= wanted


@pytest.mark.parametrize("size", ["empty", "at_size"])
def test_start_to_ready(
    size: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = request.getfixturevalue(size)
    times = sorted(seconds_to_ready(folder) for _ in range(STARTS))
    with capsys.disabled():
        print(f"\n{size}, ready after: {statistics.median(times):.1f} s, at best {times[0]:.1f} s", end="")
        print(f"; wanted: {MOST_START} s at most")

    assert STARTS == len(times)
