"""States that only their own call can bring back: a signed-in line must not open for whoever has its URL."""

import hmac

_LENGTH = 16  # hexadecimal digits: 64 bits, for guesses that need a signed webhook each
_MARK = ".~"


class SealBrokenError(ValueError):
    """The state is not one that we gave to this call."""


def seal(secret: bytes, call: str, language: str, state: str) -> str:
    """The state with what binds it to the call; of unreserved characters, as states are."""
    return f"{state}{_MARK}{_mac(secret, call, language, state)}"


def unseal(secret: bytes, call: str, language: str, sealed: str, older: tuple[bytes, ...] = ()) -> str:
    """The state, sealed with this secret or an older one; else SealBrokenError."""
    state, mac = unbound(sealed), sealed.rpartition(_MARK)[2]
    known = (_mac(each, call, language, state).encode() for each in (secret, *older))
    if not any(hmac.compare_digest(each, mac.encode()) for each in known):
        raise SealBrokenError("a state of another call")
    return state


def unbound(sealed: str) -> str:
    """The state without what binds it, unchecked: for people to read."""
    return sealed.rpartition(_MARK)[0]


def _mac(secret: bytes, call: str, language: str, state: str) -> str:
    text = f"line\0{call}\0{language}\0{state}".encode()
    return hmac.digest(secret, text, "sha256").hex()[:_LENGTH]
