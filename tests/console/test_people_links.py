"""Links with which people set their passwords: each works once, for a week."""

from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.engine import writing
from ivr.storage.invitations import invite_first
from tests.console.people_seen import OTHER, accept, add, can_sign_in, is_in, link_in, stored
from tests.console.staging import ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def boss(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ADMINISTRATOR, name="Boss")


def test_who_was_added_sets_a_password_by_their_link_and_is_signed_in(
    stage: ConsoleStage, boss: Visitor
) -> None:
    sipho = stage.visitor()

    assert 303 == accept(sipho, add(boss))
    assert is_in(sipho)
    assert {Role.RECORDER} == stored(stage, "sipho").roles
    assert can_sign_in(stage, "sipho", OTHER)


def test_a_link_works_once(stage: ConsoleStage, boss: Visitor) -> None:
    link = add(boss)
    accept(stage.visitor(), link)
    late = stage.visitor()

    assert 404 == late.get(link).status_code
    assert 404 == accept(late, link, "another password here")
    assert can_sign_in(stage, "sipho", OTHER)


def test_looking_at_the_link_uses_nothing_up(stage: ConsoleStage, boss: Visitor) -> None:
    link = add(boss)
    for _ in range(3):
        assert 200 == stage.visitor().get(link).status_code

    assert 303 == accept(stage.visitor(), link)


def test_a_link_is_void_after_a_week(stage: ConsoleStage, boss: Visitor) -> None:
    link = add(boss)
    stage.clock.passes(days=7)

    assert 404 == stage.visitor().get(link).status_code


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "12 to 128 characters"),
        ("x" * 129, "12 to 128 characters"),
        ("aaaaaaaaabbbb", "same few characters"),
        ("sipho sipho sipho", "name or login"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused_with_the_reason(
    stage: ConsoleStage, boss: Visitor, password: str, told: str
) -> None:
    answer = stage.visitor().post(link := add(boss), password=password, again=password)

    assert told in answer.text
    assert 200 == stage.visitor().get(link).status_code


def test_a_new_link_resets_the_password_signs_out_everywhere_and_ends_a_lock(
    stage: ConsoleStage, boss: Visitor
) -> None:
    old = stage.visitor()
    accept(old, add(boss))
    for _ in range(5):
        stage.visitor().post("/staff/sign-in", login="sipho", password="a wrong password")
    number = stored(stage, "sipho").id
    link = link_in(boss.post(f"/staff/people/{number}/invite").text)

    assert is_in(old)
    assert 303 == accept(stage.visitor(), link, "six woollen lanterns")
    assert not is_in(old)
    assert can_sign_in(stage, "sipho", "six woollen lanterns")
    assert not can_sign_in(stage, "sipho", OTHER)


def test_the_first_administrator_makes_their_own_account(stage: ConsoleStage) -> None:
    with writing(stage.engine) as connection:
        token = invite_first(connection, stage.clock())
    thandi = stage.visitor()
    fields = {"name": "Thandi", "login": "thandi@example.org", "password": OTHER, "again": OTHER}

    assert 303 == thandi.post(f"/staff/invitation/{token}", **fields).status_code
    assert 200 == thandi.get("/staff/people").status_code


def test_there_is_only_one_first_administrator(stage: ConsoleStage) -> None:
    with writing(stage.engine) as connection:
        token = invite_first(connection, stage.clock())
    stage.account(Role.LISTENER)

    assert 404 == stage.visitor().get(f"/staff/invitation/{token}").status_code
    with writing(stage.engine) as connection:
        assert invite_first(connection, stage.clock()) is None
