"""Everything that is known of one caller, found by what stands for their number, and removed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select, update

from ivr.storage.accounts_phones import attempts_of
from ivr.storage.forgotten import is_note, note_forgotten
from ivr.storage.retention import let_go_of_recordings
from ivr.storage.revision import bump
from ivr.storage.tables import promises, recordings
from ivr.storage.tables_accounts import attempts
from ivr.storage.tables_nuisance import blocks
from ivr.storage.tables_promises import tallies
from ivr.storage.tables_reaching import conversations, waits

_CALL_LENGTH = 34
"""Of the network's id of a call; what follows it tells a caller's second message from the first."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of each kind was removed, or, of conversations and waits, is nobody's any more.

    `recordings` are the provider's ids of messages whose files are to go too.
    """

    promises: int
    recordings: tuple[str, ...]
    conversations: int
    waits: int
    blocks: int
    counts: int

    @property
    def anything(self) -> bool:
        """Whether anything was known of the caller."""
        return any((self.promises, self.conversations, self.waits, self.blocks, self.counts))


def forget_caller(
    connection: Connection, callers: Collection[str], is_theirs: Callable[[str], bool], at: datetime
) -> Forgotten:
    """Remove what leads to a caller, open promises too; their recordings are left to be deleted everywhere.

    `callers` are the keyed hashes that may stand for their number, `is_theirs` tells it of a sealed one. What
    another machine brings in later is dropped then: see `is_forgotten`.
    """
    counts = and_(or_(*(tallies.c.subject.endswith(each) for each in callers)), ~is_note())
    note_forgotten(connection, callers, at)
    found = promises_of(connection, callers, is_theirs)
    theirs = promises.c.id.in_(found)
    ids = tuple(connection.scalars(select(recordings.c.id).where(recordings.c.promise_id.in_(found))))
    let_go_of_recordings(connection, theirs, at)
    removed = _removed(connection, promises, theirs)
    blocked = _removed(connection, blocks, blocks.c.caller.in_(callers))
    if blocked:
        bump(connection)
    return Forgotten(
        promises=removed,
        recordings=ids,
        conversations=_nobodys(connection, conversations, callers),
        waits=_nobodys(connection, waits, callers),
        blocks=blocked,
        counts=_removed(connection, tallies, counts)
        + _removed(connection, attempts, attempts.c.subject.in_(map(attempts_of, callers))),
    )


def promises_of(
    connection: Connection, callers: Collection[str], is_theirs: Callable[[str], bool]
) -> tuple[int, ...]:
    """What was promised to them, on their calls or to their number."""
    calls = [
        call
        for table in (promises, conversations, waits)
        for call in connection.scalars(select(table.c.call).where(table.c.caller.in_(callers)))
    ]
    on_calls = func.substr(promises.c.call, 1, _CALL_LENGTH).in_({each[:_CALL_LENGTH] for each in calls})
    found = set(connection.scalars(select(promises.c.id).where(on_calls)))
    sealed = select(promises.c.id, promises.c.number).where(promises.c.number.is_not(None))
    return tuple(sorted(found | {row.id for row in connection.execute(sealed) if is_theirs(row.number)}))


def _removed(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(which)).rowcount


def _nobodys(connection: Connection, table: Table, callers: Collection[str]) -> int:
    theirs = update(table).where(table.c.caller.in_(callers))
    return connection.execute(theirs.values(caller="")).rowcount
