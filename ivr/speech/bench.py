"""The bench: orders spoken by whoever may, mastered by whoever is at hand, and the manifests kept in step."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.sound.manifest import Entry, write_manifest
from ivr.sound.trouble import SoundError
from ivr.speech.engine import Engine, RefusedError, SpeechError
from ivr.speech.plan import Order
from ivr.speech.recipe import ESPEAK, GTTS, TONES, voice_of
from ivr.speech.work import Work

SAVE_EVERY = 2.0
GIVE_UP = 3  # failures of the service in a row
Make = Callable[[Work], Entry]


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


@dataclass(slots=True)
class Bench:
    """Has the orders spoken and mastered: `make` does it in `pool`, at most `room` at once."""

    pool: Executor
    audio_dir: Path
    engines: Engines
    room: int
    make: Make
    running: dict[Future[Entry], Outcome] = field(default_factory=dict)
    failures: int = 0
    refused: str = ""

    def run(self, orders: tuple[Order, ...]) -> Iterator[Outcome]:
        """Each order done, or why not, as it is done."""
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
