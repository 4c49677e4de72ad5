"""The database: private, brought up to date once, and honest about what is wrong with it."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from ivr.storage.engine import engine_for, migrate, prepare, reading, writing
from ivr.storage.errors import StorageAwayError, StorageError
from ivr.storage.revision import bump, read_revision
from ivr.storage.schema import head, upgrade_to
from ivr.storage.tables import METADATA


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/deep/helpline.db"


def test_the_first_start_makes_every_table_in_a_file_that_is_private(tmp_path: Path) -> None:
    engine = engine_for(url(tmp_path))
    prepare(engine)

    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    assert 0o600 == stat.S_IMODE((tmp_path / "deep" / "helpline.db").stat().st_mode)


def test_the_tables_have_the_columns_that_the_code_knows(tmp_path: Path) -> None:
    engine = engine_for(url(tmp_path))
    prepare(engine)
    made = {name: {each["name"] for each in inspect(engine).get_columns(name)} for name in METADATA.tables}

    assert {name: set(table.columns.keys()) for name, table in METADATA.tables.items()} == made


def test_migrating_says_from_where_to_where_and_is_done_once(tmp_path: Path) -> None:
    engine = engine_for(url(tmp_path))

    assert ("", head()) == migrate(engine)
    assert (head(), head()) == migrate(engine)


def test_two_processes_may_start_at_once(tmp_path: Path) -> None:
    code = f"from ivr.storage.engine import *; prepare(engine_for({url(tmp_path)!r}))"
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]

    assert [0, 0] == [each.wait(timeout=30) for each in both]


def test_it_keeps_what_is_committed_through_a_loss_of_power(tmp_path: Path) -> None:
    engine = engine_for(url(tmp_path))
    with reading(engine) as connection:
        modes = [connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")]

    assert ["wal", 2] == modes


def test_a_change_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = engine_for(url(tmp_path))
    prepare(engine)
    with reading(engine) as connection:
        before = read_revision(connection)
    with pytest.raises(ZeroDivisionError):
        _bump_and_fail(engine)

    with reading(engine) as connection:
        assert before == read_revision(connection)


@pytest.mark.parametrize("bring_up", [prepare, migrate])
def test_a_newer_versions_tables_are_left_alone(tmp_path: Path, bring_up: Callable[[Engine], object]) -> None:
    engine = engine_for(url(tmp_path))
    prepare(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StorageError, match="newer version"):
        bring_up(engine)


def test_older_tables_are_brought_up_by_migrating_and_by_nothing_else(tmp_path: Path) -> None:
    engine = engine_for(url(tmp_path))
    with writing(engine) as connection:
        upgrade_to(connection, "0017")
    with pytest.raises(StorageError, match=rf"of step 0017, this version's of {head()}; run: ivr migrate"):
        prepare(engine)

    assert ("0017", head()) == migrate(engine)


@pytest.mark.parametrize("wrong", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_a_url_of_no_database_of_ours_is_refused(wrong: str) -> None:
    with pytest.raises(StorageError, match="write sqlite:///PATH or postgresql://"):
        engine_for(wrong)


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "helpline.db").write_bytes(b"no database at all, " * 100)

    with pytest.raises(StorageAwayError, match="not a database"):
        prepare(engine_for(f"sqlite:///{tmp_path}/helpline.db"))


def test_a_database_that_nobody_answers_for_is_away() -> None:
    with pytest.raises(StorageAwayError):
        prepare(engine_for("postgresql://ivr@127.0.0.1:1/ivr"))


def test_postgres_urls_mean_the_driver_we_have() -> None:
    assert "psycopg" == engine_for("postgresql://host/db").dialect.driver


def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    engine = engine_for(url(tmp_path))
    prepare(engine)
    other = sqlite3.connect(tmp_path / "deep" / "helpline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with reading(engine) as connection:
        seen = read_revision(connection)
    other.execute("ROLLBACK")
    other.close()

    assert 1 == seen


def _bump_and_fail(engine: Engine) -> None:
    with writing(engine) as connection:
        bump(connection)
        raise ZeroDivisionError


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "helpline.db").mkdir()

    with pytest.raises(StorageAwayError, match=r"see that .*/helpline\.db and its folder can be written"):
        migrate(engine_for(f"sqlite:///{tmp_path}/helpline.db"))


def test_a_file_that_is_moved_away_counts_as_away_and_is_not_made_again(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    (tmp_path / "helpline.db").rename(tmp_path / "elsewhere.db")

    with pytest.raises(StorageAwayError, match="put it back"), writing(engine):
        pass
    assert not (tmp_path / "helpline.db").exists()


def test_a_file_that_is_put_back_is_used_again(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    (tmp_path / "helpline.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(StorageAwayError), reading(engine):
        pass

    (tmp_path / "elsewhere.db").rename(tmp_path / "helpline.db")

    assert (head(), head()) == migrate(engine)


def test_nothing_is_written_into_another_file_in_its_place(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    migrate(engine_for(f"sqlite:///{tmp_path}/other.db"))
    (tmp_path / "other.db").replace(tmp_path / "helpline.db")

    with pytest.raises(StorageAwayError, match="restart"), writing(engine):
        pass


@pytest.mark.parametrize("database", ["sqlite:///{}/helpline.db", "postgresql://nobody@127.0.0.1:1/{}"])
def test_an_error_of_the_database_shows_nothing_of_what_was_to_be_stored(
    tmp_path: Path, database: str
) -> None:
    assert engine_for(database.format(tmp_path)).hide_parameters


def test_what_is_removed_stays_in_no_free_page_of_the_file(tmp_path: Path) -> None:
    engine = engine_for(url(tmp_path))
    with reading(engine) as connection:
        overwritten = connection.scalar(text("PRAGMA secure_delete"))

    assert 1 == overwritten
