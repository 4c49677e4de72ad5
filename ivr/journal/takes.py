"""What staff recorded and accepted, on this disk until storage has it: drafts, and decisions about them."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from ivr.journal.disk import write_safely
from ivr.storage.take_turns import Decision
from ivr.storage.takes import Take, take_from_row, take_to_row

_LOG = logging.getLogger(__name__)
_DRAFT, _UNSENT, _ACCEPTED = "draft", "unsent", "accepted"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a take is accepted; a draft storage may not know yet comes with it."""

    take: Take
    decision: Decision


@dataclass(frozen=True, slots=True)
class TakeJournal:
    """Files in `folder`, each whole or absent; OSError if the disk does not take one."""

    folder: Path

    def note_draft(self, take: Take, *, unsent: bool) -> None:
        """Remember the draft, so that it can be accepted here whatever storage does.

        `unsent`: storage does not know it, or the store has not its files.
        """
        told = json.dumps(take_to_row(take)).encode()
        write_safely(self._draft_path(take.id), told)
        if unsent:
            write_safely(self._unsent_path(take.id), told)

    def find_draft(self, take_id: int) -> Take | None:
        """The draft of that id, if it was made here."""
        return _read(self._draft_path(take_id), take_from_row)

    def unsent(self) -> tuple[Take, ...]:
        """The drafts that were made here and are known nowhere else."""
        paths = sorted(self.folder.glob(f"{_UNSENT}.*.json"))
        return tuple(take for path in paths if (take := _read(path, take_from_row)))

    def sent(self, take_id: int) -> None:
        """The draft is known everywhere."""
        _remove(self._unsent_path(take_id))

    def forget_draft(self, take_id: int) -> None:
        """There is nothing left to do about the draft here."""
        for path in (self._unsent_path(take_id), self._draft_path(take_id)):
            _remove(path)

    def forget_drafts(self, before: datetime) -> None:
        """Forget those of before that moment, which storage knows: most were dealt with elsewhere."""
        for path in self.folder.glob(f"{_DRAFT}.*.json"):
            take = _read(path, take_from_row)
            if take and take.made_at < before and not self._unsent_path(take.id).exists():
                _remove(path)

    def keep(self, acceptance: Acceptance) -> None:
        """Return once the acceptance is safely on disk."""
        moment = acceptance.decision.at.isoformat()
        told = {
            "take": take_to_row(acceptance.take),
            "decision": {**asdict(acceptance.decision), "at": moment},
        }
        write_safely(self._accepted_path(acceptance), json.dumps(told).encode())

    def waiting(self) -> tuple[Acceptance, ...]:
        """What was accepted here and storage does not know, oldest first."""
        paths = self.folder.glob(f"{_ACCEPTED}.*.json")
        found = [each for path in paths if (each := _read(path, _acceptance))]
        return tuple(sorted(found, key=lambda each: each.decision.at))

    def done(self, acceptance: Acceptance) -> None:
        """Storage knows it, or it has come to nothing."""
        _remove(self._accepted_path(acceptance))

    def refuse(self, acceptance: Acceptance) -> None:
        """Put it aside for somebody to look at; it holds up nothing behind it."""
        path = self._accepted_path(acceptance)
        with suppress(FileNotFoundError):  # another process has just done so
            path.replace(path.with_suffix(".refused"))

    def _draft_path(self, take_id: int) -> Path:
        return self.folder / f"{_DRAFT}.{take_id}.json"

    def _unsent_path(self, take_id: int) -> Path:
        return self.folder / f"{_UNSENT}.{take_id}.json"

    def _accepted_path(self, acceptance: Acceptance) -> Path:
        return self.folder / f"{_ACCEPTED}.{acceptance.decision.key}.json"


def _acceptance(told: dict[str, Any]) -> Acceptance:
    decision = told["decision"]
    moment = datetime.fromisoformat(decision["at"])
    return Acceptance(take_from_row(told["take"]), Decision(**{**decision, "at": moment}))


def _remove(path: Path) -> None:
    """What cannot be removed is told again, and that changes nothing."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _LOG.warning("%s cannot be removed: %s", path, error.strerror)


def _read(path: Path, make: Callable[[dict[str, Any]], _Read]) -> _Read | None:
    try:
        return make(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None  # another process has just dealt with it
    except (OSError, ValueError, TypeError, KeyError):
        _LOG.exception("%s cannot be read; it is kept as it is, correct or remove it", path)
        return None
