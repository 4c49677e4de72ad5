"""`ivr staff`: accounts without a browser, noted in the log as from the command."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr import clock
from ivr.cli import main
from ivr.cli.staff_first import first_link
from ivr.settings import read_settings
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import matches, set_password, try_pin
from ivr.storage.engine import engine_for, writing
from ivr.storage.invitations import use_invitation

THANDI = ("Thandi", "--login", "thandi", "--role", "listener")
LINK = re.compile(r"http://127\.0\.0\.1:5000/staff/invitation/([\w-]{32})")


class Run:
    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["staff", *arguments])

    def accept(self, text: str) -> bool:
        """Whether the link in the text was good; then its account has a password."""
        found = LINK.search(text)
        assert found, text
        engine = engine_for(f"sqlite:///{self.data}/helpline.db")
        with writing(engine) as connection:
            invitation = use_invitation(connection, found[1], clock.now())
            if invitation and invitation.account:
                set_password(connection, invitation.account.id, hashed_secret("four quiet harbours"))
        engine.dispose()
        return invitation is not None

    def listed(self) -> list[dict[str, object]]:
        return json.loads(self("list", "--json").output)  # type: ignore[no-any-return]

    def matches_pin(self, number: str, pin: str) -> bool:
        engine = engine_for(f"sqlite:///{self.data}/helpline.db")
        with writing(engine) as connection:
            tried = try_pin(connection, number, clock.now())
        engine.dispose()
        return matches(tried, pin)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return Run(tmp_path / "data")


def test_somebody_is_added_with_a_link_that_works_once(run: Run) -> None:
    told = run("add", "Thandi M", "--login", "Thandi", "--role", "administrator", "--role", "listener")

    assert 0 == told.exit_code
    assert run.accept(told.output)
    assert not run.accept(told.output)
    found = run.listed()[0]
    assert ("Thandi M", "thandi", ["administrator", "listener"], "active") == (
        found["name"],
        found["login"],
        found["roles"],
        found["state"],
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Other", "--login", "thandi", "--role", "recorder"), "signs in as thandi already"),
        (
            ("Other", "--login", "other", "--role", "recorder", "--language", "xx"),
            "--language: 'xx' is none of",
        ),
        (("Other", "--login", "other"), "Missing option '--role'. Choose from"),
        (("Other", "--login", "other", "--role", "king"), "king"),
    ],
)
def test_who_cannot_be_added_is_said_with_the_reason(run: Run, arguments: tuple[str, ...], told: str) -> None:
    run("add", *THANDI)
    answer = run("add", *arguments)

    assert 0 != answer.exit_code
    assert told in answer.output
    assert 1 == len(run.listed())


def test_the_last_administrator_can_neither_be_removed_nor_resign(run: Run) -> None:
    run.accept(run("add", "Thandi", "--login", "thandi", "--role", "administrator").output)

    for arguments in (("remove", "thandi"), ("roles", "thandi", "listener"), ("roles", "thandi")):
        answer = run(*arguments)
        assert (1, True) == (answer.exit_code, "last active administrator" in answer.output)
    assert ["administrator"] == run.listed()[0]["roles"]


def test_an_administrator_may_go_when_there_is_another(run: Run) -> None:
    for name in ("thandi", "sipho"):
        run.accept(run("add", name, "--login", name, "--role", "administrator").output)

    assert 0 == run("remove", "thandi").exit_code
    assert {"sipho": "active", "thandi": "removed"} == {each["login"]: each["state"] for each in run.listed()}
    assert 1 == run("invite", "thandi").exit_code
    assert run.accept(run("restore", "thandi").output)


def test_a_pin_is_printed_once_and_counts_with_the_staff_number(run: Run) -> None:
    run("add", *THANDI)
    said = re.search(r"Staff number (\d{4}), PIN (\d{6})", run("pin", "thandi").output)

    assert said
    assert run.matches_pin(said[1], said[2])
    run("pin", "thandi", "--remove")
    assert not run.matches_pin(said[1], said[2])


def test_everything_is_in_the_log_as_from_the_command(run: Run) -> None:
    run("add", *THANDI)
    for command in ("invite", "pin", "sign-out", "codes-off", "remove", "restore"):
        assert 0 == run(command, "thandi").exit_code
    run("roles", "thandi", "recorder")
    done = json.loads(run("log", "--json").output)

    assert {"command"} == {each["way"] for each in done}
    assert [
        "roles: recorder",
        "account activated",
        "account deactivated",
        "codes switched off",
        "signed out everywhere",
        "PIN set",
        "invitation made",
        "account added",
    ] == [each["action"] for each in done]


def test_somebody_unknown_is_said(run: Run) -> None:
    answer = run("invite", "nobody")

    assert (1, True) == (answer.exit_code, "ivr staff list" in answer.output)


def test_the_first_link_is_made_anew_until_somebody_has_an_account(run: Run) -> None:
    own = read_settings({"DATA_DIR": str(run.data)})
    first, second = first_link(own), first_link(own)
    assert first
    assert second

    assert not run.accept(first)
    assert run.accept(second)
    run("add", *THANDI)
    assert first_link(own) is None
    assert "account already" in run("first").output


def test_without_storage_there_is_no_link_and_no_trouble(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    assert first_link(read_settings({"DATA_DIR": str(tmp_path / "data")})) is None
    assert "storage is away" in capsys.readouterr().err
