"""A helpline that was lost is brought back from its backup into an empty place, and calls go on there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from ivr.app.backup import BackupError, back_up
from ivr.app.restore import RestoreError, restore
from ivr.cli import main
from ivr.settings import Settings
from ivr.sound.store import FolderStore
from ivr.sound.take_files import TakeFiles
from ivr.storage.archive import ArchiveError
from ivr.storage.dump import tables_in
from ivr.storage.engine import engine_for, migrate, reading
from ivr.storage.errors import StorageError
from ivr.storage.promises import list_promises
from tests.app.lost_helpline import MESSAGE, TAKE, leave_message, lost
from tests.app.people import NOON
from tests.app.stage import Stage, action, make_stage, recording, stage_settings

__all__ = ["lost"]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, audio: Path) -> Settings:
    """The settings of a place with nothing in it, whose key is that of the lost one."""
    environ = {}
    if request.param == "postgresql":
        environ["DATABASE_URL"] = new_database(request.getfixturevalue("postgresql"), f"r{id(request)}")
    return stage_settings(tmp_path / "new", audio, environ=environ)


def new_database(server: str, name: str) -> str:
    engine = engine_for(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def opened(settings: Settings, audio: Path) -> Iterator[Stage]:
    """The helpline that lies there."""
    environ = {"DATABASE_URL": settings.database_url}
    stage = make_stage(settings.data_dir.parent, audio, environ=environ, queue=False)
    stage.background()
    yield stage
    for each in (stage.parts.engine, stage.parts.fetching._engine):
        each.dispose()


def back_up_of(stage: Stage, folder: Path) -> Path:
    made = folder / "night.backup"
    back_up(stage.parts.settings, stage.parts.engine, made, NOON)
    return made


def test_a_restored_helpline_is_called_and_everything_is_there(
    lost: Stage, empty: Settings, tmp_path: Path, audio: Path
) -> None:
    made = back_up_of(lost, tmp_path)
    shutil.rmtree(lost.parts.settings.data_dir)
    restored = restore(empty, made)
    with opened(empty, audio) as stage:
        asked = stage.document("/voice")
        heard = [each.text or "" for each in stage.document(action(asked), Digits="1").iter("Play")]
        sounds = [stage.get(each)[1] for each in heard]
        rung = stage.document("/voice/af/g/l", Digits="0")
        with reading(stage.parts.engine) as connection:
            promised = {(each.call, each.language, each.seconds) for each in list_promises(connection)}

    assert TAKE in sounds
    assert ["+27821110001"] == [each.text for each in rung.iter("Number")]
    assert {("CA" + "1" * 32, "af", 12), ("CA" + "2" * 32, "af", 12)} == promised
    assert MESSAGE == (empty.data_dir / "messages" / f"{recording(1)}.wav").read_bytes()
    assert (NOON.isoformat(), 1, ()) == (restored.made, restored.promises, restored.words_kept)


def test_what_is_new_after_a_restore_is_numbered_behind_the_old(
    lost: Stage, empty: Settings, tmp_path: Path, audio: Path
) -> None:
    restore(empty, back_up_of(lost, tmp_path))
    with opened(empty, audio) as stage:
        leave_message(stage, number=3, CallSid="CA" + "3" * 32)
        stage.background()
        with reading(stage.parts.engine) as connection:
            numbers = [each.id for each in list_promises(connection)]

    assert [1, 2, 3] == sorted(numbers)


def test_no_table_is_left_out(lost: Stage) -> None:
    with reading(lost.parts.engine) as connection:
        taken = {each.name for each in tables_in(connection)}
        there = set(inspect(connection).get_table_names())

    assert {"alembic_version"} == there - taken


def test_a_database_of_this_version_without_a_row_is_empty_too(
    lost: Stage, empty: Settings, tmp_path: Path
) -> None:
    made = back_up_of(lost, tmp_path)
    empty.data_dir.mkdir(parents=True)
    engine = engine_for(empty.database_url)
    migrate(engine)
    engine.dispose()

    assert 1 == restore(empty, made).promises


@pytest.mark.parametrize("occupied", ["helpline.db", "messages"])
def test_nothing_that_is_in_use_is_overwritten(
    lost: Stage, tmp_path: Path, audio: Path, occupied: str
) -> None:
    made = back_up_of(lost, tmp_path)
    new = stage_settings(tmp_path / "new", audio)
    new.data_dir.mkdir(parents=True)
    source = lost.parts.settings.data_dir / occupied
    (shutil.copytree if source.is_dir() else shutil.copy)(source, new.data_dir / occupied)
    before = {path: path.stat().st_size for path in new.data_dir.rglob("*")}
    with pytest.raises((RestoreError, StorageError), match="in use"):
        restore(new, made)

    assert before == {path: path.stat().st_size for path in new.data_dir.rglob("*")}


def cut(made: Path) -> None:
    made.write_bytes(made.read_bytes()[:-2000])


def turned(made: Path) -> None:
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 255
    made.write_bytes(content)


def other(made: Path) -> None:
    made.write_bytes(b"a letter\n" * 100)


@pytest.mark.parametrize("damage", [cut, turned, other])
def test_a_damaged_backup_restores_nothing(
    lost: Stage, tmp_path: Path, audio: Path, damage: Callable[[Path], None]
) -> None:
    made, new = back_up_of(lost, tmp_path), stage_settings(tmp_path / "new", audio)
    damage(made)
    with pytest.raises(ArchiveError, match=r"night\.backup"):
        restore(new, made)

    assert not list(tmp_path.glob("new/**/*.*"))


def test_what_fails_at_the_last_moment_leaves_nothing_behind(
    lost: Stage, tmp_path: Path, audio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, new = back_up_of(lost, tmp_path), stage_settings(tmp_path / "new", audio)
    full = OSError(28, "No space left on device")
    monkeypatch.setattr("ivr.app.restore.sync_folder", lambda folder: (_ for _ in ()).throw(full))
    with pytest.raises(OSError, match="No space"):
        restore(new, made)

    assert not list(new.data_dir.iterdir())


def test_another_key_is_refused_because_no_number_could_be_read(
    lost: Stage, tmp_path: Path, audio: Path
) -> None:
    made = back_up_of(lost, tmp_path)
    with pytest.raises(RestoreError, match="SECRET_KEY: is not the one"):
        restore(stage_settings(tmp_path / "new", audio, environ={"SECRET_KEY": "another"}), made)
    with pytest.raises(RestoreError, match="SECRET_KEY: set the one"):
        restore(stage_settings(tmp_path / "new", audio, environ={"SECRET_KEY": ""}), made)


def test_a_newer_key_before_the_backup_s_is_taken(lost: Stage, tmp_path: Path, audio: Path) -> None:
    made = back_up_of(lost, tmp_path)
    new = stage_settings(tmp_path / "new", audio, environ={"SECRET_KEY": "newer|of the tests"})

    assert 1 == restore(new, made).promises


def test_what_only_the_shared_store_has_is_backed_up_too(
    lost: Stage, tmp_path: Path, audio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = lost.parts.settings.data_dir
    far = FolderStore(tmp_path / "far")
    for folder, under in ((data / "takes", ""), (data / "messages", "messages")):
        for path in folder.rglob("*.*"):
            far.put(f"{under or path.parent.name}/{path.name}", path.read_bytes())
        shutil.rmtree(folder)
    shared = TakeFiles(FolderStore(data / "takes"), far)
    monkeypatch.setattr("ivr.app.backup.take_files", lambda settings: shared)
    new = stage_settings(tmp_path / "new", audio)
    restore(new, back_up_of(lost, tmp_path))

    assert MESSAGE == (new.data_dir / "messages" / f"{recording(1)}.wav").read_bytes()
    assert [TAKE, TAKE] == [path.read_bytes() for path in (new.data_dir / "takes").rglob("*.*")]


def test_a_backup_beside_what_it_backs_up_is_refused(lost: Stage) -> None:
    settings = lost.parts.settings
    with pytest.raises(BackupError, match="lies in DATA_DIR"):
        back_up(settings, lost.parts.engine, settings.data_dir / "messages" / "night.backup", NOON)


def test_only_this_user_may_read_a_backup(lost: Stage, tmp_path: Path) -> None:
    assert 0o600 == back_up_of(lost, tmp_path).stat().st_mode & 0o777


def test_the_commands_bring_back_words_and_the_key_too(
    lost: Stage,
    tmp_path: Path,
    audio: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AUDIO_DIR", str(audio))
    monkeypatch.setenv("PROMPTS_DIR", str(audio.parent / "prompts"))
    monkeypatch.setenv("DATA_DIR", str(lost.parts.settings.data_dir))
    made = str(tmp_path / "night.backup")
    with pytest.raises(SystemExit) as backed_up:
        main(["backup", made])
    monkeypatch.setenv("PROMPTS_DIR", str(tmp_path / "words"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "new"))
    with pytest.raises(SystemExit) as restored:
        main(["restore", made])
    key = (lost.parts.settings.data_dir / "secret-key").read_text()

    assert (0, 0) == (backed_up.value.code, restored.value.code)
    assert "promises were open" in capsys.readouterr().out
    assert key == (tmp_path / "new" / "secret-key").read_text()
    assert (tmp_path / "words" / "en.toml").read_bytes() == (
        audio.parent / "prompts" / "en.toml"
    ).read_bytes()
    assert (lost.parts.settings.data_dir / "backed-up").exists()
