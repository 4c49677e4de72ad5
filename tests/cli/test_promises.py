"""`ivr promises` and `ivr migrate`."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.cli import main
from ivr.jobs.messages import secret_of
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.storage.callback_work import claim_try, find_work, leave_to_staff
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.counsellors import list_counsellors
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


@pytest.mark.usefixtures("message")
def test_what_the_database_refuses_is_listed_with_that_as_its_reason(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path / "journal").glob("*.json"):
        path.rename(path.with_suffix(".refused"))
    rows = json.loads(run("promises", "--json").stdout)

    assert ["", *["the database refuses it: see the log"] * 3] == [row["reason"] for row in rows]


def test_nothing_promised_is_an_empty_list(run: Run) -> None:
    assert [] == json.loads(run("promises", "--json").stdout)


@pytest.fixture
def callback(tmp_path: Path) -> int:
    """A call-back in the database, in the state that a helpline which could not reach the caller leaves."""
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    secret = secret_of("", tmp_path / "secret-key")
    sealed = Sealing(secret).seal("+27821234567")
    with writing(engine) as connection:
        store_callback(connection, CallBack("CA1", sealed, "567", "zu", "evening", 1, AT))
        claim_try(connection, 1, "31", "anna", AT, AT)
        leave_to_staff(connection, find_work(connection, 1), AT, "not-reached")
    engine.dispose()
    return 1


@pytest.mark.usefixtures("callback")
def test_a_call_back_is_listed_with_its_last_digits_only(run: Run) -> None:
    found = run("promises", "--json", "--kind", "callback").stdout
    row = json.loads(found)[0]

    assert ("callback", "open", "567", "evening", 1, "not-reached", None) == tuple(
        row[name] for name in ("kind", "state", "digits", "window", "tries", "reason", "next")
    )
    assert "821234" not in found + run("promises").stdout
    assert [] == json.loads(run("promises", "--json", "--kind", "message").stdout)


@pytest.mark.usefixtures("callback")
def test_staff_keep_a_promise_once_and_it_stays_in_the_list(run: Run) -> None:
    number = run("promises", "number", "1")
    first, second = (run("promises", "keep", "1", "--note", "spoke with her") for _ in range(2))
    row = json.loads(run("promises", "--json").stdout)[0]

    assert "+27821234567\n" == number.stdout
    assert (0, 1) == (first.exit_code, second.exit_code)
    assert ("kept", "spoke with her") == (row["state"], row["reason"])
    assert "has no number" in run("promises", "number", "1").stderr


@pytest.mark.usefixtures("callback")
def test_a_promise_is_given_up_only_for_a_reason(run: Run) -> None:
    without, empty = run("promises", "give-up", "1"), run("promises", "give-up", "1", "--reason", " ")
    given = run("promises", "give-up", "1", "--reason", "asked us not to ring")
    row = json.loads(run("promises", "--json").stdout)[0]

    assert (2, 1, 0) == (without.exit_code, empty.exit_code, given.exit_code)
    assert ("given-up", "asked us not to ring") == (row["state"], row["reason"])


@pytest.mark.usefixtures("callback")
def test_staff_let_the_helpline_try_again(run: Run) -> None:
    assert 0 == run("promises", "again", "1").exit_code
    row = json.loads(run("promises", "--json").stdout)[0]

    assert ("open", 0, "") == (row["state"], row["tries"], row["reason"])
    assert row["next"] is not None


@pytest.mark.usefixtures("callback")
def test_the_history_of_a_promise_says_who_did_what(run: Run) -> None:
    rows = json.loads(run("promises", "history", "1", "--json").stdout)

    assert [("open", "", ""), ("in-work", "", "anna"), ("open", "not-reached", "")] == [
        (row["state"], row["reason"], row["person"]) for row in rows
    ]


@pytest.mark.usefixtures("callback")
def test_the_history_of_a_promise_names_counsellors_who_are_stored(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,phone,languages,priority\nAnna Nkosi,+27821110001,zu,1\n", encoding="utf-8")
    run("counsellors", "import", str(people))
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    with writing(engine) as connection:
        (anna,) = list_counsellors(connection)
        keep(connection, 1, AT, person=anna.key)
    engine.dispose()
    rows = json.loads(run("promises", "history", "1", "--json").stdout)

    assert "Anna Nkosi" == rows[-1]["person"]


@pytest.mark.usefixtures("message")
def test_what_is_neither_kept_nor_given_up_long_after_it_was_due_is_overdue(run: Run) -> None:
    far = 60 * 24 * 365 * 30
    late = json.loads(run("promises", "overdue", "--json", "--minutes", "0").stdout)
    patient = run("promises", "overdue", "--minutes", str(far)).stdout
    run("promises", "keep", "1")
    kept = json.loads(run("promises", "overdue", "--json", "--minutes", "0").stdout)

    assert ["message"] == [row["kind"] for row in late]
    assert ("Nothing is overdue.\n", []) == (patient, kept)


@pytest.mark.parametrize(
    "command", [["keep", "99"], ["give-up", "99", "--reason", "x"], ["again", "99"], ["history", "99"]]
)
@pytest.mark.usefixtures("message")
def test_a_promise_that_there_is_not_is_an_error_that_says_so(run: Run, command: list[str]) -> None:
    result = run("promises", *command)

    assert (1, True) == (result.exit_code, "promise 99" in result.stderr.lower())


@pytest.mark.usefixtures("callback")
def test_a_changed_secret_is_said_to_be_the_reason(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("another")
    result = run("promises", "number", "1")

    assert (1, True) == (result.exit_code, "SECRET_KEY" in result.stderr)


def test_migrating_says_from_where_to_where(run: Run) -> None:
    first, second = run("migrate"), run("migrate")

    assert first.stdout.startswith("The tables are made: ")
    assert "The tables are this version's" in second.stdout


def test_migrating_a_database_that_does_not_answer_fails_and_says_so(run: Run) -> None:
    result = run("migrate", database=NOBODY)

    assert (1, True) == (result.exit_code, "does not answer" in result.stderr)


def test_that_nothing_is_promised_is_said_in_words(run: Run) -> None:
    assert "Nothing has been promised.\n" == run("promises").stdout
