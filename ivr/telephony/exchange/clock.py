"""The exchange's clock: real, or hurried past the time in which every caller only waits."""

import asyncio
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

# A jump needs this many rounds of the event loop without a stir: longer than any chain of tasks that wake
# each other without the clock. Too few and time would overtake a call; each costs about a microsecond.
STILL = 60


class Clock:
    """Seconds that pass by `source`, plus those jumped over while `may_jump` and nobody is at work."""

    def __init__(self, source: Callable[[], float], may_jump: Callable[[], bool]) -> None:
        self._source = source
        self._may_jump = may_jump
        self._jumped = 0.0
        self._at_work = 0
        self._still = 0
        self._looking = False
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """Seconds, from some beginning."""
        return self._source() + self._jumped

    async def sleep(self, seconds: float) -> None:
        """Returns when that much time has passed."""
        if seconds <= 0:
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now() + seconds, next(self._order), woken))
        self._arm()
        self.stir()
        await woken

    @contextmanager
    def working(self) -> Iterator[None]:
        """While inside, time does not jump: a request, or a phone that has yet to react, is under way."""
        self.hold()
        try:
            yield
        finally:
            self.release()

    def hold(self) -> None:
        """Somebody begins work; `release` follows."""
        self._at_work += 1

    def release(self) -> None:
        """Somebody has ended work."""
        self._at_work -= 1
        self.stir()

    def stir(self) -> None:
        """Something has happened: look again, from the beginning, whether all is still."""
        self._still = 0
        if not self._looking and self._sleepers:
            self._looking = True
            asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        self._still += 1
        if self._at_work or not self._sleepers:
            self._looking = False
        elif self._still < STILL:
            asyncio.get_running_loop().call_soon(self._look)
        else:
            self._looking = False
            if self._may_jump():
                self._jump()

    def _jump(self) -> None:
        self._forget_cancelled()
        if self._sleepers:
            self._jumped += max(0.0, self._sleepers[0][0] - self.now())
            self._wake()

    def _wake(self) -> None:
        due = False
        while self._sleepers and self._sleepers[0][0] <= self.now() + 1e-9:
            _, _, woken = heapq.heappop(self._sleepers)
            due = True
            if not woken.done():
                woken.set_result(None)
        self._arm()
        if due:  # a timer that came too early has moved nothing, and must not keep time from jumping
            self.stir()

    def _arm(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._forget_cancelled()
        if self._sleepers:
            wait = max(0.0, self._sleepers[0][0] - self.now())
            self._timer = asyncio.get_running_loop().call_later(wait, self._wake)

    def _forget_cancelled(self) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
