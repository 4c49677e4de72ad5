"""Where fetched voice messages lie, and the tokens under which callers hear their own."""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ivr.journal.disk import write_safely

HEARD_FOR = timedelta(minutes=10)
_TOKEN = re.compile(r"[0-9a-f]{40}")
_RECORDING = re.compile(r"RE[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Messages:
    """Recordings in DATA_DIR/messages by the provider's id; `secret` makes tokens nobody can guess."""

    folder: Path
    secret: bytes
    now: Callable[[], datetime]

    def keep(self, recording: str, sound: bytes) -> str:
        """Write the recording, whole or not at all; its file name. OSError if the disk does not take it."""
        file = f"{_checked(recording)}.wav"
        write_safely(self.folder / file, sound)
        return file

    def arrived(self, recording: str) -> bool:
        """Whether the recording is here."""
        return self._path(recording).is_file()

    def remove(self, recording: str) -> None:
        """Remove the recording, if it is here."""
        self._path(recording).unlink(missing_ok=True)

    def token(self, recording: str) -> str:
        """The secret name under which this recording can be heard; the same each time it is asked for."""
        return hmac.digest(self.secret, _checked(recording).encode(), "sha256").hex()[:40]

    def heard(self, token: str) -> Path | None:
        """The recording behind a token, for ten minutes after it arrived; None for anything else."""
        if not _TOKEN.fullmatch(token):
            return None
        oldest = (self.now() - HEARD_FOR).timestamp()
        for path in self.folder.glob("RE*.wav"):
            if path.stat().st_mtime >= oldest and hmac.compare_digest(self.token(path.stem), token):
                return path
        return None

    def _path(self, recording: str) -> Path:
        return self.folder / f"{_checked(recording)}.wav"


def secret_of(text: str, path: Path) -> bytes:
    """The key in the settings, else one made once and kept in `path`."""
    if text:
        return text.encode()
    try:
        return path.read_bytes()
    except FileNotFoundError:
        write_safely(path, secrets.token_hex(32).encode())
        return path.read_bytes()


def _checked(recording: str) -> str:
    if not _RECORDING.fullmatch(recording):
        raise ValueError("not the id of a recording: RE and 32 hexadecimal digits")
    return recording
