"""The counsellors' pages: add, change, test ring, PIN and leaving, and what stands in storage afterwards."""

import io
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from ivr.flow.roster import Counsellor
from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading
from ivr.storage.pins import begin_try, matches, people_with_pins
from ivr.storage.shifts import list_shifts
from tests.app.people import SIPHO, THANDI, OnDuty
from tests.console.staging import ConsoleStage, Visitor, console_stage

VERSION = re.compile(r'name="version" value="(\w+)"')
LINDA = {"name": "Linda", "phone": "+27 82 111 0009", "languages": ["en"], "priority": "3", "tier": "1"}
ALONE = OnDuty(
    "Nomsa",
    "+27821110003",
    priority=3,
    start=datetime(2026, 1, 6, tzinfo=UTC),
    end=datetime(2026, 1, 6, 8, tzinfo=UTC),
)


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    """Thandi and Sipho on Monday, 5 January; Nomsa alone from two to ten in the morning of the 6th."""
    return console_stage(tmp_path, audio, database, people=(THANDI, SIPHO, ALONE))


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ROTA_KEEPER, name="Rosa")


def everybody(stage: ConsoleStage) -> dict[str, Counsellor]:
    with reading(stage.engine) as connection:
        return {each.name: each for each in list_counsellors(connection)}


def own_page(stage: ConsoleStage, name: str) -> str:
    return f"/staff/counsellors/{everybody(stage)[name].key}"


def version(page: TestResponse) -> str:
    found = VERSION.search(page.text)
    assert found
    return found[1]


def follow(visitor: Visitor, answer: TestResponse) -> str:
    return unescape(visitor.client.get(answer.headers["Location"], base_url=visitor.public).text)


def actions(stage: ConsoleStage) -> set[str]:
    with reading(stage.engine) as connection:
        return {each.action for each in entries(connection, Wanted())}


def test_a_counsellor_is_added_with_the_phone_as_it_is_dialled(stage: ConsoleStage, keeper: Visitor) -> None:
    keeper.post("/staff/counsellors/new", **LINDA)
    linda = everybody(stage)["Linda"]

    assert ("+27821110009", ("en",), 3, 1) == (linda.phone, linda.languages, linda.priority, linda.tier)
    assert "counsellor added" in actions(stage)


WRONG = [
    ({"phone": "082 111 0009"}, "'082 111 0009' is not E.164; write + and the country code"),
    ({"phone": "+27821110001"}, "this is the phone of Thandi"),
    ({"name": " "}, "write one, of at most 100 characters"),
    ({"languages": []}, "write at least one"),
    ({"priority": "first"}, "'first' is no number from 1"),
    ({"tier": "3"}, "'3' is neither 1"),
]


@pytest.mark.parametrize(("fields", "told"), WRONG)
def test_what_is_wrong_is_said_and_nobody_is_added(
    stage: ConsoleStage, keeper: Visitor, fields: dict[str, object], told: str
) -> None:
    answer = keeper.post("/staff/counsellors/new", **{**LINDA, **fields})

    assert 200 == answer.status_code
    assert told.casefold() in unescape(answer.text).casefold()
    assert {"Thandi", "Sipho", "Nomsa"} == set(everybody(stage))


def test_a_counsellor_is_changed(stage: ConsoleStage, keeper: Visitor) -> None:
    page = keeper.get(own_page(stage, "Thandi"))
    keeper.post(own_page(stage, "Thandi"), **{**LINDA, "name": "Thandi M."}, version=version(page))

    assert "+27821110009" == everybody(stage)["Thandi M."].phone


def test_the_second_of_two_who_change_a_counsellor_is_told_and_keeps_what_they_entered(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    path = own_page(stage, "Thandi")
    seen = version(keeper.get(path))
    keeper.post(path, **{**LINDA, "name": "First"}, version=seen)
    second = keeper.post(path, **{**LINDA, "name": "Second"}, version=seen)

    assert "Somebody else has changed this counsellor meanwhile" in second.text
    assert 'value="Second"' in second.text
    assert "Second" not in everybody(stage)


def test_a_name_that_files_cannot_tell_apart_is_warned_of(stage: ConsoleStage, keeper: Visitor) -> None:
    answer = keeper.post("/staff/counsellors/new", **{**LINDA, "name": "thandi"})

    assert "Another counsellor is called thandi too" in follow(keeper, answer)


def test_the_list_can_be_searched(keeper: Visitor) -> None:
    for search in ("siph", "0002", "zu"):
        shown = keeper.get("/staff/counsellors", search=search).text
        assert "Sipho" in shown
        assert "Nomsa" not in shown


def test_a_pin_is_shown_once_and_can_be_removed(stage: ConsoleStage, keeper: Visitor) -> None:
    path, key = own_page(stage, "Thandi"), everybody(stage)["Thandi"].key
    pin = re.search(r'class="pin">(\d{6})<', keeper.post(f"{path}/pin").text)
    assert pin
    with reading(stage.engine) as connection:
        stored = begin_try(connection, key, stage.clock())
    keeper.post(f"{path}/pin", remove="1")

    assert stored is not None
    assert matches(stored, pin[1])
    with reading(stage.engine) as connection:
        assert () == people_with_pins(connection)
    assert {"counsellor's PIN made", "counsellor's PIN removed"} <= actions(stage)


def test_a_test_ring_rings_that_counsellors_phone(stage: ConsoleStage, keeper: Visitor) -> None:
    answer = keeper.post(f"{own_page(stage, 'Thandi')}/ring")

    assert [THANDI.phone] == [each.to for each in stage.stage.rest.placed]
    assert "Test ring to Thandi" in follow(keeper, answer)


def test_a_test_ring_that_is_of_somebody_else_is_not_shown(stage: ConsoleStage, keeper: Visitor) -> None:
    keeper.post(f"{own_page(stage, 'Thandi')}/ring")
    answer = keeper.get(f"{own_page(stage, 'Sipho')}/check", check="1")

    assert 303 == answer.status_code


def test_the_page_of_leaving_says_which_gaps_there_would_be(stage: ConsoleStage, keeper: Visitor) -> None:
    alone = keeper.get(f"{own_page(stage, 'Nomsa')}/remove").text
    among_others = keeper.get(f"{own_page(stage, 'Thandi')}/remove").text

    assert "Nomsa has 1 shift in the next 28 days" in alone
    assert "Without them nobody would be on duty" in alone
    assert "Somebody else is on duty at all these times" in among_others


def test_the_shifts_of_somebody_who_leaves_go_to_another(stage: ConsoleStage, keeper: Visitor) -> None:
    path, sipho = own_page(stage, "Nomsa"), everybody(stage)["Sipho"].key
    keeper.post(f"{path}/removed", version=version(keeper.get(f"{path}/remove")), taker=sipho)

    assert {"Thandi", "Sipho"} == set(everybody(stage))
    with reading(stage.engine) as connection:
        assert 2 == sum(each.counsellor == sipho for each in list_shifts(connection))


def test_the_shifts_of_somebody_who_leaves_are_removed(stage: ConsoleStage, keeper: Visitor) -> None:
    path = own_page(stage, "Nomsa")
    answer = keeper.post(f"{path}/removed", version=version(keeper.get(f"{path}/remove")))

    assert "Nomsa" not in everybody(stage)
    with reading(stage.engine) as connection:
        assert 2 == len(list_shifts(connection))
    assert "Nobody is on duty then" in follow(keeper, answer)


def test_somebody_who_was_changed_meanwhile_is_not_removed_unseen(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    path = own_page(stage, "Nomsa")
    seen = version(keeper.get(f"{path}/remove"))
    keeper.post(path, **LINDA, version=version(keeper.get(path)))
    answer = keeper.post(f"{path}/removed", version=seen)

    assert "Somebody else has changed this meanwhile" in follow(keeper, answer)
    assert "Linda" in everybody(stage)


def test_a_list_is_imported_and_bad_rows_are_told(stage: ConsoleStage, keeper: Visitor) -> None:
    rows = "name,phone,languages,priority\nLinda,+27821110009,en,1\nBad,082,en,1\n"
    answer = keeper.post("/staff/counsellors/import", file=(io.BytesIO(rows.encode()), "people.csv"))

    assert "Linda" in everybody(stage)
    assert "1 added" in answer.text
    assert "line 3: phone" in answer.text


def test_an_import_without_a_file_or_with_one_that_is_none_changes_nothing(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    nothing = follow(keeper, keeper.post("/staff/counsellors/import"))
    file = (io.BytesIO(b"\x00\xff"), "people.csv")
    binary = follow(keeper, keeper.post("/staff/counsellors/import", file=file))

    assert "Choose a file first" in nothing
    assert "Nothing was changed: not UTF-8" in binary
    assert {"Thandi", "Sipho", "Nomsa"} == set(everybody(stage))


@pytest.mark.parametrize("phone", ["+37120000000", "+19005550100", "+882161234567", "+18765551234"])
def test_no_phone_is_entered_that_somebody_might_be_paid_for(
    stage: ConsoleStage, keeper: Visitor, phone: str
) -> None:
    keeper.post("/staff/counsellors/new", **{**LINDA, "phone": phone})
    keeper.post(own_page(stage, "Sipho"), **{**LINDA, "phone": phone, "version": "any"})
    rows = f"name,phone,languages,priority\nMallory,{phone},en,1\nLinda,+27821110009,en,1\n".encode()
    keeper.post("/staff/counsellors/import", file=(io.BytesIO(rows), "a.csv"))

    assert {"Thandi", "Sipho", "Nomsa", "Linda"} == set(everybody(stage))
    assert phone not in {each.phone for each in everybody(stage).values()}


def test_somebody_abroad_whom_a_command_has_brought_in_stays_and_can_be_changed(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = console_stage(tmp_path, audio, database, people=(OnDuty("Liene", "+37120000000"),))
    keeper = stage.signed_in(Role.ROTA_KEEPER)
    page = keeper.get(own_page(stage, "Liene"))
    changed = {**LINDA, "name": "Liene", "phone": "+37120000000", "version": version(page)}
    keeper.post(own_page(stage, "Liene"), **changed)

    assert 3 == everybody(stage)["Liene"].priority
