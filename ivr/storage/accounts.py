"""Staff's accounts as they are stored: who there is and what each may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, select

from ivr.storage.tables_accounts import accounts


class Role(Enum):
    """What an account may do; an administrator may everything."""

    LISTENER = "listener"
    RECORDER = "recorder"
    ROTA_KEEPER = "rota-keeper"
    ADMINISTRATOR = "administrator"


class AccountError(ValueError):
    """An account cannot be as it was wanted; says why and what to do, for whoever wanted it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person who may sign in; `number` is what they key in on the staff line, `seen` their last sign-in.

    A raised `epoch` ends every session. Nobody signs in before there is a password.
    """

    id: int
    name: str
    login: str
    roles: frozenset[Role]
    number: str
    language: str
    active: bool
    epoch: int
    has_password: bool
    has_pin: bool
    has_totp: bool
    seen: datetime | None

    @property
    def is_administrator(self) -> bool:
        """Whether it may everything."""
        return Role.ADMINISTRATOR in self.roles


def list_accounts(connection: Connection) -> tuple[Account, ...]:
    """Every account, by name, those who may not sign in any more last."""
    found = [account_from(row) for row in connection.execute(select(accounts))]
    return tuple(sorted(found, key=lambda each: (not each.active, each.name.casefold(), each.id)))


def account_by_id(connection: Connection, account_id: int) -> Account | None:
    """The account of that id."""
    row = connection.execute(select(accounts).where(accounts.c.id == account_id)).first()
    return account_from(row) if row else None


def has_accounts(connection: Connection) -> bool:
    """Whether there is any account, active or not."""
    return connection.scalar(select(accounts.c.id).limit(1)) is not None


def plain_login(login: str) -> str:
    """The login as it is stored: without spaces around it, in small letters."""
    return login.strip().lower()


def account_from(row: Row[Any]) -> Account:
    """The account in a row of the table."""
    return Account(
        id=row.id,
        name=row.name,
        login=row.login,
        roles=frozenset(map(Role, row.roles)),
        number=row.number,
        language=row.language,
        active=row.active,
        epoch=row.epoch,
        has_password=bool(row.password),
        has_pin=bool(row.pin),
        has_totp=bool(row.totp),
        seen=row.seen,
    )
