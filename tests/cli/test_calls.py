"""`ivr calls`."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from ivr import clock
from ivr.cli import main
from ivr.journal.sealing import Sealing
from ivr.privacy import hashed
from ivr.storage.blocks import block_rows
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.engine import engine_for, prepare, reading, writing
from ivr.storage.promises import Message, store_message
from ivr.storage.tables_reaching import conversations

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
SECRET = "a secret of forty letters, as it has to be"
NUMBER = "+27821112233"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("HELPLINE_NUMBER", "+27105550100")
    monkeypatch.setattr(clock, "now", lambda: AT)

    def invoke(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as end:
            main(["calls", *arguments])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return invoke


def blocked(folder: Path) -> list[str]:
    engine = engine_for(f"sqlite:///{folder}/helpline.db")
    with reading(engine) as connection:
        return [row["caller"] for row in block_rows(connection)]


def test_a_number_is_blocked_and_never_shown(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("block", NUMBER, "--days", "3", "--reason", "shouts at counsellors")
    listed = json.loads(run("blocked", "--json")[1])

    assert 0 == code
    assert "until Wed 2026-11-25 15:00 +0200" in out
    assert [("shouts at counsellors", "2026-11-25T15:00+02:00")] == [
        (each["reason"], each["until"]) for each in listed
    ]
    assert [hashed(SECRET.encode(), NUMBER)] == blocked(tmp_path)
    assert "2233" not in out + json.dumps(listed)


@pytest.mark.parametrize("written", ["+27 82 111 2233", "082 111 2233", "+27-82-111-2233"])
def test_a_number_is_the_same_however_it_is_written(run: Run, tmp_path: Path, written: str) -> None:
    run("block", written, "--reason", "x")

    assert [hashed(SECRET.encode(), NUMBER)] == blocked(tmp_path)


def test_a_number_may_be_typed_where_no_shell_keeps_it(run: Run, tmp_path: Path) -> None:
    run("block", "-", "--reason", "x", typed=NUMBER + "\n")

    assert [hashed(SECRET.encode(), NUMBER)] == blocked(tmp_path)


def test_a_number_is_freed_by_number_or_by_the_id_in_the_list(run: Run, tmp_path: Path) -> None:
    run("block", NUMBER, "--reason", "x")
    by_number = run("unblock", NUMBER)
    run("block", NUMBER, "--reason", "x")
    (row,) = json.loads(run("blocked", "--json")[1])

    assert (0, "Free again\n", "") == by_number == run("unblock", "--id", str(row["id"]))
    assert "Nobody is blocked.\n" == run("blocked")[1]


def test_freeing_whom_nobody_blocked_is_told(run: Run) -> None:
    assert (1, "", "That number is not blocked; see: ivr calls blocked\n") == run("unblock", NUMBER)


def test_who_asked_to_be_called_back_is_blocked_by_the_id_of_the_promise(run: Run, tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(engine)
    sealed = Sealing(SECRET.encode()).seal(NUMBER)
    asked = CallBack(call="CA1", language="en", number=sealed, digits="233", window="now", attempt=1, at=AT)
    with writing(engine) as connection:
        store_callback(connection, asked)
    code, _, err = run("block", "--promise", "1", "--reason", "x")

    assert (0, "") == (code, err)
    assert [hashed(SECRET.encode(), NUMBER)] == blocked(tmp_path)


def test_a_message_of_an_unknown_number_cannot_be_traced_and_nothing_is_blocked(
    run: Run, tmp_path: Path
) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(engine)
    with writing(engine) as connection:
        store_message(connection, Message("CA1", "RE1", 20, "af", 1, AT))
    code, _, err = run("block", "--promise", "1", "--reason", "x")

    assert 1 == code
    assert "Nothing is known of the number behind promise 1" in err
    assert [] == blocked(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("block", "--reason", "x"), "Say whom in one way"),
        (("block", NUMBER, "--promise", "1", "--reason", "x"), "Say whom in one way"),
        (("unblock", NUMBER, "--id", "1"), "Say whom in one way"),
        (("block", "hello", "--reason", "x"), "no telephone number"),
        (("block", "12", "--reason", "x"), "no telephone number"),
        (("block", "+266696687", "--reason", "x"), "no telephone number|withhold"),
        (("block", NUMBER, "--reason", " "), "say why"),
        (("block", "--promise", "7", "--reason", "x"), "There is no promise 7"),
        (("block", "--conversation", "7", "--reason", "x"), "There is no conversation 7"),
    ],
)
def test_a_caller_who_cannot_be_told_is_explained(run: Run, arguments: tuple[str, ...], told: str) -> None:
    code, _, err = run(*arguments)

    assert code in {1, 2}
    assert any(each in err for each in told.split("|"))


def test_a_block_runs_out_by_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("block", NUMBER, "--days", "1", "--reason", "x")
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=1))

    assert "Nobody is blocked.\n" == run("blocked")[1]


@pytest.fixture
def talks(tmp_path: Path) -> None:
    """One conversation of a month ago, one that was about an emergency, one that lasts."""
    who = {"caller": hashed(SECRET.encode(), NUMBER), "person": "anna", "language": "zu", "dropped": False}
    rows = [
        ("CA1", AT - timedelta(days=30), AT - timedelta(days=29), "helped", "yes"),
        ("CA2", AT - timedelta(hours=1), AT - timedelta(minutes=58), "urgent", ""),
        ("CA3", AT - timedelta(minutes=5), None, "", ""),
    ]
    names = ("call", "started", "ended", "outcome", "answer")
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(engine)
    with writing(engine) as connection:
        for leg, row in enumerate(rows):
            connection.execute(
                insert(conversations).values(leg_id=leg, **who, **dict(zip(names, row, strict=True)))
            )


@pytest.mark.usefixtures("talks")
def test_what_came_of_conversations_is_listed_without_their_callers(run: Run) -> None:
    out = run("conversations", "--json")[1]

    assert [
        (2, "2026-11-22T14:00+02:00", 120, "anna", "urgent"),
        (3, "2026-11-22T14:55+02:00", None, "anna", ""),
    ] == [
        tuple(row[name] for name in ("id", "started", "seconds", "counsellor", "outcome"))
        for row in json.loads(out)
    ]
    assert hashed(SECRET.encode(), NUMBER) not in out
    assert [2] == [row["id"] for row in json.loads(run("conversations", "--outcome", "urgent", "--json")[1])]
    assert 3 == len(json.loads(run("conversations", "--days", "40", "--json")[1]))


@pytest.mark.usefixtures("talks")
def test_whoever_had_a_listed_conversation_can_be_blocked(run: Run, tmp_path: Path) -> None:
    assert 0 == run("block", "--conversation", "2", "--reason", "x")[0]
    assert [hashed(SECRET.encode(), NUMBER)] == blocked(tmp_path)
