"""What staff ask for on the recording line: each once, in time or not at all, and only while they may."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.content.catalogue import Prompt
from ivr.flow import studio_line_deeds as want
from ivr.flow import studio_line_state as on
from ivr.flow.events import Event
from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.jobs.studio_announcing import Announcing
from ivr.jobs.studio_once import once
from ivr.jobs.studio_pins import tried
from ivr.jobs.studio_prompts import StudioPrompts, code_of_prompt
from ivr.jobs.studio_recordings import PHONE, StudioRecordings, prompt_to
from ivr.jobs.studio_told import WAITING, drafted, event_of, found_text
from ivr.journal.promises import NotKeptError
from ivr.logs import call_now
from ivr.sound.store import StoreAwayError
from ivr.sound.takes import TakeLostError, Takes, UnknownTakeError
from ivr.storage import studio_recordings as stored
from ivr.storage.accounts import Account, Role, account_by_id
from ivr.storage.engine import reading
from ivr.storage.errors import StorageError

_LOG = logging.getLogger(__name__)
LONGEST_WAIT = 1.0  # seconds
WORTH_A_WAIT = (
    3.0  # what was spoken must not be lost, and a PIN takes long to look at; a network waits for five
)
MAY_RECORD = frozenset({Role.RECORDER, Role.ADMINISTRATOR})
_AWAY = (SQLAlchemyError, StorageError)
_NOT_DONE = (
    *_AWAY,
    *(NotInTimeError, NotKeptError, StoreAwayError, TakeLostError, UnknownTakeError),
)


class _BarredError(Exception):
    """The account may not record any more."""


class _NotFoundError(Exception):
    """What was asked about is not there any more."""


def may_record(account: Account | None) -> bool:
    """Whether that account may record."""
    return account is not None and account.active and bool(account.roles & MAY_RECORD)


@dataclass(frozen=True, slots=True)
class StudioDeeds:
    """Does what the recording line asks for; every answer is safe before it is given.

    `drop` has the network forget a recording that can become nothing.
    """

    engine: Engine
    takes: Takes
    prompts: StudioPrompts
    recordings: StudioRecordings
    announcing: Announcing
    drop: Callable[[str], None]
    in_time: InTime = field(default_factory=InTime)

    def do(self, id_: str, account: int, deed: want.Deed, at: datetime, caller: str) -> Event:
        """What comes of a deed of that account; Failed if it is not so, whatever the reason.

        `id_` names the deed: told again it has no second effect, and the same answer. `caller` stands for
        the number of the phone.
        """
        try:
            return self.in_time.ask(lambda: self._done(id_, account, deed, at, caller), _patience(deed))
        except _BarredError:
            return on.Barred(at)
        except (*_NOT_DONE, _NotFoundError) as error:
            _LOG.warning("A wish of somebody who records was not kept: %s", type(error).__name__)
            return on.Failed(at)

    def _done(self, id_: str, account: int, deed: want.Deed, at: datetime, caller: str) -> Event:
        if isinstance(deed, want.CheckPin):
            return tried(self.engine, id_, deed, at, caller, may_record)
        if isinstance(deed, want.KeepRecording):
            return self._keep(id_, account, deed, at)
        if isinstance(deed, want.AcceptTake):
            return self._accept(id_, account, deed, at)
        name = self._name(account)
        return event_of(once(self.engine, id_, at, lambda: self._outcome(name, deed)), at)

    def _outcome(self, by: str, deed: want.Deed) -> str:
        match deed:
            case want.FindNext():
                return self._found(deed)
            case want.FindOne():
                return self._numbered(deed)
            case want.LookFor():
                return self._looked(deed)
            case want.OpenDraft():
                return self._opened(deed)
            case want.GoBack():
                return self._back(by, deed)
            case _:
                raise TypeError(f"{type(deed).__name__} is none of these")

    def _found(self, deed: want.FindNext) -> str:
        prompt = self.prompts.next(deed.language, deed.among, deed.after)
        newest = next(iter(self.takes.of(prompt.id, prompt.language)), None) if prompt else None
        return found_text(self.prompts.item(prompt, newest) if prompt else None)

    def _numbered(self, deed: want.FindOne) -> str:
        prompt = self.prompts.numbered(deed.language, deed.number)
        newest = next(iter(self.takes.of(prompt.id, prompt.language)), None) if prompt else None
        return found_text(self.prompts.item(prompt, newest) if prompt else None)

    def _opened(self, deed: want.OpenDraft) -> str:
        told = drafted(self.takes.find(deed.take), ())
        if not told:
            raise _NotFoundError(deed.take)
        return told

    def _looked(self, deed: want.LookFor) -> str:
        found = self.recordings.find(deed.recording)
        if found and found.state == stored.DRAFTED and found.take_id is not None:
            return drafted(self.takes.find(found.take_id), found.findings) or WAITING
        if found and found.state == stored.REFUSED:
            return f"refused {','.join(found.findings)}"
        return WAITING

    def _back(self, by: str, deed: want.GoBack) -> str:
        prompt = self.prompts.coded(deed.language, deed.code)
        if prompt is None:
            raise _NotFoundError(deed.code)
        if deed.really:
            take = self.takes.back(prompt.id, deed.language, by, PHONE)
        else:
            take = next((each for each in self.takes.of(prompt.id, deed.language) if each.live), None)
        return f"heard {take.file.removesuffix('.wav') if take else ''}"

    def _keep(self, id_: str, account: int, deed: want.KeepRecording, at: datetime) -> Event:
        """Safe on this disk too: whoever has just spoken must not have done so in vain."""
        try:
            return on.Kept(at, self._kept(id_, account, deed, at))
        except (NotKeptError, _NotFoundError):
            self.drop(deed.recording)
            raise

    def _kept(self, id_: str, account: int, deed: want.KeepRecording, at: datetime) -> str:
        prompt = self._prompt_of(id_, account, deed, at)
        if prompt is None:
            raise _NotFoundError(deed.code)
        made = stored.StudioRecording(deed.recording, account, "", deed.language, prompt_to(prompt), at)
        self.recordings.keep(replace(made, call=call_now()))
        return code_of_prompt(prompt.id)

    def _prompt_of(self, id_: str, account: int, deed: want.KeepRecording, at: datetime) -> Prompt | None:
        if deed.term:
            return self.announcing.made(id_, self._name(account), deed, deed.term, at)
        return self.prompts.coded(deed.language, deed.code) or self.announcing.coded(deed, at)

    def _accept(self, id_: str, account: int, deed: want.AcceptTake, at: datetime) -> Event:
        def accept(by: str) -> str:
            self.takes.accept(deed.take, by, PHONE)
            return "accepted"

        try:
            name = self._name(account)
            once(self.engine, id_, at, lambda: accept(name))
        except _AWAY:
            take = self.takes.find(deed.take)
            if take is None:
                raise
            accept(take.made_by)  # who recorded it; nobody else can be asked for while storage is away
        return on.Accepted(at)

    def _name(self, account: int) -> str:
        with reading(self.engine) as connection:
            found = account_by_id(connection, account)
        if found is None or not may_record(found):
            raise _BarredError
        return found.name


def _patience(deed: want.Deed) -> float:
    worth_it = isinstance(deed, want.KeepRecording | want.AcceptTake | want.CheckPin)
    return WORTH_A_WAIT if worth_it else LONGEST_WAIT
