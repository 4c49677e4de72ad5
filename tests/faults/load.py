"""Many callers at once, each of whom goes through a whole call, again and again."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock

from tests.faults.serving import Heard, Helpline

CALLERS = 4


@dataclass
class Load:
    """What the callers did, and all they heard."""

    helpline: Helpline
    heard: list[Heard] = field(default_factory=list)
    ended: int = 0
    calls: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(CALLERS), 0))
    promised: list[str] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    one: Lock = field(default_factory=Lock)

    def errors(self) -> list[Heard]:
        """What a caller would have heard an apology for, because the second try failed too."""
        return [each for each in self.heard if each.status not in {200, 204}]

    def failures(self) -> list[str]:
        """What the first tries came to that were followed by another."""
        return [each.first for each in self.heard if each.first]

    def retried(self) -> int:
        """How many webhooks had to be told twice."""
        return sum(each.tries > 1 for each in self.heard)

    def goes_on(self) -> Callable[[], bool]:
        """Whether every caller has been through two more calls by then."""
        before = dict(self.calls)
        return lambda: all(self.calls[each] > before[each] + 1 for each in range(CALLERS))

    def call_on(self, caller: int) -> None:
        """One call after the other: the menu, a segment, a message, the end."""
        while not self.stopping.is_set():
            with self.one:
                call = self.helpline.call(next(self.numbers))
            first = call.says("/voice")
            heard = [first, call.says("/voice/en/g/l.u", Digits="1"), call.leaves_a_message()]
            heard.append(call.hangs_up())
            with self.one:
                self.heard += heard
                self.ended += 1
                self.calls[caller] += 1
                if "message.lost" not in heard[2].text and heard[2].status == 200:
                    self.promised.append(f"CA{call.number:032x}")


@contextmanager
def under_load(helpline: Helpline) -> Iterator[Load]:
    """While inside, callers call; at the end they finish their calls."""
    load = Load(helpline)
    with ThreadPoolExecutor(CALLERS) as pool:
        callers = [pool.submit(load.call_on, each) for each in range(CALLERS)]
        try:
            yield load
        finally:
            load.stopping.set()
        for each in callers:
            each.result(30)
