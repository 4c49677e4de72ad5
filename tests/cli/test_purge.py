"""`ivr purge` removes what is too old, and with --dry-run only says what that would be."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.cli import main
from ivr.storage.audit import note
from ivr.storage.engine import engine_for, migrate, reading, writing
from ivr.storage.promises import Message, list_promises, store_message
from ivr.storage.tables_accounts import audit

SIX_YEARS_AGO = datetime(2019, 1, 5, 12, tzinfo=UTC)
PROMPTS = Path(__file__).parents[2] / "prompts"


@pytest.fixture(autouse=True)
def old_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PROMPTS_DIR", str(PROMPTS))
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    with writing(engine) as connection:
        note(connection, SIX_YEARS_AGO, "Naledi", "signed in", "")
        store_message(connection, Message("CA1", "RE" + "1" * 32, 9, "en", 1, SIX_YEARS_AGO))
    engine.dispose()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as end:
        main(("purge", *arguments))
    told = capsys.readouterr()
    assert (0, "") == (end.value.code or 0, told.err)
    return told.out


def left(folder: Path) -> tuple[int, int]:
    """Entries of the audit log, and promises."""
    engine = engine_for(f"sqlite:///{folder}/helpline.db")
    with reading(engine) as connection:
        return len(connection.execute(audit.select()).all()), len(list_promises(connection))


def test_a_dry_run_counts_and_a_purge_removes_but_never_a_promise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {each["kind"]: each["number"] for each in json.loads(run(capsys, "--dry-run", "--json"))}
    before = left(tmp_path)
    done = run(capsys)

    assert (1, 0) == (told["audit log"], told["promises"])
    assert ((1, 1), (0, 1)) == (before, left(tmp_path))
    assert "1" == row_of(done, "audit log")


def test_a_provider_that_cannot_be_asked_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    told = row_of(run(capsys), "recordings at the provider")

    assert "not known: the exchange is not running" == told


def row_of(table: str, kind: str) -> str:
    """What stands beside the kind."""
    [row] = [row for row in table.splitlines() if row.startswith(f"{kind} ")]
    return row.removeprefix(kind).strip()
