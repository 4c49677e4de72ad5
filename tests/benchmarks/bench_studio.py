"""The studio's pages with 5,000 prompts in 12 languages: seconds on the server, and bytes over the line.

pytest tests/benchmarks/bench_studio.py -s -o python_files='bench_*.py'
"""

import time
from pathlib import Path

import pytest

from ivr.content import load
from ivr.storage.accounts import Role
from tests.app.stage import database
from tests.benchmarks.many_prompts import LANGUAGES, write_prompts, write_sounds
from tests.console.staging import ConsoleStage, Visitor, console_stage
from tests.console.voice import upload, voice

__all__ = ["database"]
PROMPTS = 5000
ROUNDS = 5
MOST_BYTES = 150_000
PAGES = (
    "/staff/studio",
    "/staff/studio?state=missing&page=40",
    "/staff/studio?state=unreviewed",
    "/staff/studio?search=number+3999",
    "/staff/studio/zu",
    "/staff/studio/zu/many.p3999",
    "/staff/studio/zu/session?what=missing&after=2500",
    "/staff/studio/zu/many.p3999/words",
    "/staff/studio/zu/script",
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, database: Path) -> ConsoleStage:
    folder = tmp_path_factory.mktemp("many")
    write_prompts(folder / "prompts", PROMPTS)
    write_sounds(folder / "audio", load(folder / "prompts"), LANGUAGES[:2])
    return console_stage(tmp_path_factory.mktemp("stage"), folder / "audio", database)


@pytest.fixture(scope="module")
def recorder(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER)


@pytest.mark.timeout(600)
def test_every_page_is_answered_in_time_and_is_light(recorder: Visitor) -> None:
    static = Path(__file__).parents[2] / "ivr" / "console" / "static"
    beside = sum(path.stat().st_size for path in static.glob("*.*") if path.stem in BESIDE)
    print()
    for page in PAGES:
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answer = recorder.client.get(page, base_url=recorder.public)
            took.append(time.perf_counter() - began)
        size = len(answer.data) + beside
        print(f"{page:<55} first {took[0] * 1000:6.0f} ms, then {min(took) * 1000:5.0f} ms, {size:7} bytes")

        assert 200 == answer.status_code
        assert MOST_BYTES > size


@pytest.mark.timeout(600)
def test_keeping_a_recording_takes_no_longer_than_a_page(stage: ConsoleStage, recorder: Visitor) -> None:
    welcome = "/staff/studio/en/welcome"
    recorder.get("/staff/studio")
    took = []
    for _ in range(ROUNDS):
        recorder.post(f"{welcome}/takes", recording=upload(voice("Welcome to Themba.")))
        take = stage.stage.parts.takes.of("welcome", "en")[0]
        token = recorder.token()
        began = time.perf_counter()
        path = f"{welcome}/takes/{take.id}/accept"
        recorder.client.post(path, base_url=recorder.public, data={"csrf_token": token, "what": "all"})
        recorder.get("/staff/studio/en/session", what="all", after="3")
        took.append(time.perf_counter() - began)
    began = time.perf_counter()
    recorder.get("/staff/studio")
    overview = time.perf_counter() - began
    print(
        f"\nkept, and the next prompt: {1000 * min(took):.0f} ms; the overview then {1000 * overview:.0f} ms"
    )

    assert "welcome" == stage.stage.parts.takes.of("welcome", "en")[0].prompt


BESIDE = {"console", "studio", "session", "recording", "microphone"}
