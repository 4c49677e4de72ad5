"""What the provider still has although it ought not to: recordings of our calls, by their ids."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from ivr.storage.promises import drop_recording
from ivr.storage.tables import promises, recordings
from ivr.storage.tables_calls import calls
from ivr.storage.tables_reaching import conversations, waits

Copy = tuple[str, str, datetime]
"""A recording as the provider lists it: its id, its call's, when it was made."""
_AT_ONCE = 500


def copies_to_delete(connection: Connection, copies: Sequence[Copy], before: datetime) -> tuple[str, ...]:
    """Those that were deleted there once, and those made before then that nobody here knows.

    What is not of a call of ours is somebody else's on the same account; what is yet to be fetched or deleted
    is seen to anyway.
    """
    return tuple(
        each
        for first in range(0, len(copies), _AT_ONCE)
        for each in _to_delete(connection, copies[first : first + _AT_ONCE], before)
    )


def delete_copies(connection: Connection, ids: Sequence[str], at: datetime) -> None:
    """Leave them to be deleted at the provider."""
    for each in ids:
        again = {"deleted_at": None, "next_at": at, "tries": 0}
        connection.execute(update(recordings).where(recordings.c.id == each).values(**again))
        drop_recording(connection, each, at)


def _to_delete(connection: Connection, copies: Sequence[Copy], before: datetime) -> Iterator[str]:
    columns = (recordings.c.id, recordings.c.deleted_at)
    found = connection.execute(select(*columns).where(recordings.c.id.in_([each[0] for each in copies])))
    known = {row.id: row.deleted_at is not None for row in found}
    ours = _ours(connection, {call for _, call, _ in copies})
    for recording, call, made in copies:
        if known.get(recording, made < before and call in ours):
            yield recording


def _ours(connection: Connection, ids: set[str]) -> set[str]:
    columns = (calls.c.call, promises.c.call, waits.c.call, conversations.c.call)
    return {each for column in columns for each in connection.scalars(select(column).where(column.in_(ids)))}
