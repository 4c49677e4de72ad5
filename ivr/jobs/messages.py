"""Fetched voice messages, and the tokens under which callers hear their own."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ivr.jobs.message_answers import MessageAnswers
from ivr.jobs.message_files import MessageFiles, written
from ivr.jobs.message_tokens import Tokens
from ivr.journal.keys import read_keys
from ivr.sound.store import Store, StoreAwayError

_LOG = logging.getLogger(__name__)
HEARD_FOR = timedelta(minutes=10)
ASKED = "asked"
HERE, NOT_HERE = "here", "not-here"


@dataclass(frozen=True, slots=True)
class Messages:
    """Recordings by the provider's id, in DATA_DIR/messages and, with several machines, in the store `far`.

    `secret` makes tokens nobody can guess; those made with `older` ones, before the helpline was started with
    a new one, are good as long as others. `answers` has all machines tell a caller the same.
    """

    folder: Path
    secret: bytes = field(repr=False)
    now: Callable[[], datetime]
    older: tuple[bytes, ...] = field(default=(), repr=False)
    far: Store | None = None
    answers: MessageAnswers | None = None

    @property
    def files(self) -> MessageFiles:
        """Where they lie."""
        return MessageFiles(self.folder, self.far)

    @property
    def _tokens(self) -> Tokens:
        return Tokens((self.secret, *self.older))

    def keep(self, recording: str, sound: bytes) -> str:
        """Write the recording, whole or not at all; its file name, once every machine finds it.

        OSError or StoreAwayError if disk or store do not take it.
        """
        return self.files.keep(recording, sound)

    def arrived(self, recording: str, tick: int) -> bool:
        """Whether the recording was there when this tick first asked, in whichever process that was.

        A repeated webhook gets the same answer, although the recording has come in between.
        """
        told = (
            self.answers.agreed(f"heard {recording}.{tick}", lambda: self._told(recording))
            if self.answers
            else None
        )
        if told is None:
            here = HERE if self.files.path(recording).is_file() else NOT_HERE
            told = self._answered(self.folder / ASKED / f"{recording}.{tick}", here)
        return told == HERE

    def forget_answers(self) -> None:
        """Forget what ticks were told a day ago: no network repeats itself as late as that."""
        oldest = (self.now() - timedelta(days=1)).timestamp()
        for path in (self.folder / ASKED).glob("RE*"):
            if written(path) < oldest:
                path.unlink(missing_ok=True)

    def kept(self) -> dict[str, datetime]:
        """The recordings that are here or in the store, and when each was written."""
        return self.files.kept()

    def find(self, recording: str) -> Path | None:
        """The recording, brought here if need be; None if it cannot be had now."""
        try:
            return self.files.find(recording)
        except (StoreAwayError, OSError) as error:
            _LOG.warning("A recording cannot be had now: %s", error)
            return None

    def is_there(self, recording: str) -> bool:
        """Whether it can be had now."""
        try:
            return self.files.has(recording)
        except StoreAwayError:
            return False

    def remove(self, recording: str) -> None:
        """Remove the recording, if there is one."""
        self.files.remove(recording)

    def _told(self, recording: str) -> str:
        return HERE if self.files.has(recording) else NOT_HERE

    def _answered(self, path: Path, answer: str) -> str:
        # A link that leads nowhere is a name and its content made in one step: of several that answer at the
        # same moment the first decides, and nobody reads it half written.
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.symlink_to(answer)
        except OSError as error:
            if path.is_symlink():
                return str(path.readlink())
            _LOG.warning("What a caller was told could not be noted: %s", error.strerror)
        return answer

    def token(self, recording: str) -> str:
        """The secret name under which this recording can be heard; the same each time it is asked for."""
        return self._tokens.own(recording)

    def lend(self, recording: str) -> str:
        """The secret name under which this recording can be heard from now on, for ten to twenty minutes.

        It is the same for some minutes: a repeated webhook gets the same document.
        """
        ends = int(self.now().timestamp() // HEARD_FOR.total_seconds()) + 2
        return self._tokens.lent(recording, ends)

    def heard(self, token: str) -> Path | None:
        """The recording behind a token, as long as that lasts; None for anything else.

        A caller's own lasts for ten minutes after the recording arrived.
        """
        recording, ends = self._tokens.read(token) or ("", 0)
        at = self.now().timestamp()
        if ends is not None and at >= ends * HEARD_FOR.total_seconds():
            return None
        path = self.find(recording)
        if path and ends is None and written(path) < at - HEARD_FOR.total_seconds():
            return None
        return path


def secret_of(text: str, path: Path) -> bytes:
    """The newest key in the settings, else one made once and kept in `path`."""
    return read_keys(text, path)[0]
