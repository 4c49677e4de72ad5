"""`ivr promises` and `ivr migrate`."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.cli import main
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.storage.engine import engine_for, migrate, writing
from ivr.storage.promise_states import keep
from ivr.storage.promises import Message, store_message

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
NOBODY = "postgresql://ivr@127.0.0.1:1/ivr"


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left on the terminal."""

    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    def invoke(*arguments: str, database: str = "") -> Result:
        monkeypatch.setenv("DATABASE_URL", database)
        with pytest.raises(SystemExit) as end:
            main(arguments)
        return Result(int(end.value.code or 0), *capsys.readouterr())

    return invoke


@pytest.fixture
def message(tmp_path: Path) -> None:
    """One message in the database, and one that waits on disk."""
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    with writing(engine) as connection:
        store_message(connection, Message("CA1", "RE1", 20, "af", 1, AT))
    engine.dispose()
    journal = PromiseJournal(engine_for(NOBODY), tmp_path / "journal", Sealing(b"secret"))
    for attempt in (1, 2):
        journal.keep_message("CA2", f"RE2{attempt}", 8, "en", attempt, AT)
    journal.keep_message("CA1", "RE1", 20, "af", 1, AT)


@pytest.mark.usefixtures("message")
def test_every_message_is_one_entry_also_while_it_waits_on_disk(run: Run) -> None:
    rows = json.loads(run("promises", "--json").stdout)

    assert [("message", "open", "af", 20), ("message", "open", "en", 8)] == [
        (row["kind"], row["state"], row["language"], row["seconds"]) for row in rows
    ]
    assert {AT} == {datetime.fromisoformat(row["created"]) for row in rows}


@pytest.mark.usefixtures("message")
def test_promises_of_one_state_can_be_listed(run: Run, tmp_path: Path) -> None:
    with writing(engine_for(f"sqlite:///{tmp_path}/helpline.db")) as connection:
        keep(connection, 1, AT)

    assert ["af"] == [
        row["language"] for row in json.loads(run("promises", "--json", "--state", "kept").stdout)
    ]
    assert ["en"] == [
        row["language"] for row in json.loads(run("promises", "--json", "--state", "open").stdout)
    ]


@pytest.mark.usefixtures("message")
def test_without_the_database_what_waits_on_disk_is_listed_and_the_rest_is_said_to_be_missing(
    run: Run,
) -> None:
    result = run("promises", "--json", database=NOBODY)

    assert 1 == result.exit_code
    assert ["af", "en"] == sorted(row["language"] for row in json.loads(result.stdout))
    assert "does not answer" in result.stderr


@pytest.mark.usefixtures("message")
def test_the_table_is_for_people_to_read(run: Run) -> None:
    lines = run("promises").stdout.splitlines()

    assert ["id", "1", "-"] == [line.split()[0] for line in lines]


def test_nothing_promised_is_an_empty_list(run: Run) -> None:
    assert [] == json.loads(run("promises", "--json").stdout)


def test_migrating_says_from_where_to_where(run: Run) -> None:
    first, second = run("migrate"), run("migrate")

    assert first.stdout.startswith("The tables are made: ")
    assert "The tables are this version's" in second.stdout


def test_migrating_a_database_that_does_not_answer_fails_and_says_so(run: Run) -> None:
    result = run("migrate", database=NOBODY)

    assert (1, True) == (result.exit_code, "does not answer" in result.stderr)


def test_that_nothing_is_promised_is_said_in_words(run: Run) -> None:
    assert "Nothing has been promised.\n" == run("promises").stdout
