"""`ivr worker`: does later work in a process of its own, for servers started with --no-worker."""

import signal
from threading import Event
from types import FrameType

import click

from ivr import clock
from ivr.app.parts import Parts, build
from ivr.cli.context import fail, settings
from ivr.content import ContentError
from ivr.logs import begin_logging
from ivr.storage.errors import StorageError


@click.command()
def worker() -> None:
    """Fetch, ring back, tell and refresh what is due, until stopped by Ctrl-C or SIGTERM.

    `ivr serve` does this by itself; with --no-worker, one of these for each machine does it. Whatever is cut
    off is taken up again, by this worker when it is back or by another.
    """
    chosen = settings()
    begin_logging(chosen)
    try:
        parts = build(chosen, clock.now)
    except ContentError as error:
        fail(f"The content in {chosen.prompts_dir} cannot be used:", *map(str, error.problems))
    except (StorageError, OSError) as error:
        fail(str(error))
    _work(parts, _asked_to_stop())


def _work(parts: Parts, stop: Event) -> None:
    parts.start()
    print(f"Works for: {', '.join(parts.tasks.names)}", flush=True)
    stop.wait()
    parts.tasks.stop()
    # What else runs only reads, or drains a folder file by file: it may be cut off at once.
    parts.stopping.set()


def _asked_to_stop() -> Event:
    asked = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        asked.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, ask)
    return asked
