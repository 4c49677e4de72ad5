"""What lies sealed in storage, to be sealed anew when the secret changes."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Column, Connection, func, select, update

from ivr.storage.tables import promises
from ivr.storage.tables_accounts import accounts
from ivr.storage.tables_nuisance import blocks

NUMBERS: tuple[Column[int], Column[str]] = (promises.c.id, promises.c.number)
CODES: tuple[Column[int], Column[str]] = (accounts.c.id, accounts.c.totp)


def seal_anew(
    connection: Connection, where: tuple[Column[int], Column[str]], anew: Callable[[str], str | None]
) -> tuple[int, int]:
    """Seal each value anew; how many that were, and how many `anew` could not read: None."""
    key, column = where
    done = unreadable = 0
    for row in connection.execute(select(key, column).where(column.is_not(None), column != "")).all():
        sealed = anew(row[1])
        if sealed is None:
            unreadable += 1
            continue
        same = update(key.table).where(key == row[0], column == row[1])
        done += connection.execute(same.values({column.name: sealed})).rowcount
    return done, unreadable


def last_block(connection: Connection) -> datetime | None:
    """When the last of the blocks ends."""
    found: datetime | None = connection.scalar(select(func.max(blocks.c.until)))
    return found
