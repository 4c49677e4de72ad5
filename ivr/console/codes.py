"""Codes of the second step: from a telephone that shares a secret (RFC 6238), or written down beforehand."""

import secrets
from hashlib import sha256

import pyotp
import segno

from ivr.console.desk import Desk
from ivr.journal.sealing import Sealing
from ivr.storage.accounts import Account
from ivr.storage.accounts_codes import totp_of, use_recovery_code, use_step
from ivr.storage.accounts_keys import code_was_right
from ivr.storage.engine import reading, writing

STEP = 30  # seconds
RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are read as another
_HALF = 5


def new_secret() -> str:
    """A secret to be shared with a telephone."""
    return pyotp.random_base32()


def uri_of(secret: str, account: Account, helpline: str) -> str:
    """What the telephone reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=helpline)


def picture_of(uri: str) -> str:
    """The QR code as an SVG in a data: address."""
    return str(segno.make(uri, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def step_of(secret: str, code: str, now: float) -> int | None:
    """The step whose code it is: this one, the one before or after, so that clocks may be a little wrong."""
    digits = "".join(code.split())
    totp, this = pyotp.TOTP(secret), int(now) // STEP
    steps = (this, this - 1, this + 1)
    return next(
        (each for each in steps if secrets.compare_digest(totp.at(each * STEP), _ascii(digits))), None
    )


def new_recovery_codes() -> tuple[str, ...]:
    """Codes to be written down, as ABCDE-FGHJK."""
    halves = ("".join(secrets.choice(_LETTERS) for _ in range(_HALF)) for _ in range(2 * RECOVERY_CODES))
    return tuple(f"{first}-{second}" for first, second in zip(halves, halves, strict=True))


def check_code(desk: Desk, account: Account, code: str) -> str | None:
    """How the code was right, used up now; None if it was not."""
    with reading(desk.engine) as connection:
        sealed = totp_of(connection, account.id)
    step = step_of(sealing(desk).open(sealed), code, desk.now().timestamp()) if sealed else None
    with writing(desk.engine) as connection:
        if step is not None and use_step(connection, account.id, step):
            how = "with a code"
        elif use_recovery_code(connection, account.id, written(code)):
            how = "with a recovery code"
        else:
            return None
        code_was_right(connection, account.id)
        return how


def sealing(desk: Desk) -> Sealing:
    """What seals the secrets in storage, with a key for these alone."""
    return sealing_of(desk.secret, *desk.older)


def sealing_of(*keys: bytes) -> Sealing:
    """The same, of the helpline's keys, newest first."""
    return Sealing(*(sha256(b"codes\0" + each).digest() for each in keys))


def written(code: str) -> str:
    """A recovery code as it was shown, however it was typed."""
    letters = "".join(each for each in code.upper() if each in _LETTERS)
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def _ascii(text: str) -> str:
    """Comparing takes nothing else."""
    return text if text.isascii() else ""
