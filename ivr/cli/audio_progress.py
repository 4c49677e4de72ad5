"""How far a long command is: a bar on a terminal, now and then a line elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 10.0


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """A function to call for each piece that is done."""
    if not sys.stdout.isatty():
        yield _lines(total)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415 (slow)

    with Progress("Building", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as bar:
        task = bar.add_task("Building", total=total)
        yield lambda: bar.advance(task)


def _lines(total: int) -> Callable[[], None]:
    done, said = 0, time.monotonic()

    def advance() -> None:
        nonlocal done, said
        done += 1
        if time.monotonic() - said >= EVERY:
            said = time.monotonic()
            print(f"Built {done} of {total}", flush=True)

    print(f"Building {total} prompts", flush=True)
    return advance
