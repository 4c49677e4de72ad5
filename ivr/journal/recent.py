"""The last things that were seen, so many of them."""

from collections.abc import Hashable


class Recent:
    """Knows the newest `most` things again; the oldest are forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: dict[Hashable, None] = {}

    def new(self, thing: Hashable) -> bool:
        """Whether it has not been seen lately; from now on it has."""
        if thing in self._seen:
            return False
        self._seen[thing] = None
        if len(self._seen) > self._most:
            del self._seen[next(iter(self._seen))]
        return True
