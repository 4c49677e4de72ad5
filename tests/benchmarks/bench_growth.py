"""Whether a web process grows: very many turns through the whole application in this one process.

    TURNS=1000000 pytest tests/benchmarks/bench_growth.py -q -s -o python_files='bench_*.py'

Without TURNS a hundred thousand. Calls of every kind at once, 8 on the line, each of another caller:
menus, segments, messages, call-backs, queues with phones that ring, an announcement; all webhooks signed. The
database is drained of them as retention does it. `TRACED=8` also says where memory was taken in the second
half, with so many lines of each stack, and takes much longer.
"""

import ctypes
import gc
import os
import random
import shutil
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from ivr.app.ringing import RingParts
from ivr.jobs.nuisance import Judge
from ivr.jobs.publication import Publication
from ivr.sound.manifest import Entry, read_manifest, write_manifest
from ivr.storage.announcements import add_announcement
from ivr.storage.calls import counting, forget_calls
from ivr.storage.engine import writing
from ivr.storage.tables import promises, recordings
from ivr.storage.tables_notices import notices
from ivr.storage.tables_promises import tallies
from ivr.storage.tables_reaching import conversations, old_queues, waits
from tests.app.people import OnDuty
from tests.app.rest_stage import Inline
from tests.app.stage import Stage, audio, database, make_stage
from tests.benchmarks.walkers import Network, Rest

__all__ = ["audio", "database"]
TURNS = int(os.environ.get("TURNS", "100000"))
PARTS = 10
AT_ONCE = 8  # callers on the line
BETWEEN = 200  # turns from one look of the background to the next
FORGOTTEN_AFTER = timedelta(hours=1)
MOST_GROWTH = 0.05
TRACED = int(os.environ.get("TRACED", "0"))
SECRET = b"of the tests"
PEOPLE = tuple(OnDuty(f"Counsellor {n}", f"+2782111{n:04}", ("en", "af")) for n in range(40))


def resident() -> float:
    """MB of memory that this process holds (proc(5): statm), what is free given back before."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    shutil.copytree(audio.parent, tmp_path / "shipped")
    allow_everybody(tmp_path / "shipped" / "prompts" / "helpline.toml")
    made = make_stage(tmp_path, tmp_path / "shipped" / "audio", database, people=PEOPLE)
    announce(made, tmp_path / "shipped" / "audio")
    return made


def allow_everybody(settings: Path) -> None:
    """Far more callers than ever ask in a minute are not to be turned away."""
    text = settings.read_text()
    changed = text.replace("everybody_per_minute = 120 ", "everybody_per_minute = 10000 ")
    assert text != changed
    settings.write_text(changed)


def announce(stage: Stage, audio: Path) -> None:
    """An announcement with sound, heard by everybody who speaks English."""
    at, texts = stage.clock(), {"en": "We are closed on Friday afternoon."}
    with writing(stage.parts.engine) as connection:
        number = add_announcement(connection, "Friday", at, at + timedelta(days=400), texts, "Thandi", at)
    stage.background()
    words = wanted_words(stage.parts.publication, f"announcement.{number}")
    entry = Entry(words, words, "espeak", 1.0, -20.0, -3.0)
    write_manifest(audio, "en", {**read_manifest(audio, "en"), f"announcement.{number}": entry})
    stage.background()


def ringing(stage: Stage, rest: Rest) -> Stage:
    """The same, with counsellors' phones in that network."""
    parts = stage.parts
    ring = RingParts(
        parts.settings, parts.engine, stage.clock, SECRET, parts.publication, parts.snapshot, lambda: rest
    )
    judge = judge_of(stage)
    return Stage(replace(parts, ringing=ring.ringing(Inline()), judge=judge), stage.clock)


def judge_of(stage: Stage) -> Judge:
    """Who remembers for an hour who has asked for a person; hours pass as the stage's clock has them."""
    limits = stage.parts.publication.current().content.service.nuisance
    return Judge(SECRET, lambda: (), lambda: limits, stage.clock, seconds=lambda: stage.clock().timestamp())


def wanted_words(publication: Publication, prompt: str) -> str:
    found = (publication.current().wanted or publication.current().content).prompt("en", prompt)
    assert found
    return found.words


def forget(stage: Stage) -> None:
    """What retention removes in time."""
    before = stage.clock() - FORGOTTEN_AFTER
    with counting(stage.parts.engine) as connection:
        while forget_calls(connection, before, 500) == 500:
            pass
    with writing(stage.parts.engine) as connection:
        for each in (waits, recordings, promises, conversations, notices, old_queues, tallies):
            connection.execute(delete(each))


def run(stage: Stage, network: Network, turns: int) -> None:
    until = network.turns + turns
    while network.turns < until:
        for _ in range(BETWEEN):
            network.turn()
        stage.clock.passes(seconds=BETWEEN / 50)
        stage.background()
        stage.parts.calls.drain()
    forget(stage)


def parts(stage: Stage, network: Network) -> Iterator[float]:
    """What the process holds after each part."""
    for number in range(PARTS):
        run(stage, network, TURNS // PARTS)
        if TRACED and number == PARTS // 2 - 1:
            tracemalloc.start(TRACED)
        yield resident()


def taken() -> Iterator[str]:
    """Where the most memory was taken and not given back, since it was watched."""
    if TRACED:
        for each in tracemalloc.take_snapshot().statistics("traceback")[:15]:
            yield f"{each.size / 1000:.0f} kB in {each.count} pieces"
            yield from each.traceback.format(most_recent_first=True)


@pytest.mark.timeout(4 * 3600)
def test_the_application_does_not_grow(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(7)
    rest = Rest(chance)
    stage = ringing(stage, rest)
    network = Network(stage.app.wsgi_app, rest, chance, AT_ONCE)
    sizes = []
    with capsys.disabled():
        print(f"\nbefore: {resident():.1f} MB")
        for size in parts(stage, network):
            sizes.append(size)
            told = f"{network.turns:8} turns of {network.begun} callers: {size:.1f} MB"
            print(f"{told}, {time.process_time() / network.turns * 1e6:.0f} us each", flush=True)
        print(f"growth from 20 % to 100 %: {sizes[-1] - sizes[1]:+.1f} MB ({sizes[-1] / sizes[1] - 1:+.1%})")
        print(f"{rest.placed} phones were rung")
        print(*taken(), sep="\n")
        print(f"met: {', '.join(sorted(network.kinds))}; {', '.join(sorted(network.statuses))}")

    assert {"200 OK", "204 NO CONTENT"} >= {each.upper() for each in network.statuses}
    assert sizes[-1] <= sizes[1] * (1 + MOST_GROWTH)
