"""The files of takes: on this machine's disk always, in the shared store as soon as that answers."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from ivr.sound.store import FolderStore, Store, StoreAwayError
from ivr.storage.takes import NewTake

_LOG = logging.getLogger(__name__)


class TakeLostError(LookupError):
    """A take's file is nowhere: callers must not be given it."""


def names_of(take: NewTake) -> tuple[str, str]:
    """The names of the take's original and of its master."""
    return f"{take.language}/{take.original}", f"{take.language}/{take.file}"


@dataclass(frozen=True, slots=True)
class TakeFiles:
    """Files on this machine's disk, `near`, and in the store that machines share, `far`, if there is one."""

    near: FolderStore
    far: Store | None = None

    def put(self, name: str, content: bytes) -> bool:
        """Whether it is where every machine finds it; a StoreAwayError if it is not even on this disk."""
        self.near.put(name, content)
        try:
            if self.far:
                self.far.put(name, content)
        except StoreAwayError as error:
            _LOG.warning("A take's file waits on this machine's disk: %s", error)
            return False
        return True

    def settle(self, names: Iterable[str]) -> None:
        """Return once every machine finds the files; StoreAwayError, or TakeLostError if one is nowhere."""
        for name in names:
            if not (self.far or self.near).has(name):
                self._bring(name)

    def get(self, name: str) -> bytes | None:
        """The file, from this disk if it is there; a StoreAwayError if the store would have to be asked."""
        found = self.near.get(name)
        if found is None and self.far:
            found = self.far.get(name)
        return found

    def fetch(self, name: str) -> bool:
        """Whether the file is on this disk now; asks the store if need be, a StoreAwayError if it is away."""
        if self.near.has(name):
            return True
        found = self.far.get(name) if self.far else None
        if found is None:
            return False
        self.near.put(name, found)
        return True

    def are_here(self, names: Iterable[str]) -> bool:
        """Whether all of them are on this disk."""
        return all(self.near.has(name) for name in names)

    def delete(self, names: Iterable[str]) -> None:
        """Remove the files; one that cannot be removed now is only a waste of space."""
        for name in names:
            try:
                self.near.delete(name)
                if self.far:
                    self.far.delete(name)
            except StoreAwayError as error:
                _LOG.warning("A take's file that nobody needs stays: %s", error)

    def _bring(self, name: str) -> None:
        content = self.near.get(name) if self.far else None
        if content is None or self.far is None:
            raise TakeLostError(f"the take's file {name} is in no store; record it again")
        self.far.put(name, content)
