"""Callers' numbers, sealed: nobody reads them without the helpline's secret."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"ivr: callers' numbers"
_KEY_BYTES = 32


class SealBrokenError(Exception):
    """A number cannot be read: it was sealed under another secret, or damaged."""

    def __init__(self) -> None:
        super().__init__(
            "a sealed number cannot be read: SECRET_KEY (or DATA_DIR/secret-key) is not the one it was sealed"
            " under; put that one back, or see to the call-back by hand"
        )


class Sealing:
    """Seals numbers and opens them; its key is made from `secret` (HKDF, RFC 5869) for this alone."""

    def __init__(self, secret: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE).derive(secret)
        self._fernet = Fernet(urlsafe_b64encode(key))

    def seal(self, number: str) -> str:
        """Text that says nothing of `number`, another one each time."""
        return self._fernet.encrypt(number.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The number, or SealBrokenError."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise SealBrokenError from None
