"""Takes as staff deal with them: drafted, accepted, gone back from, withdrawn, discarded.

What is accepted is heard by callers from their next prompt. First the files are where every machine finds
them, then one transaction makes the take live; killed in between, callers hear what they heard before. While
storage is away, drafts and acceptances lie safely on this machine's disk, and `follow` brings them in.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.content.catalogue import Prompt
from ivr.journal.promises import NotKeptError
from ivr.journal.takes import TakeJournal
from ivr.settings import Settings
from ivr.sound.acceptances import Acceptances, UnknownTakeError, note_take
from ivr.sound.intake import Origin, examine_for, new_take
from ivr.sound.manifest import Entry
from ivr.sound.report import Examined, Report
from ivr.sound.store import FolderStore, StoreAwayError
from ivr.sound.take_files import TakeFiles, TakeLostError, names_of
from ivr.storage import take_turns as turns
from ivr.storage import takes as stored
from ivr.storage.engine import reading, writing
from ivr.storage.errors import StorageError
from ivr.storage.take_turns import Decision
from ivr.storage.takes import NewTake, Take

__all__ = ["Draft", "NotKeptError", "TakeLostError", "Takes", "UnknownTakeError", "open_takes", "take_files"]
_LOG = logging.getLogger(__name__)
_PATIENCE = {"phone": 0.7}  # seconds; a webhook answers within one
_PATIENCE_OF_PAGES = 5.0
_TICKETS = 2**52  # JSON's readers know whole numbers up to here


@dataclass(frozen=True, slots=True)
class Draft:
    """What a recording turned out to be; a rejected one is no take."""

    report: Report
    take: Take | None


class Takes:
    """Every take of every prompt. What needs storage raises StorageError or SQLAlchemyError while it is away.

    `by` is who does it and `way` how (console, phone, command), for the audit log.
    """

    def __init__(
        self, engine: Engine, files: TakeFiles, journal: TakeJournal, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._journal, self._now = engine, journal, now
        self.files = files
        self._acceptances = Acceptances(engine, files, journal, now)

    def draft(self, prompt: Prompt, data: bytes, origin: Origin, built: Entry | None = None) -> Draft:
        """The recording examined in a process of its own and kept as a draft, which callers do not hear.

        It takes seconds. SoundError if it is no sound; NotKeptError if this disk does not take it.
        """
        return self.draft_of(prompt, data, examine_for(prompt, data, built), origin)

    def draft_of(self, prompt: Prompt, data: bytes, examined: Examined, origin: Origin) -> Draft:
        """The same for a recording that has been examined; one that is a take already stays that take."""
        if examined.master is None:
            return Draft(examined.report, None)
        ticket = _ticket(origin.recording)
        if origin.recording and (known := self.find(ticket)):
            return Draft(examined.report, known)
        new = new_take(prompt, data, examined, origin)
        original, master = names_of(new)
        try:
            settled = self.files.put(original, data) & self.files.put(master, examined.master.wav)
            return Draft(examined.report, self._keep_draft(new, ticket, settled=settled))
        except (StoreAwayError, OSError) as error:
            self.files.delete((original, master))
            raise NotKeptError(f"the recording cannot be kept: {error}") from error

    def keep(
        self, prompt: Prompt, data: bytes, examined: Examined, origin: Origin, way: str = "command"
    ) -> Take:
        """Make an examined recording the live take at once; if it cannot be stored, its files are gone again.

        ValueError if it was rejected; StoreAwayError, StorageError or SQLAlchemyError if it cannot be kept.
        """
        if examined.master is None:
            raise ValueError("a rejected recording is no take")
        new = new_take(prompt, data, examined, origin)
        original, master = names_of(new)
        try:
            for name, content in ((original, data), (master, examined.master.wav)):
                self.files.put(name, content)
            self.files.settle((original, master))
        except StoreAwayError:
            self.files.delete((original, master))
            raise
        with writing(self._engine) as connection:
            return self._add_live(connection, new, way)

    def accept(self, take_id: int, by: str, way: str = "console", *, patience: float | None = None) -> Take:
        """Let callers hear this take from their next prompt; return once that cannot be lost any more.

        If storage or the store does not answer within `patience` seconds (none given: 0.7 on the phone, else
        5) it is on this machine's disk, from where it follows, and what is returned is not `live` yet; a
        NotKeptError if neither can be had.
        UnknownTakeError if there is no such take, TakeLostError if its files are gone.
        """
        longest = _PATIENCE.get(way, _PATIENCE_OF_PAGES) if patience is None else patience
        return self._acceptances.accept(take_id, _decision(by, way, self._now()), longest)

    def follow(self) -> int:
        """Bring what waits on this disk into storage and store; how much still waits, for they are away."""
        return self._acceptances.follow()

    def forget(self) -> None:
        """Remember drafts of long ago no more on this disk; storage has them."""
        self._acceptances.forget()

    def back(self, prompt: str, language: str, by: str, way: str = "console") -> Take | None:
        """Let callers hear the take they heard before, each time further back; None if there is none."""
        with writing(self._engine) as connection:
            take = turns.go_back(connection, prompt, language, self._now())
            if take:
                self._note(connection, "take gone back to", take, by, way)
        return take

    def withdraw(self, prompt: str, language: str, by: str, way: str = "console") -> Take | None:
        """Let callers hear built speech again; the take they heard until now, if any. `back` undoes it."""
        with writing(self._engine) as connection:
            take = turns.withdraw_live(connection, prompt, language, _decision(by, way, self._now()))
            if take:
                self._note(connection, "take withdrawn", take, by, way)
        return take

    def discard(self, take_id: int, by: str, way: str = "console") -> bool:
        """Whether the take was one that callers do not hear; it and its files are gone then."""
        with writing(self._engine) as connection:
            take = stored.remove_take(connection, take_id)
            used = stored.names_in_use(connection, take) if take else frozenset()
            take = take or self._only_here(connection, take_id)
            if take is None:
                return False
            self._note(connection, "take discarded", take, by, way)
        self._journal.forget_draft(take_id)
        self.files.delete(name for name in names_of(take) if name.partition("/")[2] not in used)
        return True

    def of(self, prompt: str, language: str) -> tuple[Take, ...]:
        """Every take of a prompt in a language, the newest first."""
        with reading(self._engine) as connection:
            return stored.takes_of(connection, prompt, language)

    def find(self, take_id: int) -> Take | None:
        """The take of that id; one that was drafted here also while storage is away."""
        try:
            with reading(self._engine) as connection:
                found = stored.find_take(connection, take_id)
        except (SQLAlchemyError, StorageError):
            found = None
        return found or self._journal.find_draft(take_id)

    def master(self, take: Take) -> bytes:
        """What callers hear of it, as a WAV; TakeLostError, or StoreAwayError if that cannot be told."""
        return self._read(names_of(take)[1])

    def original(self, take: Take) -> bytes:
        """The recording as it came; TakeLostError, or StoreAwayError if that cannot be told."""
        return self._read(names_of(take)[0])

    def _keep_draft(self, new: NewTake, ticket: int, *, settled: bool) -> Take:
        try:
            with writing(self._engine) as connection:
                take = stored.add_draft(connection, new, ticket)
        except (SQLAlchemyError, StorageError) as error:
            _LOG.warning("A draft goes to disk: %s", type(error).__name__)
            take = Take(**asdict(new), id=ticket, live=False)
            self._journal.note_draft(take, unsent=True)
            return take
        try:
            self._journal.note_draft(take, unsent=not settled)
        except OSError as error:
            _LOG.warning("A draft cannot be accepted here while storage is away: %s", error.strerror)
        return take

    def _only_here(self, connection: Connection, take_id: int) -> Take | None:
        """A draft that was made while storage was away and is not in it yet."""
        if take_id > 0 or stored.find_take(connection, take_id):
            return None
        return self._journal.find_draft(take_id)

    def _add_live(self, connection: Connection, new: NewTake, way: str) -> Take:
        try:
            take = turns.add_live_take(connection, new, _decision(new.made_by, way, self._now()))
            self._note(connection, "take accepted", take, new.made_by, way)
        except BaseException:
            # Not when the commit fails: nobody knows then whether the take is live, and it needs its files.
            self.files.delete(names_of(new))
            raise
        return take

    def _read(self, name: str) -> bytes:
        found = self.files.get(name)
        if found is None:
            raise TakeLostError(f"the take's file {name} is in no store; record it again")
        return found

    def _note(self, connection: Connection, action: str, take: Take, by: str, way: str) -> None:
        note_take(connection, self._now(), by, action, take, way)


def take_files(settings: Settings) -> TakeFiles:
    """Where this installation's takes lie: in DATA_DIR/takes, and in the bucket of TAKES_URL if it is set."""
    near = FolderStore(settings.data_dir / "takes")
    if not settings.takes_url:
        return TakeFiles(near)
    from ivr.sound.bucket import read_bucket  # noqa: PLC0415 (slow to import, and most have no bucket)

    return TakeFiles(near, read_bucket(settings.takes_url))


def open_takes(settings: Settings, engine: Engine, now: Callable[[], datetime]) -> Takes:
    """The takes of this installation."""
    journal = TakeJournal(settings.data_dir / "journal" / "takes")
    return Takes(engine, take_files(settings), journal, now)


def _ticket(recording: str) -> int:
    """Under which a draft is found before storage has numbered it: always the same for the same recording."""
    if not recording:
        return -1 - secrets.randbelow(_TICKETS)
    return -1 - int.from_bytes(sha256(recording.encode()).digest()) % _TICKETS


def _decision(by: str, way: str, at: datetime) -> Decision:
    return Decision(secrets.token_hex(16), at, by, way)
