"""Fetches what staff record by phone, makes it a draft, and has the network forget it."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.content.catalogue import Prompt
from ivr.flow.words_to_recorders import FINDINGS
from ivr.jobs.fetching import Network
from ivr.jobs.queue import Task
from ivr.journal.disk import write_safely
from ivr.journal.promise_files import refuse
from ivr.journal.promises import NotKeptError
from ivr.logs import about
from ivr.sound.acceptances import note_take
from ivr.sound.intake import Origin
from ivr.sound.manifest import Entry
from ivr.sound.takes import Draft, Takes
from ivr.sound.trouble import SoundError
from ivr.storage import studio_recordings as stored
from ivr.storage.accounts import account_by_id
from ivr.storage.engine import reading, writing
from ivr.storage.errors import StorageError
from ivr.storage.promises import drop_recording
from ivr.storage.studio_recordings import StudioRecording

_LOG = logging.getLogger(__name__)
TASK = "studio_recordings"
PHONE = "phone"
UNREADABLE = ("unreadable",)
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=1)
WHILE_SOMEBODY_WAITS = 32  # tries, a second apart
LONGEST_PAUSE = timedelta(hours=1)
LOST_AFTER = timedelta(days=2)
"""No network hands over a recording as late as that."""
LOOK_EVERY = 5.0  # seconds
AT_ONCE = 2  # recordings; each is examined in a process of its own
_AWAY = (SQLAlchemyError, StorageError)


@dataclass(frozen=True, slots=True)
class StudioRecordings:
    """Keeps recordings until they are drafts: in storage, or in `folder` on this disk while that is away.

    `built` finds the built speech of a prompt in a language; `failures` are the errors of the network that
    mean "again later".
    """

    engine: Engine
    network: Network
    takes: Takes
    built: Callable[[str, str], Entry | None]
    folder: Path
    now: Callable[[], datetime]
    failures: tuple[type[Exception], ...]
    soon: Callable[[str], None] = field(default=lambda _: None)

    def tasks(self) -> tuple[Task, ...]:
        """What is to run: fetching, and bringing in what lies on this disk."""
        return (
            Task(TASK, self.work, LOOK_EVERY, threads=AT_ONCE),
            Task(f"{TASK}_here", self.bring, LOOK_EVERY, threads=1, memory=True),
        )

    def keep(self, recording: StudioRecording) -> None:
        """Return once it cannot be lost any more; NotKeptError if neither storage nor disk takes it."""
        try:
            with writing(self.engine) as connection:
                self._store(connection, recording)
        except _AWAY as error:
            _LOG.warning("A recording of staff is noted on disk: %s", type(error).__name__)
            self._note(recording)
        self.soon(TASK)

    def bring(self) -> timedelta | None:
        """Bring in what lies on this disk; a file that cannot be read is put aside."""
        for path in sorted(self.folder.glob("RE*.json")):
            recording = _read(path)
            if recording is None:
                continue
            with about(recording.call), writing(self.engine) as connection:
                self._store(connection, recording)
            path.unlink(missing_ok=True)
            self.soon(TASK)
        return None

    def find(self, id_: str) -> StudioRecording | None:
        """What has become of it; None if storage does not know it (yet)."""
        with reading(self.engine) as connection:
            return stored.find_recording(connection, id_)

    def work(self) -> timedelta | None:
        """Fetch what is due now; how soon to look again because something was not there yet."""
        at = self.now()
        with reading(self.engine) as connection:
            due = stored.due_recordings(connection, at)
        waits = []
        for each in due:
            with about(each.call):
                waits.append(self._fetch(each, at))
        return min((wait for wait in waits if wait), default=None)

    def _store(self, connection: Connection, recording: StudioRecording) -> None:
        account = account_by_id(connection, recording.account)
        named = replace(recording, made_by=account.name if account else recording.made_by)
        stored.keep_recording(connection, named)

    def _note(self, recording: StudioRecording) -> None:
        told = {**asdict(recording), "made_at": recording.made_at.isoformat()}
        try:
            write_safely(self.folder / f"{recording.id}.json", json.dumps(told).encode())
        except OSError as error:
            raise NotKeptError(f"neither storage nor disk: {error.strerror}") from error

    def _fetch(self, recording: StudioRecording, at: datetime) -> timedelta | None:
        with writing(self.engine) as connection:
            if not stored.claim_recording(connection, recording, at, LEASE):
                return None
        again: tuple[type[Exception], ...] = (*self.failures, OSError, NotKeptError)
        try:
            sound = self.network.fetch(recording.id)
            draft = self._drafted(recording, sound)
        except again as error:
            return self._later(recording, error)
        except SoundError as error:
            _LOG.warning("A recording of staff is no sound: %s", error)
            draft = None
        self._settle(recording, draft)
        return None

    def _drafted(self, recording: StudioRecording, sound: bytes) -> Draft:
        prompt = prompt_from(recording.prompt)
        origin = Origin(f"{recording.id}.wav", PHONE, recording.made_by, recording.made_at, recording.id)
        return self.takes.draft(prompt, sound, origin, self.built(prompt.id, prompt.language))

    def _settle(self, recording: StudioRecording, draft: Draft | None) -> None:
        take = draft.take if draft else None
        state = stored.DRAFTED if take else stored.REFUSED
        findings = _findings(draft, without_words=not recording.prompt["text"]) if draft else UNREADABLE
        with writing(self.engine) as connection:
            stored.settle_recording(connection, recording.id, state, take.id if take else None, findings)
            if take:
                note_take(connection, self.now(), recording.made_by, "take recorded", take, PHONE)
            drop_recording(connection, recording.id, self.now())
        self.soon("recordings")

    def _later(self, recording: StudioRecording, error: Exception) -> timedelta | None:
        at = self.now()
        if at - recording.made_at > LOST_AFTER:
            _LOG.error("A recording of staff never came (%s); it is given up", type(error).__name__)
            with writing(self.engine) as connection:
                stored.settle_recording(connection, recording.id, stored.LOST)
                drop_recording(connection, recording.id, at)
            return None
        pause = _pause(recording.tries + 1 - WHILE_SOMEBODY_WAITS)
        _LOG.info("A recording of staff is not here yet (%s); again in %s", type(error).__name__, pause)
        with writing(self.engine) as connection:
            stored.try_again(connection, recording, at + pause)
        return pause


def prompt_to(prompt: Prompt) -> dict[str, Any]:
    """The prompt as values that JSON knows."""
    return asdict(prompt)


def prompt_from(told: Mapping[str, Any]) -> Prompt:
    """The prompt that `prompt_to` was given."""
    return Prompt(**{**told, "values": tuple((name, value) for name, value in told["values"])})


def _findings(draft: Draft, *, without_words: bool) -> tuple[str, ...]:
    """What is said of it; how long it is says nothing where nobody wrote what is to be said."""
    unsaid = {"short", "long"} if without_words else set()
    found = (each.check for each in draft.report.findings if each.check not in unsaid)
    return tuple(each for each in dict.fromkeys(found) if each in FINDINGS)


def _read(path: Path) -> StudioRecording | None:
    try:
        return _from_json(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None  # another process has just brought it in
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        _LOG.error("%s cannot be read (%s); it is put aside", path, type(error).__name__)
        refuse(path)
        return None


def _from_json(told: dict[str, Any]) -> StudioRecording:
    made_at = datetime.fromisoformat(told["made_at"])
    return StudioRecording(**{**told, "made_at": made_at, "findings": tuple(told["findings"])})


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(max(tries, 0), 12)), LONGEST_PAUSE)
