"""Accepting a take: in storage once its files are safe, or on this disk until storage and store are back."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from ivr.journal.promises import NotKeptError
from ivr.journal.takes import Acceptance, TakeJournal
from ivr.sound.store import StoreAwayError
from ivr.sound.take_files import TakeFiles, TakeLostError, names_of
from ivr.storage import audit
from ivr.storage import take_turns as turns
from ivr.storage import takes as stored
from ivr.storage.engine import reading, writing
from ivr.storage.errors import StorageError
from ivr.storage.take_turns import Decision
from ivr.storage.takes import NewTake, Take

_LOG = logging.getLogger(__name__)
_AWAY = (SQLAlchemyError, StorageError, StoreAwayError, TooSlowError)
_LOOK = 0.7  # seconds
_LAST_WAIT = 3.0
_AT_ONCE = 4
_REMEMBERED = timedelta(days=30)


class UnknownTakeError(LookupError):
    """There is no such take; somebody has discarded it."""


class Acceptances:
    """Makes takes live: first their files are where every machine finds them, then one transaction."""

    def __init__(
        self, engine: Engine, files: TakeFiles, journal: TakeJournal, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._files, self._journal, self._now = engine, files, journal, now
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="takes")

    def accept(self, take_id: int, decision: Decision, patience: float) -> Take:
        """The take, live; or, not live yet, safely on disk if nothing answered within so many seconds."""
        draft = self._journal.find_draft(take_id)
        work = self._workers.submit(self._accept, take_id, draft, decision, late=False)
        try:
            take = self._result(work, draft, patience)
        except _AWAY as error:
            _LOG.warning("An accepted take goes to disk: %s", type(error).__name__)
            return self._keep(draft or self._ask_for(take_id), decision)
        self._journal.forget_draft(take_id)
        return take

    def _result(self, work: Future[Take], draft: Take | None, patience: float) -> Take:
        try:
            return work.result(patience)
        except TooSlowError:
            if draft and self._files.are_here(names_of(draft)):
                raise
            # It cannot go to this disk, so that waiting is all that is left.
            return work.result(_LAST_WAIT)

    def follow(self) -> int:
        """Bring in what waits on this disk, oldest first; how much still waits."""
        waiting = self._journal.waiting()
        for done, each in enumerate(waiting):
            try:
                self._follow(each)
            except _AWAY as error:
                _LOG.warning("Accepted takes wait on disk: %s", type(error).__name__)
                return len(waiting) - done
        return self._follow_drafts()

    def forget(self) -> None:
        """Forget drafts of a month ago, which storage knows as well."""
        self._journal.forget_drafts(self._now() - _REMEMBERED)

    def _accept(self, take_id: int, draft: Take | None, decision: Decision, *, late: bool) -> Take:
        with reading(self._engine) as connection:
            take = stored.find_take(connection, take_id) or (draft if take_id < 0 else None)
        if take is None:
            raise UnknownTakeError(f"there is no take {take_id}; somebody has discarded it")
        self._files.settle(names_of(take))
        try:
            with writing(self._engine) as connection:
                return self._make_live(connection, take, decision, late=late)
        except KeyError as error:
            raise UnknownTakeError(f"take {take_id} has just been discarded") from error

    def _make_live(self, connection: Connection, take: Take, decision: Decision, *, late: bool) -> Take:
        if take.id < 0:
            take = stored.add_draft(connection, as_new(take), take.id)
        if not turns.is_decided(connection, take.id, decision):
            note_take(connection, self._now(), decision.by, "take accepted", take, decision.way)
        return turns.make_live(connection, take.id, decision, late=late)

    def _keep(self, take: Take | None, decision: Decision) -> Take:
        if take is None or not self._files.are_here(names_of(take)):
            raise NotKeptError("storage is away, and the recording does not lie on this machine")
        try:
            self._journal.keep(Acceptance(take, decision))
        except OSError as error:
            raise NotKeptError(f"neither storage nor disk: {error.strerror}") from error
        return replace(take, accepted_at=decision.at, accepted_by=decision.by)

    def _ask_for(self, take_id: int) -> Take | None:
        """The take, if it is only the store of its files that is away."""
        try:
            return self._workers.submit(partial(self._find, take_id)).result(_LOOK)
        except _AWAY:
            return None

    def _find(self, take_id: int) -> Take | None:
        with reading(self._engine) as connection:
            return stored.find_take(connection, take_id)

    def _follow(self, each: Acceptance) -> None:
        try:
            self._accept(each.take.id, each.take, each.decision, late=True)
        except (DataError, IntegrityError):
            # What the database refuses for good must not hold up what is behind it.
            _LOG.exception("An accepted take is refused by the database; it is put aside")
            self._journal.refuse(each)
            return
        except (UnknownTakeError, TakeLostError) as error:
            _LOG.warning("What was accepted while storage was away came to nothing: %s", error)
        self._journal.done(each)
        self._journal.forget_draft(each.take.id)

    def _follow_drafts(self) -> int:
        unsent = self._journal.unsent()
        for done, take in enumerate(unsent):
            try:
                self._send(take)
            except _AWAY as error:
                _LOG.warning("Drafts wait on disk: %s", type(error).__name__)
                return len(unsent) - done
            except TakeLostError as error:
                _LOG.warning("A draft came to nothing: %s", error)
            self._journal.sent(take.id)
        return 0

    def _send(self, take: Take) -> None:
        self._files.settle(names_of(take))
        if take.id < 0:
            with writing(self._engine) as connection:
                stored.add_draft(connection, as_new(take), take.id)


def as_new(take: Take) -> NewTake:
    """The take as it was before it was stored."""
    return NewTake(**{each.name: getattr(take, each.name) for each in fields(NewTake)})


def note_take(connection: Connection, at: datetime, by: str, action: str, take: Take, way: str) -> None:
    """Note in the audit log what was done to a take."""
    audit.note(connection, at, by, action, f"{take.language} {take.prompt}, take {take.id}", way)
