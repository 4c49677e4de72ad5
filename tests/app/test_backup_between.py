"""Backups between kinds of databases: every row of every table, and all of one moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.engine import make_url

from ivr.app.backup import back_up
from ivr.app.restore import restore
from ivr.settings import Settings
from ivr.storage.engine import engine_for, migrate, reading, writing
from ivr.storage.promises import Message, list_promises, store_message
from ivr.storage.tables import promises, recordings
from ivr.storage.tables_calls import call_events, calls
from tests.app.filled import ONE_ROW, contents, counts, fill, row_of
from tests.app.people import NOON, THANDI, keep_people
from tests.app.stage import Stage, make_stage, recording, stage_settings

Make = Callable[[str, str], Settings]
KINDS = ("postgresql", "sqlite")
_NUMBERS = count()


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path, audio: Path) -> Make:
    """The settings of a place of that kind and name with nothing in it."""

    def made(kind: str, name: str) -> Settings:
        environ = {}
        if kind == "postgresql":
            environ["DATABASE_URL"] = new_database(request.getfixturevalue("postgresql"))
        found = stage_settings(tmp_path / name, audio, environ=environ)
        found.data_dir.mkdir(parents=True)
        return found

    return made


def new_database(server: str) -> str:
    name = f"between{next(_NUMBERS)}"
    engine = engine_for(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def opened(settings: Settings, *, new: bool = False) -> Engine:
    engine = engine_for(settings.database_url)
    if new:
        migrate(engine)
    return engine


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_every_table_arrives_in_the_same_kind(make: Make, tmp_path: Path, kind: str) -> None:
    old, new = make(kind, "old"), make(kind, "new")
    engine = opened(old, new=True)
    fill(engine)
    before = contents(engine)
    told = back_up(old, engine, tmp_path / "night.backup", NOON)
    engine.dispose()
    restored = restore(new, tmp_path / "night.backup")
    engine = opened(new)
    after = contents(engine)
    engine.dispose()

    assert ONE_ROW not in before
    assert all(before.values())
    assert before == after
    assert sum(map(len, before.values())) + 1 == told.rows == restored.rows


def test_from_one_kind_to_the_other_and_back_every_row_is_the_same(make: Make, tmp_path: Path) -> None:
    places = [make("postgresql", "first"), make("sqlite", "second"), make("postgresql", "third")]
    engine = opened(places[0], new=True)
    fill(engine)
    first = contents(engine)
    for number, (old, new) in enumerate(pairwise(places)):
        made = tmp_path / f"{number}.backup"
        back_up(old, engine, made, NOON)
        engine.dispose()
        restore(new, made)
        engine = opened(new)
    last = contents(engine)
    engine.dispose()

    assert first == last


@pytest.mark.parametrize("target", KINDS)
def test_a_helpline_on_postgresql_is_called_where_it_was_restored(
    make: Make, tmp_path: Path, audio: Path, target: str
) -> None:
    old, new = make("postgresql", "old"), make(target, "new")
    keep_people(_migrated(old), (THANDI,))
    engine = opened(old)
    with writing(engine) as connection:
        store_message(connection, Message("CA1", recording(1), 9, "af", 1, NOON))
    back_up(old, engine, tmp_path / "night.backup", NOON)
    engine.dispose()
    restored = restore(new, tmp_path / "night.backup")
    stage = stage_on(new, audio)
    rung = stage.document("/voice/af/g/l", Digits="0")
    with reading(stage.parts.engine) as connection:
        promised = [each.call for each in list_promises(connection)]
    stage.parts.engine.dispose()
    stage.parts.fetching._engine.dispose()

    assert [THANDI.phone] == [each.text for each in rung.iter("Number")]
    assert (["CA1"], 1) == (promised, restored.promises)


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_made_while_calls_and_promises_are_written_is_of_one_moment(
    make: Make, tmp_path: Path, kind: str
) -> None:
    old = make(kind, "old")
    engine = opened(old, new=True)
    with being_written(engine):
        for each in "123":
            Event().wait(0.3)
            back_up(old, engine, tmp_path / f"{each}.backup", NOON)
    engine.dispose()
    found = [whole(make("sqlite", f"new{each}"), tmp_path / f"{each}.backup") for each in "123"]

    assert [True] * 3 == [ok for ok, _ in found]
    assert 0 < found[0][1] < found[1][1] < found[2][1]


@contextmanager
def being_written(engine: Engine) -> Iterator[None]:
    """Calls with their steps and promises with theirs, each in one transaction, without a pause."""
    over, numbers = Event(), count(1)

    def write() -> None:
        while not over.is_set():
            number = next(numbers)
            call = {"call": f"CA{number}"}
            with writing(engine) as connection:
                store_message(connection, Message(call["call"], recording(number), 9, "en", 1, NOON))
                connection.execute(calls.insert(), {**row_of(calls, number), **call})
                steps = (2 * number, 2 * number + 1)
                connection.execute(call_events.insert(), [{**row_of(call_events, n), **call} for n in steps])

    threads = [Thread(target=write) for _ in range(2)]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in threads:
            each.join()


def whole(place: Settings, made: Path) -> tuple[bool, int]:
    """Restored: whether each promise has its recording, call and steps, and how many there are."""
    restore(place, made)
    engine = opened(place)
    with reading(engine) as connection:
        kept, *others = counts(connection, promises, recordings, calls)
        steps = counts(connection, call_events)
        theirs = set(connection.scalars(select(promises.c.call)))
        rung = set(connection.scalars(select(calls.c.call)))
    engine.dispose()
    return others == [kept] * 2 and steps == [2 * kept] and theirs == rung, kept


def _migrated(settings: Settings) -> Settings:
    engine = opened(settings, new=True)
    engine.dispose()
    return settings


def stage_on(settings: Settings, audio: Path) -> Stage:
    environ = {"DATABASE_URL": settings.database_url}
    stage = make_stage(settings.data_dir.parent, audio, environ=environ, queue=False)
    stage.background()
    return stage
