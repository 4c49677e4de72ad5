"""People: administrators add them, give roles and new links, and let them in no more."""

import re
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import reading
from tests.console.people_seen import OTHER, accept, add, can_sign_in, is_in, link_in, stored
from tests.console.staging import PASSWORD, ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def boss(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ADMINISTRATOR, name="Boss")


def test_roles_that_are_taken_away_are_gone_on_the_next_page(stage: ConsoleStage, boss: Visitor) -> None:
    other = stage.signed_in(Role.ADMINISTRATOR, name="Other")
    assert other.account
    path = f"/staff/people/{other.account.id}"

    assert 200 == other.get("/staff/people").status_code
    assert 303 == boss.post(path, name="Other", login="other", language="en", roles=["listener"]).status_code
    assert 403 == other.get("/staff/people").status_code


@pytest.mark.parametrize("deed", ["roles", "deactivate"])
def test_the_last_administrator_stays_one(stage: ConsoleStage, boss: Visitor, deed: str) -> None:
    assert boss.account
    path = f"/staff/people/{boss.account.id}"
    if deed == "roles":
        told = boss.post(path, name="Boss", login="boss", language="en", roles=["recorder"]).text
    else:
        boss.post(f"{path}/deactivate")
        told = boss.get(path).text

    assert "last active administrator" in told
    assert {Role.ADMINISTRATOR} == stored(stage, "boss").roles
    assert stored(stage, "boss").active


def test_who_is_let_in_no_more_can_be_let_in_again_with_another_password(
    stage: ConsoleStage, boss: Visitor
) -> None:
    sipho = stage.visitor()
    accept(sipho, add(boss))
    path = f"/staff/people/{stored(stage, 'sipho').id}"
    boss.post(f"{path}/deactivate")

    assert not is_in(sipho)
    assert not can_sign_in(stage, "sipho", OTHER)
    boss.post(f"{path}/activate")
    assert not is_in(sipho)
    assert not can_sign_in(stage, "sipho", OTHER)
    accept(sipho, link_in(boss.post(f"{path}/invite").text))
    assert can_sign_in(stage, "sipho", OTHER)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"login": "BOSS"}, "signs in as boss already"),
        ({"name": "boss"}, "is called boss already"),
        ({"login": "two words"}, "one word"),
        ({"name": " "}, "required"),
        ({"roles": ["king"]}, "king"),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_with_the_reason(
    boss: Visitor, fields: dict[str, object], told: str
) -> None:
    values = {"name": "Sipho", "login": "sipho", "language": "zu", "roles": ["recorder"], **fields}
    answer = boss.post("/staff/people/new", **values)

    assert told in answer.text
    assert "/staff/invitation/" not in answer.text


def test_everything_done_to_accounts_is_in_the_log(stage: ConsoleStage, boss: Visitor) -> None:
    accept(stage.visitor(), add(boss))
    path = f"/staff/people/{stored(stage, 'sipho').id}"
    for deed in ("invite", "sign-out", "codes-off", "pin-off", "deactivate", "activate"):
        boss.post(f"{path}/{deed}")
    with reading(stage.engine) as connection:
        done = [(each.by, each.action, each.about) for each in entries(connection, Wanted())]

    assert [
        ("Boss", "account activated", "Sipho"),
        ("Boss", "account deactivated", "Sipho"),
        ("Boss", "PIN removed", "Sipho"),
        ("Boss", "codes switched off", "Sipho"),
        ("Boss", "signed out everywhere", "Sipho"),
        ("Boss", "invitation made", "Sipho"),
        ("Sipho", "signed in", "by invitation"),
        ("Sipho", "password set by invitation", "Sipho"),
        ("Boss", "account added", "Sipho: recorder"),
    ] == done


def test_the_list_names_everybody_with_what_they_may(stage: ConsoleStage, boss: Visitor) -> None:
    add(boss, name="Sipho & <b>")
    told = boss.get("/staff/people").text

    assert "Sipho &amp; &lt;b&gt;" in told
    assert "invited" in told
    assert PASSWORD not in told


def test_the_second_of_two_who_change_an_account_is_told_and_keeps_what_they_entered(
    stage: ConsoleStage, boss: Visitor
) -> None:
    add(boss)
    other = stage.signed_in(Role.ADMINISTRATOR, name="Other")
    path = f"/staff/people/{stored(stage, 'sipho').id}"
    seen = version_on(boss.get(path).text)
    fields = {"name": "Sipho", "login": "sipho", "language": "zu"}
    other.post(path, **fields, roles=["listener"], version=seen)
    told = boss.post(path, **{**fields, "name": "Sipho M."}, roles=["rota-keeper"], version=seen)

    assert 409 == told.status_code
    assert "Somebody else has changed this account meanwhile" in told.text
    assert "Sipho (sipho), zu: listener" in told.text
    assert 'value="Sipho M."' in told.text
    assert {Role.LISTENER} == stored(stage, "sipho").roles

    again = boss.post(
        path, **{**fields, "name": "Sipho M."}, roles=["rota-keeper"], version=version_on(told.text)
    )

    assert 303 == again.status_code
    assert ("Sipho M.", {Role.ROTA_KEEPER}) == (stored(stage, "sipho").name, stored(stage, "sipho").roles)


def version_on(page: str) -> str:
    """What the form says it was made of."""
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_nobody_is_added_or_changed_without_a_role(stage: ConsoleStage, boss: Visitor) -> None:
    refused = boss.post("/staff/people/new", name="Sipho", login="sipho", language="zu", roles=[])
    add(boss)
    sipho = stored(stage, "sipho")
    boss.post(f"/staff/people/{sipho.id}", name="Sipho", login="sipho", language="zu", roles=[])

    assert "Choose at least one role" in refused.text
    assert frozenset({Role.RECORDER}) == stored(stage, "sipho").roles


def test_a_browser_does_not_want_every_role_ticked(stage: ConsoleStage) -> None:
    page = stage.signed_in(Role.ADMINISTRATOR).get("/staff/people/new").text
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)

    assert [False] * 4 == ["required" in each for each in boxes]
