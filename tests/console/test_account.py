"""One's own account: password, PIN, codes."""

import re
from html import unescape
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text

from ivr.storage.accounts import Role
from ivr.storage.accounts_keys import matches, try_pin
from ivr.storage.engine import reading, writing
from ivr.storage.invitations import invite
from tests.console.staging import PASSWORD, ConsoleStage, Visitor, console_stage

OTHER = "four quiet harbours"


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def thandi(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER, name="Thandi")


def sign_in(visitor: Visitor, password: str = PASSWORD) -> int:
    return visitor.post("/staff/sign-in", login="thandi", password=password).status_code


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/staff/account").status_code == 200


def authenticator(thandi: Visitor) -> pyotp.TOTP:
    """An app that has read the picture on the page."""
    found = re.search(r'href="(otpauth://[^"]+)"', thandi.get("/staff/account/codes").text)
    assert found
    app = pyotp.parse_uri(unescape(found[1]))
    assert isinstance(app, pyotp.TOTP)
    return app


def switch_on(stage: ConsoleStage, thandi: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    """The app, and the recovery codes."""
    app = authenticator(thandi)
    answer = thandi.post("/staff/account/codes", code=app.at(stage.clock()), password=PASSWORD)
    stage.clock.passes(seconds=60)
    return app, re.findall(r"<code>(\w{5}-\w{5})</code>", answer.text)


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


def test_with_codes_switched_on_the_password_alone_opens_nothing(
    stage: ConsoleStage, thandi: Visitor
) -> None:
    switch_on(stage, thandi)
    visitor = stage.visitor()

    assert 303 == sign_in(visitor)
    assert not is_in(visitor)


def test_the_code_of_the_telephone_opens_the_pages_once(stage: ConsoleStage, thandi: Visitor) -> None:
    app, _ = switch_on(stage, thandi)
    code = app.at(stage.clock())
    first, second = stage.visitor(), stage.visitor()
    for each in (first, second):
        sign_in(each)
        each.post("/staff/sign-in/code", code=f"{code[:3]} {code[3:]}")

    assert is_in(first)
    assert not is_in(second)


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_telephone_may_be_half_a_minute_wrong(
    stage: ConsoleStage, thandi: Visitor, seconds: int, counts: bool
) -> None:
    app, _ = switch_on(stage, thandi)
    stage.clock.passes(minutes=5)
    visitor = stage.visitor()
    sign_in(visitor)
    visitor.post("/staff/sign-in/code", code=app.at(int(stage.clock().timestamp()) + seconds))

    assert counts == is_in(visitor)


def test_a_recovery_code_helps_out_once_however_it_is_typed(stage: ConsoleStage, thandi: Visitor) -> None:
    _, codes = switch_on(stage, thandi)
    first, second = stage.visitor(), stage.visitor()
    for each in (first, second):
        sign_in(each)
        each.post("/staff/sign-in/code", code=codes[3].replace("-", " ").lower())

    assert 10 == len(set(codes))
    assert is_in(first)
    assert not is_in(second)
    assert "9 recovery codes left" in thandi.get("/staff/account").text


def test_after_five_wrong_codes_none_counts_for_a_minute(stage: ConsoleStage, thandi: Visitor) -> None:
    app, _ = switch_on(stage, thandi)
    visitor = stage.visitor()
    sign_in(visitor)
    told = [visitor.post("/staff/sign-in/code", code="none").status_code for _ in range(6)]
    right = visitor.post("/staff/sign-in/code", code=app.at(stage.clock()))

    assert [401] * 5 + [429] == told
    assert 429 == right.status_code
    stage.clock.passes(seconds=60)
    visitor.post("/staff/sign-in/code", code=app.at(stage.clock()))
    assert is_in(visitor)


def test_the_code_page_is_nothing_without_the_password(stage: ConsoleStage, thandi: Visitor) -> None:
    app, _ = switch_on(stage, thandi)
    visitor = stage.visitor()
    answer = visitor.post("/staff/sign-in/code", code=app.at(stage.clock()))

    assert 303 == answer.status_code
    assert not is_in(visitor)


def test_signing_out_everywhere_ends_what_was_only_begun(stage: ConsoleStage, thandi: Visitor) -> None:
    app, _ = switch_on(stage, thandi)
    thief = stage.visitor()
    sign_in(thief)
    thandi.post("/staff/account/sign-out-everywhere")
    thief.post("/staff/sign-in/code", code=app.at(stage.clock()))

    assert not is_in(thief)


def test_the_password_is_asked_for_again_when_the_code_is_late(stage: ConsoleStage, thandi: Visitor) -> None:
    app, _ = switch_on(stage, thandi)
    visitor = stage.visitor()
    sign_in(visitor)
    stage.clock.passes(minutes=5, seconds=1)
    visitor.post("/staff/sign-in/code", code=app.at(stage.clock()))

    assert not is_in(visitor)


def test_a_new_link_does_not_do_without_the_code(stage: ConsoleStage, thandi: Visitor) -> None:
    app, _ = switch_on(stage, thandi)
    assert thandi.account
    with writing(stage.engine) as connection:
        token = invite(connection, thandi.account.id, "Boss", stage.clock())
    visitor = stage.visitor()
    visitor.post(f"/staff/invitation/{token}", password=OTHER, again=OTHER)

    assert not is_in(visitor)
    visitor.post("/staff/sign-in/code", code=app.at(stage.clock()))
    assert is_in(visitor)


def test_codes_are_switched_on_only_with_the_code_that_is_shown(stage: ConsoleStage, thandi: Visitor) -> None:
    authenticator(thandi)
    answer = thandi.post("/staff/account/codes", code="000000", password=PASSWORD)

    assert "not the code that is shown" in answer.text
    visitor = stage.visitor()
    sign_in(visitor)
    assert is_in(visitor)


def test_codes_are_switched_off_with_the_password(stage: ConsoleStage, thandi: Visitor) -> None:
    switch_on(stage, thandi)
    thandi.post("/staff/account/codes/off", password=PASSWORD)
    visitor = stage.visitor()
    sign_in(visitor)

    assert is_in(visitor)


def test_the_secret_of_the_codes_is_stored_sealed(stage: ConsoleStage, thandi: Visitor) -> None:
    app, _ = switch_on(stage, thandi)
    with reading(stage.engine) as connection:
        kept = connection.exec_driver_sql("SELECT totp FROM accounts").scalar_one()

    assert app.secret not in kept
