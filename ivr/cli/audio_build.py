"""What `ivr audio build` does and says; the slow imports wait until something has to be built."""

import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.context import fail
from ivr.content.catalogue import Content
from ivr.sound.manifest import write_manifest
from ivr.speech.alone import alone
from ivr.speech.plan import LanguagePlan, plan
from ivr.speech.recipe import TONES

if TYPE_CHECKING:
    from ivr.speech.bench import Engines, Outcome


def run_build(
    content: Content,
    audio_dir: Path,
    codes: tuple[str, ...],
    voice: str | None,
    force: bool,
    jobs: int | None,
    prune: bool,
) -> None:
    """Build what is planned, say what happened; ends with 1 if something could not be spoken."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stopped build keeps what it made
    try:
        with alone(audio_dir, lambda: print("Another build is running; waiting for it", flush=True)):
            failed = _run(content, audio_dir, codes, voice, force, jobs or _cores(), prune)
    except OSError as error:
        fail(f"AUDIO_DIR: {error.filename or audio_dir}: {error.strerror}; what is built stays, run it again")
    except KeyboardInterrupt:
        fail("Stopped; what is built stays, and the next run goes on from there", code=130)
    if failed:
        sys.exit(1)


def _run(
    content: Content,
    audio_dir: Path,
    codes: tuple[str, ...],
    voice: str | None,
    force: bool,
    jobs: int,
    prune: bool,
) -> bool:
    plans = plan(content, audio_dir, codes, voice, force)
    _tell_plans(content, plans, voice)
    failed = _build(plans, audio_dir, voice, jobs)
    changed = any(each.orders for each in plans)
    _clear(plan(content, audio_dir, codes) if changed else plans, audio_dir, prune)
    return failed


def _tell_plans(content: Content, plans: tuple[LanguagePlan, ...], voice: str | None) -> None:
    for each in plans:
        code, name = each.language.code, each.language.name
        if each.damage:
            print(f"{each.damage.partition(';')[0]}; it is built again", file=sys.stderr)
        if not each.language.engines:
            print(f"{code} ({name}): recordings only, no engine speaks it")
        elif not content.script(code):
            print(f"{code} ({name}): no words are written yet")
        elif voice and voice not in each.language.engines:
            print(f"{code} ({name}): {voice} does not speak it; left as it is")
    if any(each.language.engines for each in plans) and not any(each.orders for each in plans):
        print(f"Everything is built: {sum(len(each.entries) for each in plans)} prompts")


def _build(plans: tuple[LanguagePlan, ...], audio_dir: Path, voice: str | None, processes: int) -> bool:
    total = sum(len(each.orders) for each in plans)
    if not total:
        return False
    from ivr.cli.audio_progress import progress  # noqa: PLC0415 (only when something is stale)
    from ivr.speech.build import BuildError, build  # noqa: PLC0415 (as above)

    engines, began, outcomes = _engines(plans, voice), time.monotonic(), []
    try:
        with progress(total) as advance:

            def report(outcome: "Outcome") -> None:
                outcomes.append(outcome)
                advance()

            build(plans, audio_dir, engines, processes, report)
    except BuildError as error:
        fail(f"Stopped: {error}; what is built stays")
    return _tell_outcomes(outcomes, time.monotonic() - began)


def _engines(plans: tuple[LanguagePlan, ...], voice: str | None) -> "Engines":
    from functools import partial  # noqa: PLC0415 (as above)

    from ivr.speech.choice import choose  # noqa: PLC0415 (as above)
    from ivr.speech.engine import SpeechError  # noqa: PLC0415 (as above)
    from ivr.speech.google import Google  # noqa: PLC0415 (as above)
    from ivr.speech.probe import SECONDS, why_not  # noqa: PLC0415 (as above)
    from ivr.speech.wire import Wire  # noqa: PLC0415 (as above)

    once = Google(Wire(back_off=(), timeout=(SECONDS, SECONDS)))
    try:
        engines, note = choose(plans, voice, Google(Wire()), partial(why_not, once))
    except SpeechError as error:
        fail(str(error), "Nothing was changed; build without --voice, or later")
    if note:
        print(note)
    return engines


def _tell_outcomes(outcomes: "list[Outcome]", seconds: float) -> bool:
    made = Counter((each.order.language.code, each.engine) for each in outcomes if each.entry)
    for (code, engine), count in sorted(made.items()):
        print(f"{code}: {count} prompts {'made of' if engine == TONES else 'spoken by'} {engine}")
    for each in outcomes:
        name = f"{each.order.language.code} {each.order.prompt.id}"
        if each.entry and each.instead_of:
            print(f"{name}: spoken by {each.engine} instead: {each.instead_of}", file=sys.stderr)
        elif each.problem:
            print(f"{name}: not built: {each.problem}", file=sys.stderr)
    print(f"Built {made.total()} of {len(outcomes)} prompts in {seconds:.1f} s")
    # That a voice cannot be had today is no fault of the build: callers hear the fallback language.
    return any(each.problem and each.engine for each in outcomes)


def _clear(plans: tuple[LanguagePlan, ...], audio_dir: Path, prune: bool) -> None:
    unused = [path for each in plans for path in each.unused]
    if not unused:
        return
    size = sum(path.stat().st_size for path in unused) / 1e6
    if not prune:
        print(f"{len(unused)} files ({size:.1f} MB) are stale; ivr audio build --prune removes them")
        return
    for each in plans:
        if each.unused:
            write_manifest(audio_dir, each.language.code, each.entries)
    for path in unused:
        path.unlink()
    print(f"{len(unused)} stale files ({size:.1f} MB) removed")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
