"""Where callers who leave a queue go on: known at once, for the moment that the network needs to ask."""

import json
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from ivr.journal.disk import write_safely

_LOG = logging.getLogger(__name__)
Departure = tuple[str, str]
MOST_IN_MEMORY = 2000
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Departures:
    """Language and state of those who left, in memory and as files in `folder` for the other processes."""

    folder: Path
    _known: OrderedDict[tuple[str, int], Departure] = field(default_factory=OrderedDict)

    def note(self, call: str, entry: int, language: str, state: str) -> None:
        """Remember it; a disk that does not take it leaves memory and storage."""
        self._remember((call, entry), (language, state))
        try:
            write_safely(self._path(call, entry), json.dumps([language, state]).encode())
        except OSError as error:
            _LOG.warning("A departure is not on disk: %s", error.strerror)

    def find(self, call: str, entry: int) -> Departure | None:
        """What was noted here, or on this disk."""
        return self._known.get((call, entry)) or self._read(call, entry)

    def forget(self, at: datetime) -> None:
        """Remove what is a day old."""
        oldest = (at - KEPT).timestamp()
        for path in self.folder.glob("*.json"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue  # another process was first

    def _remember(self, key: tuple[str, int], departure: Departure) -> None:
        self._known[key] = departure
        while len(self._known) > MOST_IN_MEMORY:
            self._known.popitem(last=False)

    def _path(self, call: str, entry: int) -> Path:
        name = sha256(f"{call}\0{entry}".encode()).hexdigest()[:32]
        return self.folder / f"{name}.json"

    def _read(self, call: str, entry: int) -> Departure | None:
        try:
            language, state = json.loads(self._path(call, entry).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _LOG.warning("A departure cannot be read (%s)", type(error).__name__)
            return None
        return str(language), str(state)
