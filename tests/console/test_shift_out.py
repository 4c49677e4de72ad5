"""Shifts that are taken out, and put back."""

from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import insert

from ivr.storage.engine import writing
from ivr.storage.shift_edits import series_of, version_of
from ivr.storage.shifts import list_shifts
from ivr.storage.subscriptions import list_subscriptions, subscribe
from ivr.storage.tables_duty import subscribed
from tests.app.people import NOON
from tests.console.roster_stage import (
    HIDDEN,
    WEEKLY,
    add,
    follow,
    hidden,
    keeper_of,
    key,
    noted,
    on_duty,
    roster_stage,
    shift,
)
from tests.console.staging import ConsoleStage, Visitor


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return roster_stage(tmp_path, audio, database)


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return keeper_of(stage)


@pytest.mark.parametrize(
    ("scope", "left"), [("once", [True, False, True]), ("on", [True, False, False]), ("all", [False] * 3)]
)
def test_a_shift_is_taken_out_alone_with_what_follows_or_with_its_series(
    stage: ConsoleStage, keeper: Visitor, scope: str, left: list[bool]
) -> None:
    add(stage, keeper, **WEEKLY)
    page = shift(keeper, "2026-01-19")
    answer = keeper.post("/staff/roster/shift/out", **hidden(page), scope=scope)
    told = follow(keeper, answer)
    mondays = [datetime(2026, 1, day, 21, tzinfo=UTC) for day in (12, 19, 26)]

    assert left == [bool(on_duty(stage, at)) for at in mondays]
    assert "Nobody is on duty then: Mon 19 Jan 2026, 22:00–06:00" in told


def test_a_single_change_can_be_put_back(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper, **WEEKLY)
    fields = {
        "person": key(stage, "Sipho"),
        "date": "2026-01-19",
        "start": "22:00",
        "end": "06:00",
        "scope": "once",
    }
    keeper.post("/staff/roster/shift", **hidden(shift(keeper, "2026-01-19")), **fields)
    changed = shift(keeper, "2026-01-19")
    keeper.post("/staff/roster/shift/back", **hidden(changed))

    assert "this one was changed by itself" in changed.text
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 19, 21, tzinfo=UTC))


def test_what_was_entered_for_a_shift_that_is_gone_can_be_added_anew(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    page = hidden(shift(keeper, "2026-01-12"))
    keeper.post("/staff/roster/shift/out", **page)
    fields = {"person": key(stage, "Sipho"), "date": "2026-01-12", "start": "21:30", "end": "06:00"}
    second = keeper.post("/staff/roster/shift", **page, **fields)

    assert "This shift is not there any more" in second.text
    assert 'value="21:30"' in second.text
    assert [] == on_duty(stage, datetime(2026, 1, 12, 21, tzinfo=UTC))


def test_what_a_followed_calendar_brings_is_shown_but_changed_there(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    with writing(stage.engine) as connection:
        subscribe(connection, "https://calendar.example/a.ics", NOON)
        (number,) = (each.id for each in list_subscriptions(connection))
        uids = [each.uid for each in list_shifts(connection)]
        rows = [{"uid": uid, "recurrence": "", "subscription_id": number} for uid in uids]
        connection.execute(insert(subscribed), rows)
        version = version_of(series_of(connection, "0"))
    page = shift(keeper, "2026-01-05")
    fields = {"uid": "0", "at": "20260105T000000Z", "version": version}
    answer = keeper.post("/staff/roster/shift/out", **fields)

    assert "comes from a calendar that is followed" in page.text
    assert "Take out</button>" not in page.text
    assert "change it there" in follow(keeper, answer)
    assert ["Thandi", "Sipho"] == on_duty(stage, NOON)


def out_of_week(keeper: Visitor, week: str) -> dict[str, str]:
    """What the button posts that puts the shift back which was taken out of that week."""
    _, found, section = keeper.get("/staff/roster/week", date=week).text.partition("<h2>Taken out</h2>")
    assert found
    return {name: unescape(value) for name, value in HIDDEN.findall(section)}


def test_a_shift_that_was_taken_out_of_its_series_is_put_back_below_its_week(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper, **WEEKLY)
    for day in ("2026-01-19", "2026-01-26"):
        keeper.post("/staff/roster/shift/out", **hidden(shift(keeper, day)))
    answer = keeper.post("/staff/roster/shift/return", **out_of_week(keeper, "2026-01-19"))
    week = follow(keeper, answer)
    mondays = [datetime(2026, 1, day, 21, tzinfo=UTC) for day in (12, 19, 26)]

    assert [True, True, False] == [bool(on_duty(stage, at)) for at in mondays]
    assert "Thandi, Mon 19 Jan 2026, 22:00–06:00 is in its series again." in week
    assert "<h2>Taken out</h2>" not in week
    assert ("Rosa", "shift put back") in noted(stage)


def test_a_shift_is_not_put_back_into_a_series_that_somebody_has_changed_unseen(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper, **WEEKLY)
    keeper.post("/staff/roster/shift/out", **hidden(shift(keeper, "2026-01-19")))
    seen = out_of_week(keeper, "2026-01-19")
    keeper.post("/staff/roster/shift/out", **hidden(shift(keeper, "2026-01-26")))
    told = follow(keeper, keeper.post("/staff/roster/shift/return", **seen))

    assert "Somebody else has changed this shift meanwhile" in told
    assert [] == on_duty(stage, datetime(2026, 1, 19, 21, tzinfo=UTC))


def test_a_shift_that_somebody_has_put_back_already_stays_there_once(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper, **WEEKLY)
    keeper.post("/staff/roster/shift/out", **hidden(shift(keeper, "2026-01-19")))
    seen = out_of_week(keeper, "2026-01-19")
    told = [follow(keeper, keeper.post("/staff/roster/shift/return", **seen)) for _ in range(2)]

    assert "somebody has changed the roster meanwhile" in told[1]
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 19, 21, tzinfo=UTC))
