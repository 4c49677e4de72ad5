"""New tables on PostgreSQL in mid-load, while a backup reads the old: callers and promises go on."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import make_url

from ivr.storage.engine import engine_for, migrate
from tests.faults.load import under_load
from tests.faults.serving import serving, until
from tests.faults.stored import promised
from tests.faults.versions import copied, make_newer
from tests.faults.versions import migrate as migrate_to
from tests.storage.conftest import postgresql

__all__ = ["postgresql"]


@pytest.fixture
def engine(postgresql: str) -> Iterator[Engine]:
    """A database with this version's tables."""
    name = f"u{uuid4().hex}"
    server = engine_for(postgresql)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    found = engine_for(make_url(postgresql).set(database=name).render_as_string(hide_password=False))
    migrate(found)
    yield found
    found.dispose()


@pytest.mark.slow
def test_new_tables_are_made_behind_a_backup_and_no_call_notices(
    tmp_path: Path, audio: Path, engine: Engine
) -> None:
    code, url = copied(tmp_path / "code"), engine.url.render_as_string(hide_password=False)
    with serving(tmp_path, audio, code=code, environ={"DATABASE_URL": url}) as helpline:
        with under_load(helpline) as load:
            assert until(load.goes_on())
            make_newer(code)
            going = Thread(target=migrate_to, args=(code, helpline))
            with engine.connect() as backup, backup.begin():
                backup.execute(text("SELECT count(*) FROM promises"))
                going.start()
                going.join(6)
                waited = going.is_alive()
                assert until(load.goes_on())
            going.join(20)
            assert until(load.goes_on())
            away = "storage is away" in helpline.remarks()
        arrived = until(lambda: not helpline.waiting_promises(), 60)
        helpline.stop()

    assert (True, False, True) == (waited, away, arrived)
    assert inspect(engine).has_table("of_a_newer_version")
    assert ([], []) == (load.errors(), load.failures())
    assert sorted(load.promised) == promised(engine)
