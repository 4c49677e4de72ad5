"""Secret names under which recordings can be heard: every machine with the key reads them."""

import hmac
import re
from dataclasses import dataclass, field

_RECORDING = re.compile(r"RE([0-9a-f]{32})")
_TOKEN = re.compile(r"(?:([0-9a-f]{8}))?([0-9a-f]{40})([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Made with the first of the keys, read with each of them; nobody else can make one or read it."""

    keys: tuple[bytes, ...] = field(repr=False)

    def own(self, recording: str) -> str:
        """The caller's name for it; the same each time."""
        return _token(self.keys[0], recording, None)

    def lent(self, recording: str, ends: int) -> str:
        """The name for it that says when it ends, which nobody can change."""
        return f"{ends:08x}{_token(self.keys[0], recording, ends)}"

    def read(self, token: str) -> tuple[str, int | None] | None:
        """The recording, and when its name ends, if that says so; None for what is no name of ours."""
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            return None
        ends = int(parts[1], 16) if parts[1] else None
        for key in self.keys:
            recording = f"RE{_hidden(key, parts[2], bytes.fromhex(parts[3])).hex()}"
            if hmac.compare_digest(_proof(key, recording, ends), parts[2]):
                return recording, ends
        return None


def checked(recording: str) -> str:
    """The id if the provider gives such ids; a ValueError for anything else."""
    if not _RECORDING.fullmatch(recording):
        raise ValueError("not the id of a recording: RE and 32 hexadecimal digits")
    return recording


def _token(key: bytes, recording: str, ends: int | None) -> str:
    # As in RFC 5297: what proves the name is also what hides it, so that nothing has to be remembered.
    proof = _proof(key, checked(recording), ends)
    return proof + _hidden(key, proof, bytes.fromhex(recording[2:])).hex()


def _proof(key: bytes, recording: str, ends: int | None) -> str:
    text = recording if ends is None else f"lent until {ends}: {recording}"
    return hmac.digest(key, text.encode(), "sha256").hex()[:40]


def _hidden(key: bytes, proof: str, id_: bytes) -> bytes:
    """Hides the sixteen bytes of an id, or shows them again."""
    cover = hmac.digest(key, f"hides: {proof}".encode(), "sha256")
    return bytes(one ^ other for one, other in zip(id_, cover, strict=False))
