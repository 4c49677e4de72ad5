"""Numbers that may not ask for a person for a while, each known by its keyed hash alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from ivr.storage.revision import bump
from ivr.storage.tables import promises
from ivr.storage.tables_nuisance import blocks
from ivr.storage.tables_reaching import conversations, waits


@dataclass(frozen=True, slots=True)
class Block:
    """One blocked number, until when and why."""

    id: int
    reason: str
    until: datetime
    created: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known of a caller: the keyed hash of their number, or the number sealed; both may be empty."""

    caller: str
    sealed: str = ""


def block(connection: Connection, caller: str, reason: str, until: datetime, at: datetime) -> int:
    """Block the number until then, instead of what was said of it before; the block's id."""
    forget_blocks(connection, at)
    values = {"reason": reason, "until": until, "created": at}
    again = update(blocks).where(blocks.c.caller == caller).values(values)
    if not connection.execute(again).rowcount:
        connection.execute(insert(blocks).values(values | {"caller": caller}))
    bump(connection)
    return int(connection.execute(select(blocks.c.id).where(blocks.c.caller == caller)).scalar_one())


def unblock(connection: Connection, *, caller: str = "", block_id: int | None = None) -> bool:
    """Free a number, by its hash or by the block's id; False if it was not blocked."""
    which = blocks.c.caller == caller if block_id is None else blocks.c.id == block_id
    freed = connection.execute(delete(blocks).where(which)).rowcount > 0
    if freed:
        bump(connection)
    return freed


def forget_blocks(connection: Connection, at: datetime) -> None:
    """Remove the blocks that are over at `at`."""
    connection.execute(delete(blocks).where(blocks.c.until <= at))


def list_blocks(connection: Connection, at: datetime) -> tuple[Block, ...]:
    """The blocks that last at `at`, those that end first before the others."""
    lasting = select(blocks).where(blocks.c.until > at).order_by(blocks.c.until, blocks.c.id)
    return tuple(Block(row.id, row.reason, row.until, row.created) for row in connection.execute(lasting))


def block_rows(connection: Connection) -> list[Mapping[str, str]]:
    """Every block as the snapshot carries it."""
    found = connection.execute(select(blocks.c.caller, blocks.c.until).order_by(blocks.c.id))
    return [{"caller": row.caller, "until": row.until.isoformat()} for row in found]


def behind_promise(connection: Connection, promise: int) -> Trace | None:
    """What is known of the caller who was promised something; None if there is no such promise."""
    columns = (promises.c.call, promises.c.caller, promises.c.number)
    row = connection.execute(select(*columns).where(promises.c.id == promise)).first()
    return Trace(row.caller or _on_call(connection, row.call), row.number or "") if row else None


def behind_conversation(connection: Connection, conversation: int) -> Trace | None:
    """What is known of the caller of a conversation; None if there was none."""
    row = connection.execute(select(conversations.c.caller).where(conversations.c.id == conversation)).first()
    return Trace(row.caller) if row else None


def _on_call(connection: Connection, call: str) -> str:
    """The caller's hash from a wait in the same call, "" if there was none."""
    known = select(waits.c.caller).where(waits.c.call == call, waits.c.caller != "")
    return str(connection.scalar(known.limit(1)) or "")
