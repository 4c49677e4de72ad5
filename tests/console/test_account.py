"""One's own account: password, PIN, codes."""

from pathlib import Path

import pytest
from sqlalchemy import text

from ivr.storage.accounts import Role
from ivr.storage.accounts_keys import matches, try_pin
from ivr.storage.engine import writing
from tests.console.codes_shown import OTHER, is_in, sign_in
from tests.console.staging import PASSWORD, ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def thandi(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER, name="Thandi")


def test_a_changed_password_counts_and_signs_out_the_other_browsers(
    stage: ConsoleStage, thandi: Visitor
) -> None:
    other = stage.visitor()
    sign_in(other)
    answer = thandi.post("/staff/account/password", now=PASSWORD, new=OTHER, again=OTHER)

    assert 303 == answer.status_code
    assert is_in(thandi)
    assert not is_in(other)
    assert (401, 303) == (sign_in(stage.visitor()), sign_in(stage.visitor(), OTHER))


def test_a_password_is_not_changed_unless_the_other_browsers_are_signed_out(
    stage: ConsoleStage, thandi: Visitor
) -> None:
    with writing(stage.engine) as connection:
        connection.execute(
            text("CREATE TRIGGER stuck BEFORE DELETE ON sign_ins BEGIN SELECT RAISE(ABORT, 'disk I/O'); END")
        )
    answer = thandi.post("/staff/account/password", now=PASSWORD, new=OTHER, again=OTHER)
    with writing(stage.engine) as connection:
        connection.execute(text("DROP TRIGGER stuck"))

    assert 500 == answer.status_code
    assert (303, 401) == (sign_in(stage.visitor()), sign_in(stage.visitor(), OTHER))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"now": OTHER}, "not your password now"),
        ({"again": PASSWORD}, "not the same password"),
        ({"new": "thandi.thandi", "again": "thandi.thandi"}, "name or login"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(
    stage: ConsoleStage, thandi: Visitor, fields: dict[str, str], told: str
) -> None:
    answer = thandi.post(
        "/staff/account/password", **{"now": PASSWORD, "new": OTHER, "again": OTHER, **fields}
    )

    assert told in answer.text
    assert 303 == sign_in(stage.visitor())


def test_the_password_cannot_be_guessed_on_an_open_page_either(thandi: Visitor) -> None:
    fields = {"new": OTHER, "again": OTHER}
    for _ in range(5):
        thandi.post("/staff/account/password", now="a wrong password", **fields)
    answer = thandi.post("/staff/account/password", now=PASSWORD, **fields)

    assert "too many attempts" in answer.text


def test_a_pin_lets_its_owner_in_on_the_staff_line(stage: ConsoleStage, thandi: Visitor) -> None:
    answer = thandi.post("/staff/account/pin", pin="804713", pin_again="804713", password=PASSWORD)
    assert thandi.account
    with writing(stage.engine) as connection:
        tried = try_pin(connection, thandi.account.number, stage.clock())

    assert 303 == answer.status_code
    assert matches(tried, "804713")
    assert not matches(tried, "804714")
    assert thandi.account.number in thandi.get("/staff/account").text


@pytest.mark.parametrize(
    "pin", ["123456", "654321", "111222", "12345", "123456789", "12a456", "８０４７１３"]
)
def test_a_pin_that_is_soon_guessed_is_refused(thandi: Visitor, pin: str) -> None:
    answer = thandi.post("/staff/account/pin", pin=pin, pin_again=pin, password=PASSWORD)

    assert 200 == answer.status_code
    assert "errors" in answer.text
