"""Questions to storage that a call cannot wait for long: answered in time, or not at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from contextvars import copy_context
from threading import BoundedSemaphore
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 4


class NotInTimeError(Exception):
    """Storage has not answered in time, or as many as may wait for it do so already."""


class InTime:
    """Runs questions beside the caller of `ask`; one that is too slow goes on, only nobody waits for it."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix="in-time")
        self._free = BoundedSemaphore(at_once)

    def ask(self, question: Callable[[], T], seconds: float) -> T:
        """Its answer, or whatever it raises, within `seconds`; else a NotInTimeError."""
        if not self._free.acquire(blocking=False):
            raise NotInTimeError("too many wait for storage")
        # What it logs is about the call of whoever asks.
        future = self._workers.submit(copy_context().run, question)
        future.add_done_callback(lambda _: self._free.release())
        try:
            return future.result(timeout=seconds)
        except TooSlowError as error:
            raise NotInTimeError(f"no answer from storage within {seconds} seconds") from error
