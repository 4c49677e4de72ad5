"""Where fetched voice messages lie, and the tokens under which callers hear their own."""

import hmac
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from ivr.journal.disk import write_safely
from ivr.journal.keys import read_keys

_LOG = logging.getLogger(__name__)
HEARD_FOR = timedelta(minutes=10)
ASKED = "asked"
HERE, NOT_HERE = "here", "not-here"
_TOKEN = re.compile(r"[0-9a-f]{40}")
_LENT = re.compile(r"([0-9a-f]{8})([0-9a-f]{40})")
_RECORDING = re.compile(r"RE[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Messages:
    """Recordings in DATA_DIR/messages by the provider's id; `secret` makes tokens nobody can guess.

    Tokens made with `older` ones, before the helpline was started with a new one, are good as long as others.
    """

    folder: Path
    secret: bytes
    now: Callable[[], datetime]
    older: tuple[bytes, ...] = ()

    def keep(self, recording: str, sound: bytes) -> str:
        """Write the recording, whole or not at all; its file name. OSError if the disk does not take it."""
        file = f"{_checked(recording)}.wav"
        write_safely(self.folder / file, sound)
        return file

    def arrived(self, recording: str, tick: int) -> bool:
        """Whether the recording was here when this tick first asked, in whichever process that was.

        A repeated webhook gets the same answer, although the recording has come in between.
        """
        here = HERE if self._path(recording).is_file() else NOT_HERE
        return self._answered(self.folder / ASKED / f"{recording}.{tick}", here) == HERE

    def forget_answers(self) -> None:
        """Forget what ticks were told a day ago: no network repeats itself as late as that."""
        oldest = (self.now() - timedelta(days=1)).timestamp()
        for path in (self.folder / ASKED).glob("RE*"):
            if _written(path) < oldest:
                path.unlink(missing_ok=True)

    def kept(self) -> dict[str, datetime]:
        """The recordings that are here, and when each was written."""
        return {
            path.stem: datetime.fromtimestamp(_written(path), UTC)
            for path in self.folder.glob("RE*.wav")
            if _RECORDING.fullmatch(path.stem)
        }

    def remove(self, recording: str) -> None:
        """Remove the recording, if it is here."""
        self._path(recording).unlink(missing_ok=True)

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
        return _token(self.secret, recording)

    def lend(self, recording: str) -> str:
        """The secret name under which this recording can be heard from now on, for ten to twenty minutes.

        It is the same for some minutes: a repeated webhook gets the same document.
        """
        ends = int(self.now().timestamp() // HEARD_FOR.total_seconds()) + 2
        return f"{ends:08x}{_lent(self.secret, recording, ends)}"

    def heard(self, token: str) -> Path | None:
        """The recording behind a token, as long as that lasts; None for anything else.

        A caller's own lasts for ten minutes after the recording arrived.
        """
        if lent := _LENT.fullmatch(token):
            return self._find_lent(int(lent[1], 16), lent[2])
        if not _TOKEN.fullmatch(token):
            return None
        oldest = (self.now() - HEARD_FOR).timestamp()
        for path in self.folder.glob("RE*.wav"):
            if _written(path) >= oldest and self._is(token, partial(_token, recording=path.stem)):
                return path
        return None

    def _find_lent(self, ends: int, token: str) -> Path | None:
        if self.now().timestamp() >= ends * HEARD_FOR.total_seconds():
            return None
        paths = self.folder.glob("RE*.wav")
        return next(
            (path for path in paths if self._is(token, partial(_lent, recording=path.stem, ends=ends))), None
        )

    def _is(self, token: str, made: Callable[[bytes], str]) -> bool:
        """Whether it is what one of the keys makes."""
        return any(hmac.compare_digest(made(key), token) for key in (self.secret, *self.older))

    def _path(self, recording: str) -> Path:
        return self.folder / f"{_checked(recording)}.wav"


def _token(key: bytes, recording: str) -> str:
    return hmac.digest(key, _checked(recording).encode(), "sha256").hex()[:40]


def _lent(key: bytes, recording: str, ends: int) -> str:
    text = f"lent until {ends}: {_checked(recording)}".encode()
    return hmac.digest(key, text, "sha256").hex()[:40]


def secret_of(text: str, path: Path) -> bytes:
    """The newest key in the settings, else one made once and kept in `path`."""
    return read_keys(text, path)[0]


def _written(path: Path) -> float:
    """When, in seconds of the epoch; at its beginning for what another process has just removed."""
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return 0


def _checked(recording: str) -> str:
    if not _RECORDING.fullmatch(recording):
        raise ValueError("not the id of a recording: RE and 32 hexadecimal digits")
    return recording
