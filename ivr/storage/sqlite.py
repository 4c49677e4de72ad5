"""SQLite as we need it: private, durable, and honest about a file that has gone."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from ivr.storage.errors import PATIENCE, StorageAwayError

SERVED = "snapshot.json"
"""In DATA_DIR: what callers were last served from, so there has been a database."""


def sqlite_engine(url: URL, data_dir: Path | None = None, *, looking: bool = False) -> Engine:
    """An engine on the file of `url`, made when it is first needed, and never made again.

    Where callers have been served from `data_dir` it is not made: a StorageAwayError says what to do.
    One that is only for `looking` makes nothing, and refuses to change anything.
    """
    file = _File(Path(url.database or ""), data_dir, looking=looking)
    limits = {"timeout": PATIENCE, "check_same_thread": False}
    engine = create_engine(
        url, hide_parameters=True, connect_args=limits, execution_options={"looking": looking}
    )

    @event.listens_for(engine, "do_connect")
    def keep_private(*_: Any) -> None:
        file.open()

    @event.listens_for(engine, "checkout")
    def stay(*_: Any) -> None:
        file.check()

    @event.listens_for(engine, "connect")
    def set_up(raw: Any, _: Any) -> None:
        # Python's sqlite3 would begin late and not at all for CREATE TABLE: we say BEGIN ourselves.
        raw.isolation_level = None
        if looking:
            raw.execute("PRAGMA query_only = ON")
        else:
            _use_write_ahead_log(raw)
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that turns writer may fail at once, whatever the timeout, so a writer says so first.
        writer = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


@dataclass(slots=True)
class _File:
    """The database's file: what is written into one that was moved away would be lost without an error."""

    path: Path
    data_dir: Path | None
    looking: bool = False
    inode: int | None = None

    def open(self) -> None:
        """Make the file the first time; once there was one, only that one will do."""
        if self.inode is None:
            self._expect()
            if not self.looking:
                _create_private(self.path)
            self.inode = self._present()
        self.check()

    def check(self) -> None:
        """Raise StorageAwayError unless the file is in its place."""
        if self._present() != self.inode:
            raise StorageAwayError(f"DATABASE_URL: {self.path} was replaced while in use; restart the server")

    def _expect(self) -> None:
        if self.data_dir and not self.path.exists() and (self.data_dir / SERVED).exists():
            raise StorageAwayError(
                f"DATABASE_URL: no {self.path}, though callers have been served from {self.data_dir}; "
                "put the file back, from a backup if need be, or begin with an empty one: ivr migrate --anew"
            )
        if self.looking and not self.path.exists():
            raise StorageAwayError(
                f"DATABASE_URL: there is no {self.path} yet; the server makes it when it first starts"
            )

    def _present(self) -> int:
        try:
            return self.path.stat().st_ino
        except OSError as error:
            raise StorageAwayError(f"DATABASE_URL: {self.path}: {error.strerror}; put it back") from error


def _use_write_ahead_log(raw: sqlite3.Connection) -> None:
    # The first change of mode does not wait for another process's lock as everything else does.
    for _ in range(PATIENCE * 50):
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            sleep(0.02)
        else:
            return
    raw.execute("PRAGMA journal_mode = WAL")


def _create_private(path: Path) -> None:
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StorageAwayError(f"DATABASE_URL: cannot make {path}: {error.strerror}") from error
