"""What commands about stored things share: storage, the helpline's zone, files, how rows are shown."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ivr.cli.context import fail
from ivr.cli.moments import headed, short
from ivr.settings import Settings
from ivr.storage.engine import open_storage, writing
from ivr.storage.errors import StorageError

_LARGEST_FILE = 20_000_000  # bytes; readers have lower limits of their own


def storage(settings: Settings) -> Engine:
    """The database, ready; or the end of the command, saying what to do."""
    try:
        return open_storage(settings)
    except StorageError as error:
        fail(str(error))


@contextmanager
def changing(settings: Settings) -> Iterator[Connection]:
    """A transaction that keeps everything; or the end of the command, with nothing changed."""
    try:
        with writing(storage(settings)) as connection:
            yield connection
    except DBAPIError as error:
        fail(f"DATABASE_URL: nothing was changed: {error.orig}; see to the database, then try again")


def zone_of(settings: Settings) -> ZoneInfo:
    """The helpline's zone; or the end of the command, if the content cannot be loaded."""
    from ivr.content import ContentError, load  # noqa: PLC0415 (slow, and not every command needs it)

    try:
        return ZoneInfo(load(settings.prompts_dir).helpline.zone)
    except ContentError as error:
        fail(
            "The helpline's zone is not known, because its content has problems (see: ivr check):", str(error)
        )


def zone_shown(settings: Settings) -> ZoneInfo:
    """The zone in which times are shown: the helpline's, UTC while its content cannot be loaded."""
    from ivr.content import ContentError, load  # noqa: PLC0415 (as above)

    try:
        return ZoneInfo(load(settings.prompts_dir).helpline.zone)
    except ContentError:
        return ZoneInfo("UTC")


def languages_of(settings: Settings) -> frozenset[str]:
    """The languages offered; none known if the content cannot be loaded, which `ivr check` explains."""
    from ivr.content import ContentError, load  # noqa: PLC0415 (as above)

    try:
        return frozenset(load(settings.prompts_dir).languages)
    except ContentError:
        return frozenset()


def read_whole(file: str) -> bytes:
    """The bytes of a file; or the end of the command."""
    try:
        with Path(file).open("rb") as stream:
            return stream.read(_LARGEST_FILE)
    except OSError as error:
        fail(f"{file}: {error.strerror}; name a file that can be read")


def print_json(rows: Iterable[Mapping[str, object]]) -> None:
    """The rows as one list of objects; moments are in UTC, to the second."""
    print(json.dumps(list(rows), ensure_ascii=False, indent=2, default=_iso))


def print_rows(
    columns: Sequence[str], rows: Sequence[Mapping[str, object]], nothing: str, own: Settings
) -> None:
    """The rows for people to read: moments in the helpline's zone, which their header names."""
    zone = zone_shown(own) if rows else ZoneInfo("UTC")
    moments = {name for row in rows for name, value in row.items() if isinstance(value, datetime)}
    header = [headed(name, zone) if name in moments else name for name in columns]
    print_table(header, [[_cell(row[name], zone) for name in columns] for row in rows], nothing)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], nothing: str) -> None:
    """The rows under the header, in columns as wide as they need; without any the sentence `nothing`."""
    if not rows:
        print(nothing)
        return
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return short(value, zone)
    return "-" if value in {None, ""} else str(value)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    raise TypeError(f"{type(value).__name__} has no place in JSON")
