"""What a build costs beside speaking and mastering alone, and what nothing to do costs; prints ratios.

pytest tests/benchmarks/bench_audio.py -s -o python_files='bench_*.py'
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from ivr.content import load
from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline
from ivr.sound.manifest import Entry, manifest_path, write_manifest
from ivr.sound.master import master
from ivr.speech.bench import Engines
from ivr.speech.build import build
from ivr.speech.espeak import speak
from ivr.speech.plan import plan
from ivr.speech.recipe import voice_of

WORDS = (
    "This is number {n} of many. If somebody does not wake up, ring for help at once, turn them on their "
    "side, stay with them, and talk to them until help comes. To hear this again, press the hash key."
)
ENGLISH = Language("en", "English", None, ("espeak",), "", "", "en", 150)
SPOKEN = 80
ROUNDS = 3
MANY = 10_000
SPOKEN_LANGUAGES = ("en", "af", "sw")
ROOT = Path(__file__).resolve().parents[2]
CORES = os.cpu_count() or 1


def content_of(count: int) -> Content:
    prompts = {f"p.{n}": Prompt(f"p.{n}", "en", WORDS.format(n=n), "", 20, n) for n in range(count)}
    return Content(Helpline("Bench", ("en",), "main", "main", {}, {}), {"en": ENGLISH}, {"en": prompts})


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def costs(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and processor seconds of the processes started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    passed = seconds(work)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def speak_and_master(text: str) -> float:
    return master(speak(text, "en", 150)).seconds


def test_a_full_build_beside_speaking_and_mastering_alone(tmp_path: Path) -> None:
    """Both in as many processes as there are cores, both with the start of those processes."""
    content = content_of(SPOKEN)
    texts = [prompt.text for prompt in content.prompts["en"].values()]

    def raw() -> None:
        with get_context("spawn").Pool(CORES) as pool:
            pool.map(speak_and_master, texts, chunksize=4)

    def ours() -> None:
        forced = plan(content, tmp_path, ("en",), force=True)
        build(forced, tmp_path, Engines(None), CORES, lambda _: None)

    # Turn by turn, the best of each: other work on the machine must not decide.
    pairs = [(costs(raw), costs(ours)) for _ in range(ROUNDS)]
    for n, kind in enumerate(("seconds", "processor seconds")):
        baseline, built = (min(pair[who][n] for pair in pairs) for who in (0, 1))
        print(f"\n{SPOKEN} prompts, {kind}: {built:.2f}, raw {baseline:.2f}: {built / baseline:.2f} x")


def test_nothing_to_do_beside_reading_hashing_and_looking(tmp_path: Path) -> None:
    content, voice = content_of(MANY), voice_of("espeak", ENGLISH)
    prompts = content.prompts["en"].values()
    entries = {each.id: Entry(voice.key(each), each.words, "espeak", 4, -20, -3.3) for each in prompts}
    write_manifest(tmp_path, "en", entries)
    for entry in entries.values():
        with (tmp_path / "en" / entry.file).open("wb") as file:
            file.truncate(44 + 4 * 16_000)  # a header, and four seconds of 8 kHz, 16 bit

    def raw() -> None:
        json.loads(manifest_path(tmp_path, "en").read_bytes())
        [sha256(each.text.encode()).hexdigest() for each in prompts]
        list(os.scandir(tmp_path / "en"))

    def ours() -> None:
        assert () == plan(content, tmp_path, ("en",))[0].orders

    baseline, planned = seconds(raw), seconds(ours)
    ratio = planned / baseline
    print(f"\nnothing to do, {MANY} prompts: {planned:.3f} s, raw {baseline:.3f} s: {ratio:.1f} x")


def test_the_whole_command_with_nothing_to_do_beside_starting_python(tmp_path: Path) -> None:
    prompts = shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    names = [f"many.p{n}" for n in range(MANY // len(SPOKEN_LANGUAGES))]
    for code in SPOKEN_LANGUAGES:
        with (prompts / f"{code}.toml").open("a") as words:
            words.writelines(f'\n["{name}"]\ntext = "{WORDS.format(n=name[6:])}"\n' for name in names)
    with (prompts / "helpline.toml").open("a") as menus:
        menus.write(f'\n[[segments]]\nid = "many"\nprompts = {json.dumps(names)}\n')
    content = load(prompts)
    for code in SPOKEN_LANGUAGES:
        voice = voice_of("espeak", content.languages[code])
        said = content.prompts[code].values()
        entries = {each.id: Entry(voice.key(each), each.words, "espeak", 4, -20, -3.3) for each in said}
        write_manifest(tmp_path / "audio", code, entries)
        for entry in entries.values():
            with (tmp_path / "audio" / code / entry.file).open("wb") as file:
                file.truncate(44 + 4 * 16_000)
    folders = {"PROMPTS_DIR": str(prompts), "AUDIO_DIR": str(tmp_path / "audio"), "DATA_DIR": str(tmp_path)}

    def start(*command: str) -> float:
        run = [sys.executable, *command]
        environment = {**os.environ, **folders}
        return min(
            seconds(lambda: subprocess.run(run, check=True, env=environment, capture_output=True))
            for _ in range(5)
        )

    bare, ours = start("-c", "pass"), start("-m", "ivr", "audio", "build")
    count = sum(len(content.prompts[code]) for code in SPOKEN_LANGUAGES)
    ratio = ours / bare
    print(f"\nnothing to do, command and {count} prompts: {ours:.3f} s, Python {bare:.3f} s: {ratio:.0f} x")


def test_importing_the_build_beside_starting_python() -> None:
    def start(code: str) -> float:
        return min(
            seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True)) for _ in range(5)
        )

    bare, ours = start("pass"), start("import ivr.cli.audio")
    print(f"\nstart of `ivr audio build`: {ours:.3f} s, bare Python {bare:.3f} s: {ours / bare:.1f} x")


def test_the_memory_of_a_process_for_few_and_for_many_prompts(tmp_path: Path) -> None:
    for count in (10, SPOKEN):
        folder = tmp_path / str(count)
        build(plan(content_of(count), folder, ("en",)), folder, Engines(None), CORES, lambda _: None)
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        print(f"\nlargest process so far, {count} prompts: {largest} MB")
