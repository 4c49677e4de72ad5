"""What the network has otherwise than we want about the helpline's number; asked in the background."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

_LOG = logging.getLogger(__name__)
FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NumberTold:
    """What the network told at a moment: each difference in words, or why it could not be asked."""

    at: datetime
    differences: tuple[str, ...] = ()
    problem: str = ""


class NumberWatch:
    """Asks the network at most once in FRESH; `ask` gives the differences, or raises one of `failures`."""

    def __init__(
        self,
        ask: Callable[[], tuple[str, ...]],
        failures: tuple[type[Exception], ...],
        now: Callable[[], datetime],
        pool: Executor | None = None,
    ) -> None:
        self._ask, self._failures, self._now = ask, failures, now
        self._pool = pool or ThreadPoolExecutor(1, thread_name_prefix="number-watch")
        self._told: NumberTold | None = None
        self._asked: datetime | None = None

    def told(self) -> NumberTold | None:
        """What was told last, None for nothing yet; at once, and asked anew if that is a while ago."""
        at = self._now()
        if self._asked is None or at - self._asked >= FRESH:
            self._asked = at
            self._pool.submit(self._look)
        return self._told

    def _look(self) -> None:
        try:
            self._told = NumberTold(self._now(), self._ask())
        except self._failures as error:
            self._told = NumberTold(self._now(), problem=str(error))
        except Exception:  # noqa: BLE001 (nobody would ever see it on a thread of the pool)
            _LOG.exception("What the network says of the number could not be read")
            self._told = NumberTold(self._now(), problem="the log of the server says why")
