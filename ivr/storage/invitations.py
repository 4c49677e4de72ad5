"""Links with which somebody sets their password, once: only a hash of each is stored."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from ivr.storage.accounts import Account, account_by_id, has_accounts
from ivr.storage.accounts_hashes import hashed_token
from ivr.storage.tables_accounts import invitations

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """For whom, and who made it; without an account it makes the first administrator."""

    account: Account | None
    made_by: str
    until: datetime


def invite(connection: Connection, account_id: int, made_by: str, at: datetime) -> str:
    """The token of a new link for the account, good for LASTS; an earlier one is void."""
    return _new(connection, account_id, made_by, at)


def invite_first(connection: Connection, at: datetime) -> str | None:
    """The token of a link that makes the first administrator, while there is no account.

    The one made before is void.
    """
    return None if has_accounts(connection) else _new(connection, None, "", at)


def invited(connection: Connection, token: str, at: datetime) -> Invitation | None:
    """What the link is for; None if it was used, is too old, or never was."""
    same = (invitations.c.hash == hashed_token(token), invitations.c.until > at)
    row = connection.execute(select(invitations).where(*same)).first()
    if row is None:
        return None
    if row.account_id is None:
        return None if has_accounts(connection) else Invitation(None, row.made_by, row.until)
    account = account_by_id(connection, row.account_id)
    return Invitation(account, row.made_by, row.until) if account and account.active else None


def use_invitation(connection: Connection, token: str, at: datetime) -> Invitation | None:
    """As `invited`, and the link is void from now on: of two who try at once, one gets it."""
    found = invited(connection, token, at)
    gone = connection.execute(delete(invitations).where(invitations.c.hash == hashed_token(token)))
    return found if gone.rowcount == 1 else None


def link_of(public_url: str, token: str) -> str:
    """The whole link, to be sent to whoever is invited."""
    return f"{public_url}/staff/invitation/{token}"


def _new(connection: Connection, account_id: int | None, made_by: str, at: datetime) -> str:
    token = secrets.token_urlsafe(24)
    connection.execute(delete(invitations).where(_of(account_id) | (invitations.c.until <= at)))
    values = {"account_id": account_id, "made_by": made_by, "until": at + LASTS}
    connection.execute(insert(invitations).values(hash=hashed_token(token), **values))
    return token


def _of(account_id: int | None) -> ColumnElement[bool]:
    column = invitations.c.account_id
    return column.is_(None) if account_id is None else column == account_id
