"""The build: what was planned, spoken and mastered on every core, and the manifests kept in step."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from ivr.speech.bench import Bench, Engines, Outcome, Shelf
from ivr.speech.making import do, start
from ivr.speech.plan import LanguagePlan, Order

AHEAD = 3  # tasks a process; keeps all of them busy, and memory level for any number of prompts


class BuildError(Exception):
    """A build that cannot go on; the message says why and what to do."""


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


def _outcomes(
    orders: tuple[Order, ...], audio_dir: Path, engines: Engines, processes: int
) -> Iterator[Outcome]:
    count = max(1, min(processes, len(orders)))
    # A forked child would inherit the threads of the progress bar in whatever state they are.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=start) as pool:
        bench = Bench(pool, audio_dir, engines, count * AHEAD, do)
        try:
            yield from bench.run(orders)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
