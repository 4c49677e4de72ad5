"""A helpline from its backup, in an empty place: everything, or nothing."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any

from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.engine import make_url

from ivr.app.backup import FILES, ROWS, TAKES, WORDS, files_under, kept_in, proof_of
from ivr.journal.disk import sync_folder, write_safely
from ivr.journal.keys import FILE as KEY_FILE
from ivr.journal.keys import keys_of
from ivr.settings import Settings
from ivr.sound.take_files import TakeFiles
from ivr.sound.takes import take_files
from ivr.storage.archive import ArchiveError, parts_of, read_manifest
from ivr.storage.dump import finish, load_rows, make_empty
from ivr.storage.engine import engine_for, writing
from ivr.storage.promise_states import PENDING
from ivr.storage.schema import head
from ivr.storage.tables import promises


class RestoreError(Exception):
    """Nothing was restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; `words_kept` are files of PROMPTS_DIR that are others than the backup's."""

    made: str
    rows: int
    files: int
    promises: int
    words_kept: tuple[str, ...]


def restore(settings: Settings, path: Path) -> Restored:
    """Bring everything in the backup at `path` back; ArchiveError, RestoreError, StorageError or OSError.

    The database and DATA_DIR have to be empty. Words go to PROMPTS_DIR only if nothing is there.
    """
    manifest = read_manifest(path)
    _check(settings, path, manifest)
    with _unpacking_in(settings.data_dir) as folder, _made_anew(settings) as engine:
        with _undone_on_failure() as moved, writing(engine) as connection:
            rows = _load(connection, path, folder, str(manifest["schema"]))
            promises = _open_promises(connection)
            _move(folder / FILES, settings.data_dir, moved)
        _share_takes(take_files(settings), settings.data_dir / TAKES)
        kept = _put_words(folder / WORDS, settings.prompts_dir)
    return Restored(str(manifest["made"]), rows, sum(len(_files(each)) for each in moved), promises, kept)


def _check(settings: Settings, path: Path, manifest: Mapping[str, Any]) -> None:
    if str(manifest["schema"]) > head():
        raise RestoreError(f"{path}: was made by version {manifest['version']}; restore it with that version")
    if present := kept_in(settings):
        raise RestoreError(f"DATA_DIR: {settings.data_dir / present[0]} is in use; name an empty folder")
    brought = any(name == f"{FILES}{KEY_FILE}" for name, _ in parts_of(path))
    here = {proof_of(each) for each in keys_of(settings)} if settings.secret_key else set()
    if here and manifest["key"] not in here:
        raise RestoreError(
            "SECRET_KEY: is not the one of the backup, so that no number in it could be read; set that one"
            + (", or none: the backup brings it" if brought else "")
        )
    if not here and not brought:
        raise RestoreError("SECRET_KEY: set the one with which the backup was made; it is not in the backup")


@contextmanager
def _unpacking_in(data_dir: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, on the same disk as DATA_DIR, which is made if need be."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=data_dir, prefix=".restoring-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _made_anew(settings: Settings) -> Iterator[Engine]:
    """The database; a file that was made for it is gone again after a failure."""
    url = make_url(settings.database_url)
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    new = file is not None and not file.exists()
    engine = engine_for(settings.database_url)
    try:
        yield engine
    except BaseException:
        engine.dispose()
        for end in ("", "-wal", "-shm") if file and new else ():
            Path(f"{file}{end}").unlink(missing_ok=True)
        raise
    engine.dispose()


@contextmanager
def _undone_on_failure() -> Iterator[list[Path]]:
    """What is put into the list is removed again if anything fails."""
    moved: list[Path] = []
    try:
        yield moved
    except BaseException:
        for each in moved:
            shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)
        raise


def _load(connection: Connection, path: Path, folder: Path, schema: str) -> int:
    """Rows into the database, files into `folder`; how many rows."""
    tables, rows = make_empty(connection, schema), 0
    for name, content in parts_of(path):
        if name.startswith(ROWS):
            rows += _load_rows(connection, tables, name, content)
        else:
            write_safely(folder / name, content.read())
    finish(connection, tables)
    return rows


def _load_rows(connection: Connection, tables: Mapping[str, Table], name: str, lines: IO[bytes]) -> int:
    table = tables.get(name.removeprefix(ROWS).removesuffix(".jsonl"))
    if table is None:
        raise ArchiveError(f"{name}: there is no such table; take another backup")
    try:
        return load_rows(connection, table, lines)
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{name}: a row cannot be read ({type(error).__name__})") from error


def _open_promises(connection: Connection) -> int:
    query = select(func.count()).select_from(promises).where(promises.c.state.in_(PENDING))
    return connection.scalar(query) or 0


def _move(source: Path, data_dir: Path, moved: list[Path]) -> None:
    """Everything at once, by new names for what is on the disk already."""
    for each in sorted(source.iterdir()) if source.is_dir() else ():
        target = data_dir / each.name
        each.rename(target)
        moved.append(target)
    sync_folder(data_dir)


def _share_takes(files: TakeFiles, folder: Path) -> None:
    """See that every machine finds the takes, if there is a store for them all."""
    if files.far:
        files.settle(path.relative_to(folder).as_posix() for path in files_under(folder))


def _put_words(source: Path, prompts: Path) -> tuple[str, ...]:
    """The words into an empty PROMPTS_DIR; else what there is other than in the backup, and stays."""
    if prompts.is_dir() and any(prompts.iterdir()):
        names = (path.relative_to(source) for path in files_under(source))
        return tuple(str(name) for name in names if not _same(source / name, prompts / name))
    shutil.copytree(source, prompts, dirs_exist_ok=True)
    return ()


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _files(path: Path) -> list[Path]:
    return [each for each in (path, *path.rglob("*")) if each.is_file()]
