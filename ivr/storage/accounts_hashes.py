"""What is stored in place of passwords, PINs and tokens."""

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The least that OWASP's password storage cheat sheet asks of Argon2id: fit for a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed_secret(text: str) -> str:
    """Argon2id of a password or PIN; takes some hundredths of a second, so not within a transaction."""
    return _HASHER.hash(text)


def is_secret(stored: str, text: str) -> bool:
    """Whether `stored` was made of that text; takes as long if nothing is stored ("")."""
    try:
        return _HASHER.verify(stored or _of_nobody(), text) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it should be made again, with what is asked for today."""
    return _HASHER.check_needs_rehash(stored)


def hashed_token(token: str) -> str:
    """What stands for a long random token, which nobody can guess however fast they try."""
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _of_nobody() -> str:
    return _HASHER.hash(secrets.token_hex())
