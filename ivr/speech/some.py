"""A small build beside a server: one prompt after the other, in the order of the plan."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from ivr.sound.trouble import SoundError
from ivr.speech.bench import Bench, Engines, Make, Outcome, Shelf
from ivr.speech.engine import SpeechError
from ivr.speech.plan import LanguagePlan


def build_some(
    plan: LanguagePlan, audio_dir: Path, engines: Engines, make: Make, report: Callable[[Outcome], None]
) -> None:
    """Speak what is planned for one language, one prompt after the other, each made by `make`; as `build`."""
    shelf = Shelf(audio_dir, {plan.language.code: dict(plan.entries)})
    bench = Bench(_AtOnce(), audio_dir, engines, 1, make)
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
