"""Live takes on this machine: callers are given what lies here already, and wait for no store."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from ivr.sound.live import FILE, LANGUAGE, sound_path
from ivr.sound.store import StoreAwayError
from ivr.sound.take_files import TakeFiles, names_of
from ivr.storage.takes import Take, take_from_row

_LOG = logging.getLogger(__name__)
_AT_ONCE = 2
_WAIT = 1.0  # seconds for one of them
Rows = Sequence[Mapping[str, Any]]


class Nearby:
    """The live takes whose files are here; for another, the one heard before it, until its file is here.

    `soon` wakes whoever calls `fetch`.
    """

    def __init__(self, files: TakeFiles, soon: Callable[[], None]) -> None:
        self._files, self._soon = files, soon
        self._rows: Rows | None = None
        self._takes: tuple[Take, ...] = ()
        self._given: tuple[Take, ...] = ()
        self._here: set[str] = set()
        self._served: dict[tuple[str, str], Take] = {}
        self._wanted: tuple[Take, ...] = ()

    def of(self, rows: Rows) -> tuple[Take, ...]:
        """What callers can be given of the live takes in the snapshot's `rows`; from memory and this disk."""
        if rows is not self._rows and not self._is_known(rows):
            known = {(take.id, take.file): take for take in self._takes}
            self._takes = tuple(known.get((row["id"], row["file"])) or take_from_row(row) for row in rows)
        elif not self._wanted:
            return self._given
        self._rows = rows
        self._wanted = tuple(take for take in self._takes if not self._is_here(take))
        absent = {take.id for take in self._wanted}
        given = {(take.language, take.prompt): take for take in self._takes if take.id not in absent}
        earlier = ((take.language, take.prompt) for take in self._wanted)
        self._served = given | {each: self._served[each] for each in earlier if each in self._served}
        if self._wanted and self._files.far:
            self._soon()
        self._given = tuple(self._served.values())
        return self._given

    def fetch(self) -> int:
        """Fetch what is wanted here; how many are still wanted: the store is away, or has lost them."""
        wanted, done = self._wanted, 0
        for take in wanted:
            try:
                done += self._files.fetch(names_of(take)[1])
            except StoreAwayError as error:
                _LOG.warning("%d takes are not here yet: %s", len(wanted) - done, error)
                break
        return len(wanted) - done

    def _is_known(self, rows: Rows) -> bool:
        """Whether the rows say the same as those before: other things in the snapshot change more often."""
        return len(rows) == len(self._takes) and all(
            (row["id"], row["file"]) == (take.id, take.file)
            for row, take in zip(rows, self._takes, strict=True)
        )

    def _is_here(self, take: Take) -> bool:
        name = names_of(take)[1]
        if name not in self._here and self._files.near.has(name):
            self._here.add(name)
        return name in self._here


class ServedSounds:
    """What lies behind /audio/<language>/<file>: built speech, and takes, whichever machine is asked."""

    def __init__(self, audio_dir: Path, files: TakeFiles) -> None:
        self._audio_dir, self._files = audio_dir, files
        self._free = BoundedSemaphore(_AT_ONCE)

    def find(self, language: str, file: str) -> Path | None:
        """The file on this disk, fetched if it is a take that only the store has; odd names are no files."""
        path = sound_path(self._audio_dir, self._files.near.folder, language, file)
        if path or not self._files.far or not LANGUAGE.fullmatch(language) or not FILE.fullmatch(file):
            return path
        return self._fetched(f"{language}/{file}")

    def _fetched(self, name: str) -> Path | None:
        # Anybody may ask for names that do not exist: they must not take all threads with them.
        if not self._free.acquire(timeout=_WAIT):
            return None
        try:
            return self._files.near.path(name) if self._files.fetch(name) else None
        except StoreAwayError as error:
            _LOG.warning("A sound cannot be served: %s", error)
            return None
        finally:
            self._free.release()
