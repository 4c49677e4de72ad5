"""What must not be lost, in one file: rows, recordings, takes, what waits on disk, the words."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.engine import make_url

from ivr import __version__
from ivr.journal.keys import keys_of
from ivr.settings import Settings
from ivr.sound.store import MESSAGES, StoreAwayError
from ivr.sound.take_files import TakeFiles
from ivr.sound.takes import take_files
from ivr.storage.archive import FORMAT, MANIFEST, ArchiveWriter, writing_archive
from ivr.storage.dump import dump_rows, frozen, tables_in
from ivr.storage.schema import present
from ivr.storage.tables_takes import takes

ROWS, FILES, WORDS = "tables/", "data/", "prompts/"
TAKES, JOURNAL, MARK = "takes", "journal", "backed-up"
#: Made again by itself, or of use to running processes alone.
PASSING = frozenset(
    {
        "content",
        "snapshot.json",
        "exchange.json",
        "exchange-account.json",
        "jobs.db",
        "jobs.db-shm",
        "jobs.db-wal",
        MARK,
    }
)
_PROOF = b"ivr: whose backup this is"


class BackupError(Exception):
    """There is no backup; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds; `lost` are takes whose files are in no store."""

    rows: int
    files: int
    lost: tuple[str, ...]
    size: int


def back_up(settings: Settings, engine: Engine, path: Path, at: datetime) -> BackedUp:
    """Put everything into a new file at `path`, while calls go on; BackupError, StorageError or OSError."""
    if path.resolve().is_relative_to(settings.data_dir.resolve()):
        raise BackupError(f"{path}: lies in DATA_DIR, and would be lost with it; name a file elsewhere")
    with writing_archive(path) as archive, frozen(engine) as connection:
        archive.add(MANIFEST, _manifest(settings, connection, at))
        # What waits on disk comes first: what leaves it for the database meanwhile is in both, once each.
        waiting = _add_files(archive, settings, [JOURNAL])
        rows = sum(_add_rows(archive, connection))
        rest = [each for each in kept_in(settings) if each != JOURNAL]
        files = waiting + _add_files(archive, settings, rest) + _add_words(archive, settings.prompts_dir)
        fetched, lost = _add_far(archive, settings, take_files(settings), connection)
    (settings.data_dir / MARK).touch()
    return BackedUp(rows, files + fetched, lost, path.stat().st_size)


def kept_in(settings: Settings) -> list[str]:
    """What in DATA_DIR has to be kept beside the database, by name."""
    try:
        names = [each.name for each in settings.data_dir.iterdir()]
    except FileNotFoundError:
        return []
    passing = PASSING | {f"{_file_of(settings)}{end}" for end in ("", "-wal", "-shm", "-journal")}
    return sorted(name for name in names if name not in passing and not name.startswith("."))


def proof_of(secret: bytes) -> str:
    """Tells one secret from another, and nothing about it."""
    return hmac.digest(secret, _PROOF, "sha256").hex()[:32]


def files_under(folder: Path) -> Iterator[Path]:
    """Every whole file in it, however deep; links and hidden files are none."""
    found = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    for path in found:
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def _file_of(settings: Settings) -> str:
    """The database's file in DATA_DIR, if it is one."""
    url = make_url(settings.database_url)
    return Path(url.database or "").name if url.get_backend_name() == "sqlite" else ""


def _manifest(settings: Settings, connection: Connection, at: datetime) -> bytes:
    told = {
        "format": FORMAT,
        "version": __version__,
        "schema": present(connection),
        "made": at.isoformat(timespec="seconds"),
        "key": proof_of(keys_of(settings)[0]),
    }
    return json.dumps(told).encode()


def _add_rows(archive: ArchiveWriter, connection: Connection) -> Iterator[int]:
    for table in tables_in(connection):
        yield archive.add_lines(f"{ROWS}{table.name}.jsonl", dump_rows(connection, table))


def _add_files(archive: ArchiveWriter, settings: Settings, names: list[str]) -> int:
    paths = (path for name in names for path in files_under(settings.data_dir / name))
    return sum(
        archive.add_file(f"{FILES}{path.relative_to(settings.data_dir).as_posix()}", path) for path in paths
    )


def _add_words(archive: ArchiveWriter, folder: Path) -> int:
    return sum(
        archive.add_file(f"{WORDS}{path.relative_to(folder).as_posix()}", path)
        for path in files_under(folder)
    )


def _add_far(
    archive: ArchiveWriter, settings: Settings, files: TakeFiles, connection: Connection
) -> tuple[int, tuple[str, ...]]:
    """Put in what only the store that machines share has; how many files, and which are nowhere."""
    added, lost = 0, []
    try:
        for stored, name in _not_here(settings, files, connection):
            content = files.far.get(stored) if files.far else None
            if content is None:
                lost.append(name)
                continue
            archive.add(f"{FILES}{name}", content)
            added += 1
    except StoreAwayError as error:
        raise BackupError(f"{error}; a backup without what lies there would not be whole") from error
    return added, tuple(lost)


def _not_here(settings: Settings, files: TakeFiles, connection: Connection) -> Iterator[tuple[str, str]]:
    """What is not in DATA_DIR, by its name in the store and the one that it would have in DATA_DIR."""
    for name in _names_of_takes(connection):
        if not files.near.has(name):
            yield name, f"{TAKES}/{name}"
    for name in files.far.listed(MESSAGES) if files.far else ():
        if not (settings.data_dir / name).is_file():
            yield name, name


def _names_of_takes(connection: Connection) -> list[str]:
    rows = connection.execute(select(takes.c.language, takes.c.file, takes.c.original))
    return sorted({f"{row.language}/{file}" for row in rows for file in (row.file, row.original)})
