"""The build: what was planned, spoken and mastered on every core, and the manifests kept in step."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ivr.sound.manifest import Entry, write_manifest
from ivr.sound.samples import SoundError
from ivr.speech.engine import Engine, RefusedError, SpeechError
from ivr.speech.plan import LanguagePlan, Order
from ivr.speech.recipe import ESPEAK, GTTS, TONES, voice_of
from ivr.speech.work import Work, do, start

SAVE_EVERY = 2.0
AHEAD = 3  # tasks a process; keeps all of them busy, and memory level for any number of prompts
GIVE_UP = 3  # failures of the service in a row
Make = Callable[[Work], Entry]


class BuildError(Exception):
    """A build that cannot go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One order done, or why not; `engine` is who spoke in the end, `instead_of` why it was not the first."""

    order: Order
    engine: str
    entry: Entry | None = None
    problem: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Engines:
    """Who may speak: the online engine, if it is to be used, and whether espeak-ng may stand in for it."""

    online: Engine | None
    offline: bool = True

    def first(self, order: Order) -> str | None:
        """The engine to ask first, if there is one for the order's language."""
        if order.prompt.wordless:
            return TONES
        if self.online and GTTS in order.language.engines:
            return GTTS
        return self.second(order)

    def second(self, order: Order) -> str | None:
        """The engine to ask when the first has failed; nobody speaks in place of a sound without words."""
        if order.prompt.wordless:
            return None
        return ESPEAK if self.offline and ESPEAK in order.language.engines else None


def build(
    plans: Iterable[LanguagePlan],
    audio_dir: Path,
    engines: Engines,
    processes: int,
    report: Callable[[Outcome], None],
) -> None:
    """Speak everything planned; each outcome is reported, and kept in the manifest even when interrupted.

    A BuildError if a process was killed from outside, as where memory is short.
    """
    plans = tuple(plans)
    shelf = Shelf(audio_dir, {each.language.code: dict(each.entries) for each in plans})
    orders = tuple(order for each in plans for order in each.orders)
    try:
        for outcome in _outcomes(orders, audio_dir, engines, processes):
            shelf.keep(outcome)
            report(outcome)
    except BrokenProcessPool:
        raise BuildError(
            "a process of the build was killed, maybe for want of memory; run it again with fewer --jobs"
        ) from None
    finally:
        shelf.save()


def build_some(
    plan: LanguagePlan, audio_dir: Path, engines: Engines, make: Make, report: Callable[[Outcome], None]
) -> None:
    """Speak what is planned for one language, one prompt after the other, each made by `make`; as `build`."""
    shelf = Shelf(audio_dir, {plan.language.code: dict(plan.entries)})
    bench = _Bench(_AtOnce(), audio_dir, engines, 1, make)
    try:
        for outcome in bench.run(plan.orders):
            shelf.keep(outcome)
            report(outcome)
    finally:
        shelf.save()


class _AtOnce(Executor):
    """Does what is submitted before it returns."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except (SpeechError, SoundError) as error:
            future.set_exception(error)
        return future


@dataclass(slots=True)
class Shelf:
    """The manifests of a running build."""

    audio_dir: Path
    entries: dict[str, dict[str, Entry]]
    _changed: set[str] = field(default_factory=set)
    _saved: float = field(default_factory=time.monotonic)

    def keep(self, outcome: Outcome) -> None:
        """Note what was built; on disk within two seconds."""
        if outcome.entry:
            code = outcome.order.language.code
            self.entries[code][outcome.order.prompt.id] = outcome.entry
            self._changed.add(code)
        if time.monotonic() - self._saved > SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Put the changed manifests on disk."""
        for code in sorted(self._changed):
            write_manifest(self.audio_dir, code, self.entries[code])
        self._changed.clear()
        self._saved = time.monotonic()


def _outcomes(
    orders: tuple[Order, ...], audio_dir: Path, engines: Engines, processes: int
) -> Iterator[Outcome]:
    count = max(1, min(processes, len(orders)))
    # A forked child would inherit the threads of the progress bar in whatever state they are.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=start) as pool:
        bench = _Bench(pool, audio_dir, engines, count * AHEAD)
        try:
            yield from bench.run(orders)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@dataclass(slots=True)
class _Bench:
    pool: Executor
    audio_dir: Path
    engines: Engines
    room: int
    make: Make = do
    running: dict[Future[Entry], Outcome] = field(default_factory=dict)
    failures: int = 0
    refused: str = ""

    def run(self, orders: tuple[Order, ...]) -> Iterator[Outcome]:
        # Offline work first: it keeps the other processes busy while the service is asked, one at a time.
        online = [order for order in orders if self.engines.first(order) == GTTS]
        offline = [order for order in orders if self.engines.first(order) != GTTS]
        for order in offline:
            yield from self._give(Outcome(order, self.engines.first(order) or ""))
        for order in online:
            yield from self._fetch(order)
        while self.running:
            yield from self._collect()

    def _fetch(self, order: Order) -> Iterator[Outcome]:
        outcome = Outcome(order, GTTS)
        try:
            audio = self._ask(order)
        except SpeechError as error:
            yield from self._fall_back(outcome, str(error))
        else:
            yield from self._give(outcome, audio)

    def _ask(self, order: Order) -> bytes:
        if self.refused or self.engines.online is None:
            raise SpeechError(self.refused)
        try:
            audio = self.engines.online.speak(order.prompt.text, order.language)
        except SpeechError as error:
            self.failures += 1
            if isinstance(error, RefusedError) or self.failures >= GIVE_UP:
                self.refused = str(error)
            raise
        self.failures = 0
        return audio

    def _give(self, outcome: Outcome, audio: bytes = b"") -> Iterator[Outcome]:
        if not outcome.engine:
            yield replace(outcome, problem="no engine that can be had now speaks this language")
            return
        while len(self.running) >= self.room:
            yield from self._collect()
        self.running[self.pool.submit(self.make, self._work(outcome, audio))] = outcome

    def _collect(self) -> Iterator[Outcome]:
        finished, _ = wait(self.running, return_when=FIRST_COMPLETED)
        for future in finished:
            outcome = self.running.pop(future, None)
            if outcome is None:  # collected while a stand-in waited for room
                continue
            try:
                entry = future.result()
            except (SpeechError, SoundError) as error:
                yield from self._fall_back(outcome, str(error))
            else:
                yield replace(outcome, entry=entry)

    def _fall_back(self, outcome: Outcome, problem: str) -> Iterator[Outcome]:
        second = self.engines.second(outcome.order)
        if second in {None, outcome.engine}:
            yield replace(outcome, problem=problem)
        else:
            yield from self._give(Outcome(outcome.order, second or "", instead_of=problem))

    def _work(self, outcome: Outcome, audio: bytes) -> Work:
        prompt, language = outcome.order.prompt, outcome.order.language
        return Work(
            folder=self.audio_dir / language.code,
            key=voice_of(outcome.engine, language).key(prompt),
            words=prompt.words,
            engine=outcome.engine,
            text=prompt.text,
            voice=language.espeak_voice,
            words_per_minute=language.words_per_minute,
            audio=audio,
        )
