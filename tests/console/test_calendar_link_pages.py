"""Secret links to calendars: whoever has one sees names and times, until it is taken back."""

from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.calendar_links import list_links
from ivr.storage.duty_changes import close, swap
from ivr.storage.engine import reading, writing
from tests.app.people import MIDNIGHT, NOON, SIPHO, THANDI
from tests.console.calendar_seen import LATER, events, keys, link
from tests.console.staging import ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ROTA_KEEPER, name="Rosa")


def test_a_link_shows_everybodys_duty_to_whoever_has_it(stage: ConsoleStage, keeper: Visitor) -> None:
    stage.stage.background()
    answer = stage.visitor().get(link(keeper))

    assert "text/calendar; charset=utf-8" == answer.content_type
    assert [("Sipho", SIPHO.start, SIPHO.end), ("Thandi", THANDI.start, THANDI.end)] == sorted(events(answer))
    assert THANDI.phone not in answer.text


def test_a_link_shows_one_counsellors_duty_after_swaps_and_closures(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    thandi, sipho = keys(stage)["Thandi"], keys(stage)["Sipho"]
    with writing(stage.engine) as connection:
        swap(connection, thandi, sipho, MIDNIGHT, NOON, "", NOON)
        close(connection, LATER, THANDI.end, "", NOON)
    stage.stage.background()
    found = events(stage.visitor().get(link(keeper, thandi)))

    assert [(NOON, LATER)] == [(start, end) for _, start, end in found]


def test_a_phone_that_asks_again_is_told_that_nothing_has_changed(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    path = link(keeper)
    visitor = stage.visitor()
    tag = visitor.get(path).headers["ETag"]
    stage.clock.passes(minutes=10)
    again = visitor.client.get(path, base_url=visitor.public, headers={"If-None-Match": tag})

    assert 304 == again.status_code


def test_while_storage_is_away_a_phone_is_to_ask_later_and_no_link_is_logged(
    stage: ConsoleStage, keeper: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    path = link(keeper)
    stage.engine.dispose()
    database = Path(str(stage.engine.url.database))
    database.rename(database.with_suffix(".away"))
    answer = stage.visitor().get(path)

    assert (503, "900") == (answer.status_code, answer.headers.get("Retry-After"))
    assert path.split("/")[-1] not in caplog.text


def test_a_phone_that_asks_again_on_the_same_day_waits_for_nobody_who_writes(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    path = link(keeper)
    first = stage.visitor().get(path).status_code
    with writing(stage.engine):
        again = stage.visitor().get(path).status_code

    assert (200, 200) == (first, again)


def test_a_link_that_was_taken_back_or_never_made_is_not_found(stage: ConsoleStage, keeper: Visitor) -> None:
    path = link(keeper)
    visitor = stage.visitor()
    before = visitor.get(path).status_code
    with reading(stage.engine) as connection:
        (made,) = list_links(connection)
    keeper.post("/staff/roster/calendars/unlink", number=str(made.id))

    assert 200 == before
    assert [404] * 3 == [
        visitor.get(each).status_code for each in (path, "/calendar/x.ics", f"/calendar/{'x' * 999}.ics")
    ]


def test_links_and_calendars_stand_in_the_audit_log_without_their_secrets(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    secret = link(keeper).split("/")[-1].removesuffix(".ics")
    keeper.post("/staff/roster/calendars/follow", url="https://calendar.example/hidden.ics")
    with reading(stage.engine) as connection:
        told = [(each.action, each.about) for each in entries(connection, Wanted())]

    assert [("calendar followed", "calendar.example"), ("calendar link made", "everybody")] == told
    assert secret not in repr(told)
