"""What is wrong with something imported, and where, in words for the person who wrote it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about one place of a file; only a warning if what stands there is kept all the same."""

    where: str
    what: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {'warning: ' if self.warning else ''}{self.what}"


class UnreadableFileError(Exception):
    """A file of which nothing can be used; says why and what to do."""


class BadEventError(Exception):
    """An event that cannot be a shift; says why and what to do."""


class NeverRecursError(BadEventError):
    """A rule that was searched for its next occurrence in vain."""
