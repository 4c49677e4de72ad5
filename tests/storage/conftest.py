"""A database for each test: SQLite, and PostgreSQL where its programs are installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import Engine, inspect, text

from ivr.storage.engine import engine_for, prepare, writing
from ivr.storage.schema import upgrade

_PROGRAMS = "/usr/lib/postgresql/*/bin"
_NOBODY = 65534
_KEPT = {"alembic_version", "revision"}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server that listens on a socket in a folder of its own; it refuses to run as root."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(mkdtemp(prefix="ivr-pg-"))
    user = _NOBODY if os.getuid() == 0 else None
    if user:
        os.chown(folder, user, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            check=True,
            cwd=folder,
            user=user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    run("initdb", "-A", "trust", "-U", "ivr", "--no-sync")
    run("pg_ctl", "-w", "-o", f"-c listen_addresses='' -c unix_socket_directories={folder} -F", "start")
    yield f"postgresql://ivr@/postgres?host={folder}"
    run("pg_ctl", "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
        prepare(found)
        yield found
        found.dispose()
        return
    found = engine_for(request.getfixturevalue("postgresql"))
    with writing(found) as connection:
        upgrade(connection)
        tables = sorted(set(inspect(connection).get_table_names()) - _KEPT)
        connection.execute(text(f"TRUNCATE {', '.join(tables)} CASCADE"))
    yield found
    found.dispose()


def _programs() -> Path | None:
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    return next((path for path in sorted(Path("/").glob(_PROGRAMS[1:]), reverse=True)), None)
