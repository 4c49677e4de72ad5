"""The live takes as rows of the snapshot, read anew only where they have changed: there may be thousands."""

from typing import Any

from sqlalchemy import Connection, select

from ivr.storage.tables_takes import takes
from ivr.storage.takes import take_of, take_to_row

_AT_ONCE = 500


class LiveTakeRows:
    """A loader for the snapshot that remembers the rows it gave last."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, str], dict[str, Any]] = {}

    def __call__(self, connection: Connection) -> list[dict[str, Any]]:
        """The takes that callers hear now, oldest first; rows that were given before are not changed."""
        # Numbers may be given again by SQLite; files never are.
        found = select(takes.c.id, takes.c.file).where(takes.c.live).order_by(takes.c.id)
        wanted = [(row.id, row.file) for row in connection.execute(found)]
        new = [number for number, file in wanted if (number, file) not in self._rows]
        rows = self._rows | dict(_read(connection, new))
        self._rows = {key: rows[key] for key in wanted}
        return list(self._rows.values())


def _read(connection: Connection, numbers: list[int]) -> list[tuple[tuple[int, str], dict[str, Any]]]:
    read = []
    for first in range(0, len(numbers), _AT_ONCE):
        some = select(takes).where(takes.c.id.in_(numbers[first : first + _AT_ONCE]))
        read += [take_of(row) for row in connection.execute(some)]
    return [((take.id, take.file), take_to_row(take)) for take in read]
