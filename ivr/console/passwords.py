"""Which passwords and PINs are good enough, and what is said of those that are not."""

import unicodedata
from collections.abc import Iterable

from ivr.storage.accounts import Account

SHORTEST, LONGEST = 12, 128
PIN_DIGITS = range(6, 9)
_LEAST_DIFFERENT = 5
_LEAST_DIGITS = 3
_LEAST_GUESSED = 4  # letters
_RUN = "01234567890"


def plain(password: str) -> str:
    """The password as it is hashed: the same letters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, *names: str) -> str | None:
    """What is wrong with it and what to do; `names` are what anybody would guess: name and login."""
    text = plain(password).casefold()
    if not SHORTEST <= len(text) <= LONGEST:
        return (
            f"A password has {SHORTEST} to {LONGEST} characters; take four words that do not belong together"
        )
    if len(set(text)) < _LEAST_DIFFERENT:
        return "That is the same few characters again and again; choose another"
    if len(_without(text, names)) < SHORTEST // 2:
        return "That is mostly a name or login that others know; choose another"
    return None


def pin_weakness(pin: str) -> str | None:
    """What is wrong with a PIN and what to do."""
    if not (pin.isascii() and pin.isdigit() and len(pin) in PIN_DIGITS):
        return f"A PIN is {PIN_DIGITS.start} to {PIN_DIGITS.stop - 1} digits and nothing else"
    if len(set(pin)) < _LEAST_DIGITS or pin in _RUN or pin in _RUN[::-1]:
        return "That PIN is easily guessed; choose another"
    return None


def _without(text: str, names: Iterable[str]) -> str:
    """What is left of the text without these names and the words they are made of."""
    words = {word for name in names for word in (name.casefold(), *name.casefold().split())}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "") if len(word) >= _LEAST_GUESSED else text
    return text


def names_of(account: Account) -> tuple[str, ...]:
    """What of an account anybody would guess."""
    return account.name, account.login, account.login.partition("@")[0]
