"""Speech of edited words and announcements, built in the background while callers hear what was before."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.content import Content, Prompt
from ivr.jobs.queue_looks import Task
from ivr.sound.manifest import Entry
from ivr.speech.alone import BusyError, alone
from ivr.speech.apart import do_apart
from ivr.speech.bench import Engines, Outcome
from ivr.speech.plan import LanguagePlan, Order, plan
from ivr.speech.some import build_some
from ivr.speech.work import Work

_LOG = logging.getLogger(__name__)
EVERY = 1.0  # seconds between two looks; they cost nothing while nothing has changed
AT_ONCE = 12  # prompts in a look: callers hear these before the next are made
BUSY = timedelta(seconds=2)
FAILED = timedelta(minutes=10)  # until what could not be spoken is tried again
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Speaking:
    """Builds what staff have written, on every machine into its own `audio_dir`, never two builds at once.

    `wanted` is the content with every edit, `voices` the engines for a language, `make` makes one sound;
    `share` is told of each, by `<language>/<file>`, so that other machines have it too.
    """

    audio_dir: Path
    wanted: Callable[[], Content]
    now: Callable[[], datetime]
    voices: Callable[[LanguagePlan], Engines]
    make: Callable[[Work], Entry] = do_apart
    share: Callable[[str], None] = lambda _: None
    _settled: Content | None = None
    _again: datetime = _NEVER
    _failed: dict[str, datetime] = field(default_factory=dict)

    def task(self) -> Task:
        """The task "speech", in every process: the first to have the lock of the machine builds."""
        return Task("speech", self.look, EVERY, threads=1, memory=True)

    def look(self) -> timedelta | None:
        """Build some of what is missing; at once again if there is more."""
        wanted, at = self.wanted(), self.now()
        if wanted is self._settled and at < self._again:
            return None
        codes = tuple(code for code, language in wanted.languages.items() if language.engines)
        codes = tuple(code for code in codes if any(map(_by_staff, wanted.prompts.get(code, {}).values())))
        try:
            if codes and self._build(wanted, codes, at):
                return timedelta(0)
        except BusyError:
            return BUSY
        except OSError as error:
            _LOG.error("AUDIO_DIR: %s: %s; edited words are not spoken", error.filename, error.strerror)
            return FAILED
        self._settle(wanted)
        return None

    def _build(self, wanted: Content, codes: tuple[str, ...], at: datetime) -> bool:
        """Whether something was built, or at least tried."""
        left = AT_ONCE
        with alone(self.audio_dir):
            for each in plan(wanted, self.audio_dir, codes):
                orders = () if each.damage else self._due(each.orders, at)[:left]
                if orders:
                    left -= len(orders)
                    mine = replace(each, orders=orders)
                    build_some(mine, self.audio_dir, self.voices(mine), self.make, self._note)
        return left < AT_ONCE

    def _due(self, orders: Iterable[Order], at: datetime) -> tuple[Order, ...]:
        mine = (each for each in orders if _by_staff(each.prompt))
        return tuple(each for each in mine if self._failed.get(each.prompt.words, at) <= at)

    def _note(self, outcome: Outcome) -> None:
        prompt = outcome.order.prompt
        self._failed.pop(prompt.words, None)
        if outcome.entry is None:
            self._failed[prompt.words] = self.now() + FAILED
            _LOG.warning("%s %s: not spoken: %s", prompt.language, prompt.id, outcome.problem)
        else:
            self.share(f"{prompt.language}/{outcome.entry.file}")

    def _settle(self, wanted: Content) -> None:
        self._settled = wanted
        words = {each.words for each in _prompts(wanted)} if self._failed else set()
        self._failed = {each: until for each, until in self._failed.items() if each in words}
        self._again = min(self._failed.values(), default=_NEVER)


def _prompts(content: Content) -> Iterable[Prompt]:
    return (each for prompts in content.prompts.values() for each in prompts.values())


def _by_staff(prompt: Prompt) -> bool:
    return prompt.filed is not None or prompt.dated
