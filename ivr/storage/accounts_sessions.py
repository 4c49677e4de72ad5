"""Browsers that are signed in, each by the hash of what its cookie holds."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from ivr.storage.accounts import Account, account_from
from ivr.storage.accounts_hashes import hashed_token
from ivr.storage.tables_accounts import accounts, sign_ins

LASTS = timedelta(hours=12)


def begin_session(connection: Connection, account_id: int, token: str, at: datetime) -> None:
    """Let the browser that holds `token` be the account, for LASTS at most."""
    connection.execute(delete(sign_ins).where(sign_ins.c.at <= at - LASTS))
    connection.execute(insert(sign_ins).values(key=hashed_token(token), account_id=account_id, at=at))
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(seen=at))


def end_session(connection: Connection, token: str) -> None:
    """Sign that one browser out; its cookie is worth nothing any more, wherever a copy of it is."""
    connection.execute(delete(sign_ins).where(sign_ins.c.key == hashed_token(token)))


def session_account(
    connection: Connection, account_id: int, epoch: int, token: str, at: datetime
) -> Account | None:
    """Who holds that token, if the session is neither over nor ended and the account active."""
    lasting = (sign_ins.c.key == hashed_token(token), sign_ins.c.at > at - LASTS)
    same = (accounts.c.id == account_id, accounts.c.epoch == epoch, accounts.c.active)
    joined = select(accounts).join(sign_ins, sign_ins.c.account_id == accounts.c.id)
    row = connection.execute(joined.where(*lasting, *same)).first()
    return account_from(row) if row else None


def sessions_of(connection: Connection, account_id: int, at: datetime) -> tuple[datetime, ...]:
    """When each browser that is signed in as the account was signed in, the newest first."""
    lasting = (sign_ins.c.account_id == account_id, sign_ins.c.at > at - LASTS)
    return tuple(connection.scalars(select(sign_ins.c.at).where(*lasting).order_by(sign_ins.c.at.desc())))
