"""What staff's pages cost after a busy year: server time, and weight with all that belongs to them.

    CROWD=20000 pytest tests/benchmarks/bench_console.py -q -s -o python_files='bench_*.py'

Without CROWD a million calls; besides them 200 counsellors, and 5,000 prompts in 12 languages. Every page of
the list of routes that can be asked for without a name in its path is measured, and those of NAMED.
"""

import os
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from ivr.content import load
from ivr.storage.accounts import Role
from ivr.storage.engine import writing
from tests.app.stage import database
from tests.benchmarks.crowd import make_crowd
from tests.benchmarks.many_prompts import LANGUAGES, write_prompts, write_sounds
from tests.console.staging import ConsoleStage, Visitor, console_stage

__all__ = ["database"]
MOST_SECONDS, MOST_BYTES = 0.3, 150_000
TIMES = 5
PROMPTS = 5000
BASELINE = "/healthz"
YEAR = "from=2025-01-06&to=2026-01-05"
NAMED = (
    f"/staff/calls/statistics?{YEAR}",
    f"/staff/calls/statistics?{YEAR}&language=zu",
    f"/staff/calls/statistics/days.svg?{YEAR}",
    f"/staff/calls/statistics/hours.svg?{YEAR}",
    f"/staff/calls/statistics/segments.svg?{YEAR}",
    "/staff/calls/history?language=zu&outcome=abandoned",
    "/staff/calls/history?outcome=message&to=2025-06-01",
    "/staff/calls/history?to=2025-03-01",
    f"/staff/calls/history/CA{77:032x}",
    "/staff/studio?language=zu&state=missing",
    "/staff/studio/en/welcome",
    "/staff/studio/en/session",
    "/staff/people/1",
)
DOWNLOADS = re.compile(r"\.(csv|ics|zip)$")
PARTS = re.compile(r'(?:<link[^>]* href|<script[^>]* src|<img[^>]* src)="([^"]+)"')


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, database: Path) -> ConsoleStage:
    folder = tmp_path_factory.mktemp("many")
    write_prompts(folder / "prompts", PROMPTS)
    write_sounds(folder / "audio", load(folder / "prompts"), LANGUAGES[:2])
    made = console_stage(tmp_path_factory.mktemp("crowd"), folder / "audio", database)
    begun = perf_counter()
    zone = ZoneInfo(made.stage.parts.publication.current().content.helpline.zone)
    make_crowd(made.engine, made.clock(), zone, int(os.environ.get("CROWD", "1000000")))
    with writing(made.engine) as connection:
        connection.execute(text("ANALYZE"))
    made.stage.background()
    print(f"\nthe crowd was made in {perf_counter() - begun:.0f} s")
    return made


def paths(stage: ConsoleStage) -> Iterator[str]:
    """Every page that can be asked for as it stands, then those of NAMED."""
    for rule in stage.app.url_map.iter_rules():
        plain = rule.rule.startswith("/staff/") and not rule.arguments and "GET" in (rule.methods or ())
        if plain and not DOWNLOADS.search(rule.rule):
            yield rule.rule
    yield from NAMED


def seconds_of(visitor: Visitor, path: str) -> tuple[float, int, str]:
    """The median of some times, the status and the page."""
    times = []
    for _ in range(TIMES):
        begun = perf_counter()
        answer = visitor.client.get(path, base_url=visitor.public)
        page = answer.text
        times.append(perf_counter() - begun)
    return statistics.median(times), answer.status_code, page


def weight_of(visitor: Visitor, page: str) -> int:
    """Bytes of the page and of the styles, scripts and pictures that it names."""
    named = {each.replace("&amp;", "&") for each in PARTS.findall(page) if not each.startswith("data:")}
    total = len(page.encode())
    for each in named:
        target = urlsplit(each)
        query = f"?{target.query}" if target.query else ""
        with visitor.client.get(target.path + query, base_url=visitor.public) as answer:
            total += len(answer.data)
    return total


@pytest.mark.timeout(3600)
def test_no_page_is_heavy_and_what_each_costs(
    stage: ConsoleStage, capsys: pytest.CaptureFixture[str]
) -> None:
    boss = stage.signed_in(Role.ADMINISTRATOR)
    found = []
    for path in paths(stage):
        seconds, status, page = seconds_of(boss, path)
        found.append((seconds, weight_of(boss, page), status, path))
    with capsys.disabled():
        baseline = seconds_of(boss, BASELINE)[0]
        print(f"\nms of server time, times {BASELINE}, kB with all parts, status, page")
        for seconds, weight, status, path in sorted(found, reverse=True):
            mark = f"  over {MOST_SECONDS} s" if seconds > MOST_SECONDS else ""
            print(
                f"{1000 * seconds:7.0f} {seconds / baseline:5.0f} {weight / 1000:7.1f} {status} {path}{mark}"
            )

    assert [] == [path for _, weight, _, path in found if weight > MOST_BYTES]
    assert [] == [path for _, _, status, path in found if status >= 500]
