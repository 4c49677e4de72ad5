"""How often somebody did something lately, in the memory of this process."""

from collections import deque


class Lately:
    """Counts what each did in the last `seconds`; whoever did nothing since takes no memory.

    One thread at a time. Moments are seconds of any clock that does not go back.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._done: deque[tuple[float, str]] = deque()
        self._numbers: dict[str, int] = {}

    def number(self, who: str, at: float) -> int:
        """How often, up to `at`."""
        while self._done and self._done[0][0] <= at - self._seconds:
            self._forget(self._done.popleft()[1])
        return self._numbers.get(who, 0)

    def note(self, who: str, at: float) -> None:
        """They do it once more."""
        self._done.append((at, who))
        self._numbers[who] = self._numbers.get(who, 0) + 1

    def __len__(self) -> int:
        """Of how many anything is known."""
        return len(self._numbers)

    def _forget(self, who: str) -> None:
        self._numbers[who] -= 1
        if not self._numbers[who]:
            del self._numbers[who]
