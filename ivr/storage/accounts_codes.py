"""The second step of signing in: a code from a telephone, or one of the recovery codes."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select, update

from ivr.storage.accounts_hashes import hashed_token
from ivr.storage.tables_accounts import accounts, recovery_codes


def set_totp(connection: Connection, account_id: int, sealed: str, codes: Iterable[str], step: int) -> None:
    """Ask for a code from now on; `codes` help out, each once. `step` is that of the code just shown."""
    _forget_codes(connection, account_id)
    connection.execute(
        insert(recovery_codes), [{"account_id": account_id, "hash": hashed_token(code)} for code in codes]
    )
    _change(connection, account_id, sealed, step)


def remove_totp(connection: Connection, account_id: int) -> None:
    """Ask for the password alone."""
    _forget_codes(connection, account_id)
    _change(connection, account_id, "", 0)


def totp_of(connection: Connection, account_id: int) -> str:
    """The sealed secret, "" for none."""
    return connection.scalar(select(accounts.c.totp).where(accounts.c.id == account_id)) or ""


def use_step(connection: Connection, account_id: int, step: int) -> bool:
    """Whether no code of that step, or a later one, was used before; then it is used now."""
    newer = update(accounts).where(accounts.c.id == account_id, accounts.c.totp_step < step)
    return connection.execute(newer.values(totp_step=step)).rowcount == 1


def use_recovery_code(connection: Connection, account_id: int, code: str) -> bool:
    """Whether it is one that was not used; then it is used now."""
    same = (recovery_codes.c.account_id == account_id, recovery_codes.c.hash == hashed_token(code))
    return connection.execute(delete(recovery_codes).where(*same)).rowcount == 1


def recovery_codes_left(connection: Connection, account_id: int) -> int:
    """How many were not used."""
    own = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.account_id == account_id)
    return connection.scalar(own) or 0


def _forget_codes(connection: Connection, account_id: int) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))


def _change(connection: Connection, account_id: int, sealed: str, step: int) -> None:
    row = update(accounts).where(accounts.c.id == account_id)
    connection.execute(row.values(totp=sealed, totp_step=step))
