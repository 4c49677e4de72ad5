"""The sound of voice messages: on this machine's disk, and in the store that machines share."""

import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ivr.jobs.message_tokens import checked
from ivr.journal.disk import write_safely
from ivr.sound.store import MESSAGES, Store, StoreAwayError

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MessageFiles:
    """Recordings by the provider's id; `folder` is this machine's, `far` the store that all of them ask."""

    folder: Path
    far: Store | None = None

    def keep(self, recording: str, sound: bytes) -> str:
        """Return its file name once every machine finds it; an OSError or StoreAwayError if none does."""
        path = self.path(recording)
        write_safely(path, sound)
        if self.far:
            self.far.put(_name(recording), sound)
        return path.name

    def path(self, recording: str) -> Path:
        """Where it lies on this machine, or would lie."""
        return self.folder / f"{checked(recording)}.wav"

    def has(self, recording: str) -> bool:
        """Whether it can be had; a StoreAwayError if the store would have to say."""
        return self.path(recording).is_file() or bool(self.far and self.far.has(_name(recording)))

    def find(self, recording: str) -> Path | None:
        """Where it lies, brought here if need be; None if it is nowhere, a StoreAwayError if nobody knows."""
        path = self.path(recording)
        if path.is_file() or self.far is None:
            return path if path.is_file() else None
        sound, written = self.far.get(_name(recording)), self.far.written(_name(recording))
        if sound is None or written is None:
            return None
        write_safely(path, sound)
        # Its age decides for how long its caller may hear it, wherever it is heard.
        os.utime(path, (written.timestamp(), written.timestamp()))
        return path

    def kept(self) -> dict[str, datetime]:
        """The recordings on this machine and in the store, and when each was written."""
        return {**self._far(), **self._near()}

    def remove(self, recording: str) -> None:
        """Remove it here and in the store; what stays in a store that is away goes later."""
        self.path(recording).unlink(missing_ok=True)
        try:
            if self.far:
                self.far.delete(_name(recording))
        except StoreAwayError as error:
            _LOG.warning("A recording that nobody needs stays in the store for now: %s", error)

    def share(self) -> None:
        """See that every machine finds what lies here from the time before there was a store, or a backup."""
        if self.far is None:
            return
        try:
            known = self.far.listed(MESSAGES)
            for recording in sorted(self._near()):
                if _name(recording) not in known:
                    self.far.put(_name(recording), self.path(recording).read_bytes())
        except FileNotFoundError:
            return  # removed meanwhile; the next time sees to the others
        except StoreAwayError as error:
            _LOG.warning("Other machines do not find all recordings yet: %s", error)

    def _near(self) -> dict[str, datetime]:
        found = {path.stem: written(path) for path in self.folder.glob("RE*.wav")}
        return {each: datetime.fromtimestamp(at, UTC) for each, at in found.items() if _is_id(each)}

    def _far(self) -> dict[str, datetime]:
        try:
            found = self.far.listed(MESSAGES) if self.far else {}
        except StoreAwayError as error:
            _LOG.warning("The recordings in the store are not known now: %s", error)
            return {}
        return {Path(name).stem: at for name, at in found.items()}


def written(path: Path) -> float:
    """When, in seconds of the epoch; at its beginning for what another process has just removed."""
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return 0


def _name(recording: str) -> str:
    return f"{MESSAGES}/{checked(recording)}.wav"


def _is_id(name: str) -> bool:
    try:
        checked(name)
    except ValueError:
        return False
    return True
