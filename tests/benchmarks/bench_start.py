"""From `ivr serve` to ready, and what its processes weigh, as shipped and with very many prompts.

Everything is built and migrated before. The start is timed to the first good answer of /readyz, by the clock
and by the processor time of all its processes, which is the steadier of the two on a machine that does other
things. What a process weighs is read after callers of every language have listened for a while: resident
(RSS), its share of what it has in common with others (PSS), and what is its alone; and again when the content
has changed.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.content import load
from tests.app.stage import audio
from tests.benchmarks.bench_turns import FORM, ROOT, SID, TOKEN, cpu_seconds, document, free_port, script_of
from tests.benchmarks.many_prompts import LANGUAGES, SHIPPED, write_prompts, write_sounds

__all__ = ["audio"]
PROMPTS, STARTS, ROUNDS = 5000, 5, 4
A_LOOK = 0.005  # seconds
A_RELOAD = 3.0  # seconds in which what has changed is noticed and read, on a busy machine too
FIGURE = re.compile(r"^(Rss|Pss|Private_Clean|Private_Dirty): +(\d+) kB$", re.MULTILINE)


def settings_of(folder: Path, port: int, prompts: Path, sounds: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATA_DIR": str(folder),
        "PROMPTS_DIR": str(prompts),
        "AUDIO_DIR": str(sounds),
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": f"http://127.0.0.1:{free_port()}",  # where nobody is: only our own time is measured
        "HELPLINE_NUMBER": "+12025550199",
    }


@dataclass(frozen=True, slots=True)
class Start:
    """A server that is ready: its process, and the seconds that took by the clock and of processor time."""

    process: int
    seconds: float
    cost: float


@contextmanager
def serving(settings: dict[str, str]) -> Iterator[Start]:
    begun, command = time.perf_counter(), [sys.executable, "-m", "ivr", "serve"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=settings, start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        while not is_ready(settings["PUBLIC_URL"]):
            assert process.poll() is None, "the server has ended"
            time.sleep(A_LOOK)
        yield Start(process.pid, time.perf_counter() - begun, cpu_seconds(process.pid))
    finally:
        process.terminate()
        process.wait(20)


def is_ready(public: str) -> bool:
    try:
        urllib.request.urlopen(f"{public}/readyz", timeout=5).close()  # noqa: S310 (our own server)
    except (urllib.error.HTTPError, OSError):
        return False
    return True


def started(folder: Path, prompts: Path, sounds: Path) -> Start:
    """A start at a port of its own, so that none waits for another's to be free."""
    with serving(settings_of(folder, free_port(), prompts, sounds)) as start:
        return start


def listen(public: str, languages: tuple[str, ...], folder: Path) -> int:
    """Callers of each language go through the menus; how many turns that were."""
    written = json.loads(script_of(public, folder).read_text())
    turns = [(path, fields) for path, fields in written["turns"] if path.startswith("/voice/")]
    asked = [
        (path.replace("/voice/en/", f"/voice/{code}/"), {**FORM, **fields, "CallSid": f"CA{n:032x}"})
        for n in range(ROUNDS)
        for code in languages
        for path, fields in turns
    ]
    for path, fields in asked:
        assert document(public, path, fields)
    return len(asked)


def weight(pid: int) -> str:
    """What smaps_rollup says of a process, in MB (proc(5))."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    told = {name: int(kilobytes) / 1024 for name, kilobytes in FIGURE.findall(text)}
    alone = told["Private_Clean"] + told["Private_Dirty"]
    return f"RSS {told['Rss']:5.1f} MB, PSS {told['Pss']:5.1f} MB, its alone {alone:5.1f} MB"


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def measure(folder: Path, prompts: Path, sounds: Path) -> Iterator[str]:
    """What is to be told of that content."""
    settings = settings_of(folder / "data", free_port(), prompts, sounds)
    subprocess.run(
        [sys.executable, "-m", "ivr", "migrate"],
        cwd=ROOT,
        env=settings,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    yield f"ready the first time after {told([started(folder / 'data', prompts, sounds)])}"
    yield f"ready after {told([started(folder / 'data', prompts, sounds) for _ in range(STARTS)])}"
    languages = tuple(load(prompts).languages)
    with serving(settings) as start:
        turns = listen(settings["PUBLIC_URL"], languages, folder)
        yield f"after {turns} turns in {len(languages)} languages:"
        yield from weights(start.process)
        for changed in (prompts / "en.toml", prompts / "helpline.toml"):
            changed.write_text(changed.read_text("utf-8") + "# looked at again\n", "utf-8")
            time.sleep(A_RELOAD)
        yield "after a change of words and one of menus:"
        yield from weights(start.process)


def weights(server: int) -> Iterator[str]:
    yield f"  server       {weight(server)}"
    yield from (f"  web process  {weight(child)}" for child in children(server))


def told(starts: list[Start]) -> str:
    seconds, cost = [each.seconds for each in starts], [each.cost for each in starts]
    usual, best = statistics.median(seconds), min(seconds)
    return f"{usual:.2f} s (at best {best:.2f}), {min(cost):.2f} s of processor time"


def test_as_shipped(tmp_path: Path, audio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompts = shutil.copytree(SHIPPED, tmp_path / "prompts")
    with capsys.disabled():
        print("\nAs shipped")
        for line in measure(tmp_path, prompts, audio):
            print(line)


def test_with_very_many_prompts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompts, sounds = tmp_path / "prompts", tmp_path / "audio"
    write_prompts(prompts, PROMPTS)
    write_sounds(sounds, load(prompts), LANGUAGES)
    with capsys.disabled():
        print(f"\n{PROMPTS} prompts in {len(LANGUAGES)} languages")
        for line in measure(tmp_path, prompts, sounds):
            print(line)
