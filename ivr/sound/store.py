"""Where the files of takes and messages lie: a folder, or a bucket that several machines share."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from ivr.journal.disk import sync_folder
from ivr.sound.files import write_whole

MESSAGES = "messages"
"""The folder of callers' recordings: no language is called so, and /audio hands out nothing of it."""
_TAKE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}/[0-9a-f]{64}(\.wav|\.original(\.[a-z0-9]{1,7})?)"
_NAME = re.compile(rf"{_TAKE}|{MESSAGES}/RE[0-9a-f]{{32}}\.wav")


class StoreAwayError(Exception):
    """The store does not answer, or takes nothing now; it may later."""


class Store(Protocol):
    """Files by name, `<language>/<file>` or `messages/<file>`: never changed. ValueError for other names."""

    def put(self, name: str, content: bytes) -> None:
        """Return once the file cannot be lost any more; a StoreAwayError if that cannot be had."""

    def get(self, name: str) -> bytes | None:
        """The file, or None if there is none; a StoreAwayError if that cannot be told."""

    def has(self, name: str) -> bool:
        """Whether there is such a file; a StoreAwayError if that cannot be told."""

    def written(self, name: str) -> datetime | None:
        """When it was put there; None if there is none, a StoreAwayError if that cannot be told."""

    def listed(self, folder: str) -> dict[str, datetime]:
        """Every file in the folder by its name, and when it was put there; a StoreAwayError if it is away."""

    def delete(self, name: str) -> None:
        """See that there is no such file; a StoreAwayError if it stays."""


@dataclass(frozen=True, slots=True)
class FolderStore:
    """Files in a folder of this machine, or in one that several machines share."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where the file lies, or would lie."""
        return self.folder / checked(name)

    def put(self, name: str, content: bytes) -> None:
        """Write it whole, and have the disk confirm it and its name, and those of folders that are new."""
        path = self.path(name)
        missing = [each for each in (path.parent, *path.parent.parents) if not each.is_dir()]
        try:
            write_whole(path, content)
            for folder in dict.fromkeys((path.parent, self.folder, *(each.parent for each in missing))):
                sync_folder(folder)
        except OSError as error:
            raise StoreAwayError(f"{path}: {error.strerror}") from error

    def get(self, name: str) -> bytes | None:
        """Read it."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreAwayError(f"{self.path(name)}: {error.strerror}") from error

    def has(self, name: str) -> bool:
        """Look whether it is there."""
        return self.path(name).is_file()

    def written(self, name: str) -> datetime | None:
        """When its content was last written."""
        try:
            return datetime.fromtimestamp(self.path(name).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreAwayError(f"{self.path(name)}: {error.strerror}") from error

    def listed(self, folder: str) -> dict[str, datetime]:
        """Look into the folder."""
        names = (f"{folder}/{path.name}" for path in (self.folder / folder).glob("*"))
        found = {name: self.written(name) for name in names if is_name(name)}
        return {name: at for name, at in found.items() if at}

    def delete(self, name: str) -> None:
        """Remove it, if it is there."""
        try:
            self.path(name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreAwayError(f"{self.path(name)}: {error.strerror}") from error


def checked(name: str) -> str:
    """The name if it is one of a take's or message's file; nothing else is ever read or written."""
    if not is_name(name):
        raise ValueError(f"{name!r} is not the name of a take's file: <language>/<64 digits>.wav")
    return name


def is_name(name: str) -> bool:
    """Whether it is one of ours."""
    return _NAME.fullmatch(name) is not None
