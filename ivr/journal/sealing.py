"""Callers' numbers, sealed: nobody reads them without the helpline's secret."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
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
    """Seals numbers with `secret`, and opens those sealed with it or an older one.

    The keys are made from them (HKDF, RFC 5869) for this alone.
    """

    def __init__(self, secret: bytes, *older: bytes) -> None:
        self._fernet = MultiFernet([_fernet(each) for each in (secret, *older)])

    def seal(self, number: str) -> str:
        """Text that says nothing of `number`, another one each time."""
        return self._fernet.encrypt(number.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The number, or SealBrokenError."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise SealBrokenError from None

    def seal_anew(self, sealed: str) -> str:
        """The same number sealed with the newest secret; SealBrokenError as for `open`."""
        return self.seal(self.open(sealed))


def _fernet(secret: bytes) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE).derive(secret)
    return Fernet(urlsafe_b64encode(key))
