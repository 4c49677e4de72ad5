"""Codes of a telephone beside the password: each opens the pages once."""

from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.engine import reading, writing
from ivr.storage.invitations import invite
from tests.console.codes_shown import OTHER, authenticator, is_in, sign_in, switch_on
from tests.console.staging import PASSWORD, ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def thandi(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER, name="Thandi")


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
