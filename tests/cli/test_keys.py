"""`ivr keys`: the secret is changed, and nothing that was sealed before is lost."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from ivr.cli import main
from ivr.console.codes import sealing_of
from ivr.journal.sealing import Sealing
from ivr.storage.accounts import Role
from ivr.storage.accounts_changes import add_account
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.engine import engine_for, migrate, reading, writing
from ivr.storage.tables import promises
from ivr.storage.tables_accounts import accounts
from tests.cli.test_promises import AT

NUMBER = "+27821112233"


@pytest.fixture(autouse=True)
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call-back and somebody's codes, sealed with the key OLD."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "OLD")
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    with writing(engine) as connection:
        store_callback(connection, CallBack("CA1", Sealing(b"OLD").seal(NUMBER), "233", "en", "any", 1, AT))
        add_account(connection, "Naledi", "naledi", (Role.ADMINISTRATOR,), "en", AT)
        connection.execute(update(accounts).values(totp=sealing_of(b"OLD").seal("JBSWY3DP")))
    engine.dispose()


def opened(folder: Path, key: bytes) -> tuple[str, str]:
    with reading(engine_for(f"sqlite:///{folder}/helpline.db")) as connection:
        number, code = (connection.scalar(select(each)) for each in (promises.c.number, accounts.c.totp))
    return Sealing(key).open(number or ""), sealing_of(key).open(code or "")


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(("keys", *arguments))
    return int(end.value.code or 0)


def test_what_an_older_key_has_sealed_needs_only_the_newest_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECRET_KEY", "NEW|OLD")
    code = run("rotate")

    assert 0 == code
    assert "Sealed anew: 1 numbers of callers, 1 codes of staff." in capsys.readouterr().out
    assert (NUMBER, "JBSWY3DP") == opened(tmp_path, b"NEW")


def test_what_no_key_opens_stays_as_it_is_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECRET_KEY", "NEW")
    code = run("rotate")

    assert 1 == code
    assert "1 numbers, 1 codes" in capsys.readouterr().err
    assert (NUMBER, "JBSWY3DP") == opened(tmp_path, b"OLD")


def test_a_key_in_the_data_folder_gets_a_newer_one_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "")
    (tmp_path / "secret-key").write_text("OLD")
    codes = (run("new"), run("rotate"))
    newest = (tmp_path / "secret-key").read_text().partition("|")[0].encode()

    assert (0, 0) == codes
    assert (NUMBER, "JBSWY3DP") == opened(tmp_path, newest)


def test_with_the_key_in_the_settings_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 1 == run("new")
    assert "SECRET_KEY is set" in capsys.readouterr().err
    assert not (tmp_path / "secret-key").exists()
