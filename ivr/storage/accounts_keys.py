"""How an account is signed in to: its password, its PIN on the staff line."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from ivr.storage.accounts import Account, account_from
from ivr.storage.accounts_attempts import begin_attempt, was_right
from ivr.storage.accounts_hashes import is_secret
from ivr.storage.tables_accounts import accounts

MOST_WRONG_PINS = 3
_LONGEST_NUMBER = 6


@dataclass(frozen=True, slots=True)
class PinTry:
    """An attempt with a PIN: for whom, if anybody has that number and a PIN, and what it must match.

    With `locked_until` nothing counts before then.
    """

    account: Account | None
    stored: str = field(repr=False)
    locked_until: datetime | None


def set_password(connection: Connection, account_id: int, stored: str) -> None:
    """Let the account sign in with the password of which `stored` is the hash."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(password=stored))


def password_of(connection: Connection, account_id: int) -> str:
    """The hash, "" for none."""
    return connection.scalar(select(accounts.c.password).where(accounts.c.id == account_id)) or ""


def set_pin(connection: Connection, account_id: int, stored: str) -> None:
    """Let the account use the staff line with the PIN of which `stored` is the hash; "": not any more."""
    number = select(accounts.c.number).where(accounts.c.id == account_id)
    was_right(connection, _subject(connection.scalar(number) or ""))
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(pin=stored))


def try_pin(connection: Connection, number: str, at: datetime) -> PinTry:
    """Count an attempt for that staff number, as if it were wrong, known or not.

    MOST_WRONG_PINS in a row lock, each time for longer. Commit before `pin_matches`, which takes long; then,
    if it was right, `pin_was_right`.
    """
    until = begin_attempt(connection, _subject(number), at, MOST_WRONG_PINS)
    row = connection.execute(select(accounts).where(accounts.c.number == number, accounts.c.active)).first()
    if row is None or not row.pin:
        return PinTry(None, "", until)
    return PinTry(account_from(row), row.pin, until)


def pin_matches(tried: PinTry, pin: str) -> bool:
    """Whether that is the PIN, and counts; takes as long for a number that nobody has."""
    return is_secret(tried.stored, pin) and tried.locked_until is None and tried.account is not None


def pin_was_right(connection: Connection, number: str) -> None:
    """Forget the wrong attempts and the locks of that staff number."""
    was_right(connection, _subject(number))


def _subject(number: str) -> str:
    """Whatever is keyed in that cannot be a number is one subject, so that rows stay few."""
    known = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
    return f"pin:{number if known else '?'}"
