"""Changes of accounts: there is always somebody left who may change them."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ivr.storage.accounts import Account, AccountError, Role, account_from, plain_login
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.revision import bump
from ivr.storage.tables_accounts import accounts, invitations, recovery_codes, sign_ins

LONGEST_NAME = 80
LONGEST_LOGIN = 120
NO_SECRETS: Mapping[str, str | int] = {"password": "", "pin": "", "totp": "", "totp_step": 0}
"""Of an account that has not been signed in to yet, or is not to be any more."""
_SHORT_NUMBERS = range(1000, 10_000)
_LONG_NUMBERS = range(100_000, 1_000_000)
_LAST = (
    "is the last active administrator with a password, and the helpline needs one; "
    "make somebody else administrator first"
)


def add_account(
    connection: Connection, name: str, login: str, roles: Iterable[Role], language: str, at: datetime
) -> Account:
    """A new account that nobody can sign in to yet, with a staff number of its own; or an AccountError."""
    others = _locked(connection)
    values = _details(others, name, login, language)
    new = {
        "roles": _written(roles),
        "number": _free_number({each.number for each in others}),
        "active": True,
        "epoch": 1,
        "made": at,
    }
    return account_from(
        connection.execute(
            insert(accounts).values({**values, **new, **NO_SECRETS}).returning(*accounts.c)
        ).one()
    )


def version_of(account: Account) -> str:
    """What differs as soon as who somebody is, or what they may do, does."""
    told = (account.name, account.login, account.language, _written(account.roles))
    return sha256(repr(told).encode()).hexdigest()[:16]


def hold_version(connection: Connection, account_id: int, version: str) -> None:
    """Keep others from changing accounts now; a ChangedMeanwhileError if it is another by now."""
    if [version] != [version_of(each) for each in _locked(connection) if each.id == account_id]:
        raise ChangedMeanwhileError(account_id)


def change_details(connection: Connection, account_id: int, name: str, login: str, language: str) -> Account:
    """The account under another name, login or language; or an AccountError."""
    others = [each for each in _locked(connection) if each.id != account_id]
    return _changed(connection, account_id, **_details(others, name, login, language))


def set_roles(connection: Connection, account_id: int, roles: Iterable[Role]) -> Account:
    """The account with these roles and no others; an AccountError if no administrator would be left."""
    wanted = frozenset(roles)
    everybody = _locked(connection)
    if Role.ADMINISTRATOR not in wanted:
        _keep_an_administrator(everybody, account_id)
    bump(connection)  # the recording line is there as long as somebody may use it
    return _changed(connection, account_id, roles=_written(wanted))


def deactivate(connection: Connection, account_id: int) -> Account:
    """The account, which nobody can sign in to any more; its sessions and invitations are over at once.

    Its password, PIN and codes are gone for good; what was done under its name stays. An AccountError if no
    administrator would be left.
    """
    _keep_an_administrator(_locked(connection), account_id)
    for table in (invitations, recovery_codes):
        connection.execute(delete(table).where(table.c.account_id == account_id))
    end_sessions(connection, account_id)
    bump(connection)
    return _changed(connection, account_id, active=False, **NO_SECRETS)


def activate(connection: Connection, account_id: int) -> Account:
    """The account, which can be signed in to again once a new link has set its password."""
    bump(connection)
    return _changed(connection, account_id, active=True)


def end_sessions(connection: Connection, account_id: int) -> None:
    """Sign the account out everywhere."""
    connection.execute(delete(sign_ins).where(sign_ins.c.account_id == account_id))
    _changed(connection, account_id, epoch=accounts.c.epoch + 1)


def _locked(connection: Connection) -> list[Account]:
    """Everybody; who else wants to change accounts now waits, so that the last two do not both resign."""
    rows = connection.execute(select(accounts).order_by(accounts.c.id).with_for_update())
    return [account_from(row) for row in rows]


def _keep_an_administrator(everybody: list[Account], account_id: int) -> None:
    able = [each for each in everybody if each.active and each.is_administrator and each.has_password]
    if [each.id for each in able] == [account_id]:
        raise AccountError(f"{able[0].name} {_LAST}")


def _changed(connection: Connection, account_id: int, **values: Any) -> Account:
    row = update(accounts).where(accounts.c.id == account_id).values(**values).returning(*accounts.c)
    found = connection.execute(row).first()
    if found is None:
        raise AccountError("There is no such account (any more); look at the list again")
    return account_from(found)


def _details(others: list[Account], name: str, login: str, language: str) -> dict[str, str]:
    name, login = " ".join(name.split()), plain_login(login)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccountError(f"A name is 1 to {LONGEST_NAME} letters; enter another")
    if not login or len(login) > LONGEST_LOGIN or not login.isprintable() or " " in login:
        raise AccountError(f"A login is an e-mail address or one word, up to {LONGEST_LOGIN} letters")
    if any(each.login == login for each in others):
        raise AccountError(f"Somebody signs in as {login} already; choose another login")
    if any(each.name.casefold() == name.casefold() for each in others):
        raise AccountError(f"Somebody is called {name} already; add an initial, so that they stay apart")
    return {"name": name, "login": login, "language": language}


def _free_number(taken: set[str]) -> str:
    numbers = _SHORT_NUMBERS if len(taken) < len(_SHORT_NUMBERS) // 2 else _LONG_NUMBERS
    return str(secrets.choice([each for each in numbers if str(each) not in taken]))


def _written(roles: Iterable[Role]) -> list[str]:
    return sorted(each.value for each in roles)
