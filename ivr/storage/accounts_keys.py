"""How an account is signed in to: its password, its PIN on the staff line."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from ivr.storage.accounts import Account, account_from, plain_login
from ivr.storage.accounts_attempts import begin_attempt, take_back, was_right
from ivr.storage.accounts_hashes import hashed_token, is_secret
from ivr.storage.revision import bump
from ivr.storage.tables_accounts import accounts

MOST_WRONG_PINS = 3
MOST_WRONG_PASSWORDS = 5
MOST_WRONG_CODES = 5
MOST_WRONG_FROM_ONE_ADDRESS = 30
"""A whole office may come from one address."""
_LONGEST_NUMBER = 6


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt: for whom, if for anybody who may, and what the password or PIN must match.

    With `locked_until` nothing counts before then.
    """

    account: Account | None
    stored: str = field(repr=False)
    locked_until: datetime | None


def set_password(connection: Connection, account_id: int, stored: str) -> None:
    """Let the account sign in with the password of which `stored` is the hash."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(password=stored))


def set_pin(connection: Connection, account_id: int, stored: str) -> None:
    """Let the account use the staff line with the PIN of which `stored` is the hash; "": not any more."""
    bump(connection)  # callers' phones lead to that line only if anybody may use it
    number = select(accounts.c.number).where(accounts.c.id == account_id)
    was_right(connection, _subject(connection.scalar(number) or ""))
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(pin=stored))


def try_password(connection: Connection, login: str, address: str, at: datetime) -> Try:
    """Count an attempt to sign in, as if it were wrong, for the login, known or not, and for the address.

    An address that is locked does not use up the attempts of a login. Commit before `matches`, which takes
    long; then, if it was right, `password_was_right`.
    """
    until = begin_attempt(connection, _address(address), at, MOST_WRONG_FROM_ONE_ADDRESS)
    until = until or begin_attempt(connection, _login(login), at, MOST_WRONG_PASSWORDS)
    same = (accounts.c.login == plain_login(login), accounts.c.active)
    row = connection.execute(select(accounts).where(*same)).first()
    return Try(account_from(row), row.password, until) if row else Try(None, "", until)


def password_was_right(connection: Connection, login: str, address: str) -> None:
    """Forget the wrong attempts for the login, and this one of the address."""
    was_right(connection, _login(login))
    take_back(connection, _address(address))


def try_code(connection: Connection, account_id: int, at: datetime) -> datetime | None:
    """Count an attempt at the second step, as if it were wrong; if none is left, until when none counts."""
    return begin_attempt(connection, _code(account_id), at, MOST_WRONG_CODES)


def code_was_right(connection: Connection, account_id: int) -> None:
    """Forget the wrong codes."""
    was_right(connection, _code(account_id))


def unlock(connection: Connection, account: Account) -> None:
    """Forget whatever was wrong: an administrator vouches for the account."""
    for subject in (_login(account.login), _code(account.id), _subject(account.number)):
        was_right(connection, subject)


def matches(tried: Try, text: str) -> bool:
    """Whether that is the password or PIN, and counts; takes as long where there is none.

    While there is a lock, which is told anyway, nothing is looked at.
    """
    return tried.locked_until is None and is_secret(tried.stored, text) and tried.account is not None


def try_pin(connection: Connection, number: str, at: datetime) -> Try:
    """Count an attempt for that staff number, as if it were wrong, known or not.

    MOST_WRONG_PINS in a row lock, each time for longer. Commit before `matches`, which takes long; then,
    if it was right, `pin_was_right`.
    """
    until = begin_attempt(connection, _subject(number), at, MOST_WRONG_PINS)
    row = connection.execute(select(accounts).where(accounts.c.number == number, accounts.c.active)).first()
    return Try(account_from(row), row.pin, until) if row else Try(None, "", until)


def pin_was_right(connection: Connection, number: str) -> None:
    """Forget the wrong attempts and the locks of that staff number."""
    was_right(connection, _subject(number))


def _login(login: str) -> str:
    return f"login:{hashed_token(plain_login(login))}"


def _address(address: str) -> str:
    return f"address:{address}"


def _code(account_id: int) -> str:
    return f"code:{account_id}"


def _subject(number: str) -> str:
    """Whatever is keyed in that cannot be a number is one subject, so that rows stay few."""
    known = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
    return f"pin:{number if known else '?'}"
