"""`ivr doctor` changes nothing: neither the database nor a file, whatever state they are in."""

from pathlib import Path

import pytest

from ivr.app.backup import kept_in
from ivr.cli import main
from ivr.storage.engine import engine_for, prepare, reading, writing
from ivr.storage.schema import head, present, upgrade_to
from ivr.telephony.exchange.account import local_account
from tests.app.stage import stage_settings

OLDER = "0017"


@pytest.fixture
def data(tmp_path: Path, audio: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where DATA_DIR is for the command; nothing is there yet."""
    folder = tmp_path / "new" / "data"
    names = {"DATA_DIR": folder, "AUDIO_DIR": audio, "PROMPTS_DIR": audio.parent / "prompts", "PORT": "1"}
    for name, value in names.items():
        monkeypatch.setenv(name, str(value))
    return folder


def looked(capsys: pytest.CaptureFixture[str]) -> str:
    """What the doctor has said."""
    with pytest.raises(SystemExit):
        main(["doctor"])
    return capsys.readouterr().out


def everything_in(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def database(folder: Path, version: str) -> None:
    folder.mkdir(parents=True, mode=0o700)
    engine = engine_for(f"sqlite:///{folder}/helpline.db")
    with writing(engine) as connection:
        upgrade_to(connection, version)
    engine.dispose()


def test_a_place_where_nothing_was_started_stays_as_it_is(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = looked(capsys)

    assert [] == [each.name for each in tmp_path.iterdir()]
    assert "There is no" in told
    assert str(data) in told


def test_an_empty_folder_stays_empty(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data.mkdir(parents=True)
    looked(capsys)

    assert {} == everything_in(data)


def test_older_tables_stay_what_they_are_and_are_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database(data, OLDER)
    before = everything_in(data)
    told = looked(capsys)
    engine = engine_for(f"sqlite:///{data}/helpline.db")
    with reading(engine) as connection:
        found = present(connection)
    engine.dispose()

    assert OLDER == found
    assert before == everything_in(data)
    assert "run: ivr migrate" in told


def test_a_helpline_that_was_served_stays_as_it_is(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database(data, head())
    for name in ("secret-key", "snapshot.json"):
        (data / name).write_text("{}")
    local_account(data)
    before = everything_in(data)
    told = looked(capsys)

    assert before == everything_in(data)
    assert f"with the tables of this version ({head()})" in told


def test_a_lost_database_is_not_made_anew(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data.mkdir(parents=True)
    (data / "snapshot.json").write_text("{}")

    assert "put the file back" in looked(capsys)
    assert {"snapshot.json"} == set(everything_in(data))


def test_a_looking_engine_can_change_nothing(tmp_path: Path) -> None:
    database(tmp_path / "data", head())
    engine = engine_for(f"sqlite:///{tmp_path}/data/helpline.db", looking=True)
    prepare(engine)
    with pytest.raises(Exception, match="readonly"), writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM revision")
    engine.dispose()


def test_a_looking_engine_can_change_nothing_in_postgresql_either(postgresql: str) -> None:
    engine = engine_for(postgresql, looking=True)
    with pytest.raises(Exception, match="read-only transaction"), writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE of_the_doctor (id INTEGER)")
    engine.dispose()


def test_the_account_of_our_own_network_is_nothing_that_has_to_be_kept(tmp_path: Path, audio: Path) -> None:
    settings = stage_settings(tmp_path, audio)
    local_account(settings.data_dir)

    assert [] == kept_in(settings)


def test_a_wrong_database_url_is_said_without_a_trace(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    with pytest.raises(SystemExit):
        main(["doctor"])

    assert "DATABASE_URL: not a URL" in capsys.readouterr().err
    assert [] == [each.name for each in tmp_path.iterdir()]
    assert not data.exists()
