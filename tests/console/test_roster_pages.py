"""The roster's pages: what staff see, and what stands in storage after what they have done."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import insert
from werkzeug.test import TestResponse

from ivr.duty.roster import make_roster
from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import list_changes
from ivr.storage.engine import reading, writing
from ivr.storage.holds import hold
from ivr.storage.shift_edits import series_of, version_of
from ivr.storage.shifts import list_shifts
from ivr.storage.subscriptions import list_subscriptions, subscribe
from ivr.storage.tables_duty import subscribed
from tests.app.people import NOON, SIPHO, THANDI
from tests.console.staging import ConsoleStage, Visitor, console_stage

HOUR = timedelta(hours=1)
LINK = re.compile(r'href="/staff/roster/shift\?([^"]+)"')
HIDDEN = re.compile(r'name="(uid|at|version)" value="([^"]*)"')
WEEKLY = {"repeat": "weekly", "days": ["0"], "every": "1"}


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    """Thandi and Sipho are on duty from two in the morning of Monday, 5 January, for a day; it is 14:00."""
    return console_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


@pytest.fixture
def keeper(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ROTA_KEEPER, name="Rosa")


def key(stage: ConsoleStage, name: str) -> str:
    with reading(stage.engine) as connection:
        return next(each.key for each in list_counsellors(connection) if each.name == name)


def on_duty(stage: ConsoleStage, at: datetime) -> list[str]:
    """Whom a caller would reach at a moment, by what is stored."""
    with reading(stage.engine) as connection:
        stored = list_counsellors(connection), list_shifts(connection), list_changes(connection)
    zone = stage.stage.parts.snapshot.current().roster.zone
    roster = make_roster(stored[0], stored[1], zone, at - 48 * HOUR, at + 48 * HOUR, stored[2])
    return [each.name for each in roster.on_duty(at)]


def add(stage: ConsoleStage, keeper: Visitor, name: str = "Thandi", **fields: object) -> TestResponse:
    values = {
        "person": key(stage, name),
        "date": "2026-01-12",
        "start": "22:00",
        "end": "06:00",
        "repeat": "once",
    }
    return keeper.post("/staff/roster/shift/new", **{**values, **fields})


def first_shift(keeper: Visitor, week: str) -> dict[str, str]:
    """What names the first shift of a week in addresses."""
    found = LINK.search(keeper.get("/staff/roster/week", date=week).text)
    assert found
    return dict(parse_qsl(unescape(found[1])))


def shift(keeper: Visitor, week: str) -> TestResponse:
    """The page of the first shift of a week."""
    return keeper.get("/staff/roster/shift", **first_shift(keeper, week))


def follow(visitor: Visitor, answer: TestResponse) -> str:
    """The page that an answer leads to."""
    return visitor.client.get(answer.headers["Location"], base_url=visitor.public).text


def hidden(page: TestResponse) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


def noted(stage: ConsoleStage) -> list[tuple[str, str]]:
    with reading(stage.engine) as connection:
        return [(each.by, each.action) for each in entries(connection, Wanted())]


def test_everybody_who_is_signed_in_sees_who_is_on_duty_but_no_phone(stage: ConsoleStage) -> None:
    stage.stage.background()
    shown = stage.signed_in(Role.LISTENER).get("/staff/roster").text

    assert "Thandi" in shown
    assert "Tue 06 Jan 2026, 02:00" in shown
    assert THANDI.phone not in shown
    assert "/staff/roster/week" not in shown


def test_a_shift_in_the_last_night_of_the_calendar_is_refused_with_the_years_that_can_be(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    shown = add(stage, keeper, date="9999-12-31", start="22:00", end="06:00").text

    assert "A year from 2000 to 2100, please" in shown


def test_a_week_shows_its_gaps_in_words(keeper: Visitor) -> None:
    shown = keeper.get("/staff/roster/week", date="2026-01-07").text

    assert "Week of 05 January 2026" in shown
    assert '<li class="gap"><strong>Nobody</strong> <time datetime="2026-01-06T02:00:00+02:00">02:00' in shown


def test_a_month_and_a_day_are_shown_too(keeper: Visitor) -> None:
    assert "January 2026" in keeper.get("/staff/roster/month", date="2026-01-20").text
    assert "Monday 05 January 2026" in keeper.get("/staff/roster/day", date="2026-01-05").text


@pytest.mark.parametrize("date", ["", "0001-01-01", "9999-12-31", "rubbish"])
def test_a_date_that_no_roster_has_shows_today(keeper: Visitor, date: str) -> None:
    for page in ("week", "month", "day"):
        assert "2026" in keeper.get(f"/staff/roster/{page}", date=date).text


def test_a_night_shift_that_is_added_is_who_callers_reach(stage: ConsoleStage, keeper: Visitor) -> None:
    answer = add(stage, keeper)

    assert 303 == answer.status_code
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 13, 3, 59, tzinfo=UTC))
    assert [] == on_duty(stage, datetime(2026, 1, 13, 4, tzinfo=UTC))
    assert ("Rosa", "shift added") in noted(stage)


def test_the_next_caller_is_served_by_what_was_added(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper)
    roster = stage.stage.parts.snapshot.current().roster

    assert ["Thandi"] == [each.name for each in roster.on_duty(datetime(2026, 1, 13, 3, tzinfo=UTC))]


BAD = [
    ({"person": "nobody"}, "Choose a counsellor."),
    ({"date": "31.12."}, "Write a date, as 2026-12-31."),
    ({"start": "late"}, "Write a time, as 22:00."),
    ({"end_date": "2026-01-01"}, "The end must lie after the beginning."),
    ({"end": "22:00"}, "It would last 24 hours; if that is meant, write the day on which it ends."),
    ({"repeat": "weekly", "days": []}, "Choose at least one day of the week"),
    ({"repeat": "weekly", "days": ["0"], "every": "often"}, "Write a number of weeks."),
    ({"repeat": "weekly", "days": ["0"], "until": "2026-01-11"}, "The last day lies before the first shift."),
    ({"tier": "3"}, "Choose one of the list."),
]


def test_a_shift_of_a_whole_day_is_taken_when_its_last_day_is_said(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper, end="22:00", end_date="2026-01-13")

    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 13, 12, tzinfo=UTC))
    assert 'name="end_date" value="2026-01-13"' in shift(keeper, "2026-01-12").text


@pytest.mark.parametrize(("fields", "told"), BAD)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_entered_stays(
    stage: ConsoleStage, keeper: Visitor, fields: dict[str, object], told: str
) -> None:
    answer = add(stage, keeper, **fields)

    assert 200 == answer.status_code
    assert told in answer.text
    assert 'value="22:00"' in answer.text or "start" in fields
    assert [] == on_duty(stage, datetime(2026, 1, 13, 3, tzinfo=UTC))


def test_one_shift_of_a_series_is_changed_alone(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper, **WEEKLY)
    page = shift(keeper, "2026-01-19")
    fields = {
        "person": key(stage, "Sipho"),
        "date": "2026-01-19",
        "start": "20:00",
        "end": "21:00",
        "scope": "once",
    }
    keeper.post("/staff/roster/shift", **hidden(page), **fields)

    assert ["Sipho"] == on_duty(stage, datetime(2026, 1, 19, 18, tzinfo=UTC))
    assert [] == on_duty(stage, datetime(2026, 1, 19, 21, tzinfo=UTC))
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 26, 21, tzinfo=UTC))


def test_a_series_is_changed_from_one_shift_on(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper, **WEEKLY)
    page = shift(keeper, "2026-01-19")
    fields = {
        "person": key(stage, "Sipho"),
        "date": "2026-01-19",
        "start": "20:00",
        "end": "21:00",
        "scope": "on",
    }
    keeper.post("/staff/roster/shift", **hidden(page), **fields, **WEEKLY)

    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 12, 21, tzinfo=UTC))
    assert ["Sipho"] == on_duty(stage, datetime(2026, 1, 26, 18, tzinfo=UTC))
    assert [] == on_duty(stage, datetime(2026, 1, 26, 21, tzinfo=UTC))


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


def test_the_second_of_two_who_change_the_same_shift_is_told_and_keeps_what_they_entered(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    page = hidden(shift(keeper, "2026-01-12"))
    fields = {"person": key(stage, "Sipho"), "date": "2026-01-12", "end": "06:00", "repeat": "once"}
    other = stage.signed_in(Role.ROTA_KEEPER, name="Other")
    other.post("/staff/roster/shift", **page, **{**fields, "start": "23:00"})
    second = keeper.post("/staff/roster/shift", **page, **{**fields, "start": "21:30"})
    again = keeper.post("/staff/roster/shift", **hidden(second), **{**fields, "start": "21:30"})

    assert "Somebody else has changed this shift meanwhile" in second.text
    assert 'value="21:30"' in second.text
    assert "Mon 12 Jan 2026, 23:00" in second.text
    assert 303 == again.status_code
    assert ["Sipho"] == on_duty(stage, datetime(2026, 1, 12, 19, 30, tzinfo=UTC))


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


def test_a_copy_is_the_same_shift_a_week_later(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper)
    shown = keeper.get("/staff/roster/shift/new", **first_shift(keeper, "2026-01-12")).text

    assert 'value="2026-01-19"' in shown
    assert 'value="22:00"' in shown
    assert f'value="{key(stage, "Thandi")}" selected' in shown


def test_a_gap_leads_to_a_form_with_its_times(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper, date="2026-01-06", start="10:00", end="12:00")
    found = re.search(r'href="(/staff/roster/shift/new\?[^"]+)"', keeper.get("/staff/roster").text)
    assert found
    shown = keeper.client.get(unescape(found[1]), base_url=keeper.public).text

    assert 'name="date" value="2026-01-06"' in shown
    assert 'name="start" value="02:00"' in shown
    assert 'name="end" value="10:00"' in shown


def test_two_counsellors_exchange_their_shifts(stage: ConsoleStage, keeper: Visitor) -> None:
    add(stage, keeper)
    add(stage, keeper, "Sipho", date="2026-01-14")
    taker = key(stage, "Sipho")
    page = keeper.get("/staff/roster/swap", **first_shift(keeper, "2026-01-12"), taker=taker)
    choice = re.search(r'name="other" value="([^"]+@ivr)"', page.text)
    assert choice
    keeper.post("/staff/roster/swap/keep", **hidden(page), taker=taker, other=unescape(choice[1]))

    assert ["Sipho"] == on_duty(stage, datetime(2026, 1, 12, 21, tzinfo=UTC))
    assert ["Thandi"] == on_duty(stage, datetime(2026, 1, 14, 21, tzinfo=UTC))
    assert "Sipho</a> <small>for Thandi</small>" in keeper.get("/staff/roster/day", date="2026-01-12").text


def test_a_shift_that_was_swapped_meanwhile_is_not_swapped_again_unseen(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    taker = key(stage, "Sipho")
    page = hidden(keeper.get("/staff/roster/swap", **first_shift(keeper, "2026-01-12"), taker=taker))
    answers = [keeper.post("/staff/roster/swap/keep", **page, taker=taker) for _ in range(2)]
    told = follow(keeper, answers[1])

    with reading(stage.engine) as connection:
        assert 1 == len(list_changes(connection))
    assert "Somebody else has changed or swapped this shift meanwhile" in told


def test_a_shift_that_was_given_away_meanwhile_is_nobodys_to_offer(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    add(stage, keeper, "Sipho", date="2026-01-14")
    taker = key(stage, "Sipho")
    page = keeper.get("/staff/roster/swap", **first_shift(keeper, "2026-01-12"), taker=taker)
    choice = re.search(r'name="other" value="([^"]+@ivr)"', page.text)
    assert choice
    at, _, uid = unescape(choice[1]).partition(" ")
    thandi = key(stage, "Thandi")
    giving = keeper.get("/staff/roster/swap", uid=uid, at=at, taker=thandi)
    keeper.post("/staff/roster/swap/keep", **hidden(giving), taker=thandi)
    answer = keeper.post("/staff/roster/swap/keep", **hidden(page), taker=taker, other=unescape(choice[1]))

    with reading(stage.engine) as connection:
        assert 1 == len(list_changes(connection))
    assert "Somebody else has changed or swapped this shift meanwhile" in follow(keeper, answer)


def test_somebody_who_pauses_is_not_rung_and_can_be_rung_again(stage: ConsoleStage, keeper: Visitor) -> None:
    for kind in ("pause", "on"):
        keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), kind=kind)
        stage.clock.passes(minutes=2)
        people = on_duty(stage, stage.clock())
        assert ("Thandi" in people) is (kind == "on")


def test_what_was_said_of_duty_can_be_taken_back(stage: ConsoleStage, keeper: Visitor) -> None:
    keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), kind="off", until="2026-01-05T20:00")
    page = keeper.get("/staff/roster/changes")
    change = re.search(r'name="id" value="(\w+)"', page.text)
    assert change
    during = on_duty(stage, NOON + HOUR)
    keeper.post("/staff/roster/changes/undo", id=change[1])

    assert "Thandi: off duty" in page.text
    assert ["Sipho"] == during
    assert ["Thandi", "Sipho"] == on_duty(stage, NOON + HOUR)


def test_somebody_without_a_shift_cannot_go_off_without_an_end(stage: ConsoleStage, keeper: Visitor) -> None:
    stage.clock.passes(days=2)
    keeper = stage.signed_in(Role.ROTA_KEEPER, name="Later")
    answer = keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), kind="off")

    assert "Thandi is not on duty then" in follow(keeper, answer)
    with reading(stage.engine) as connection:
        assert () == list_changes(connection)


def test_the_helpline_is_closed_and_opened_again(stage: ConsoleStage, keeper: Visitor) -> None:
    keeper.post("/staff/roster/close", until="2026-01-05T20:00", note="Storm")
    shown = keeper.get("/staff/roster").text
    closed = on_duty(stage, NOON + HOUR)
    stage.clock.passes(minutes=5)
    keeper.post("/staff/roster/reopen")

    assert "The helpline is closed</strong> (Storm)" in shown
    assert [] == closed
    assert ["Thandi", "Sipho"] == on_duty(stage, NOON + HOUR)


@pytest.mark.parametrize(
    "fields", [{"kind": "sing"}, {"kind": "off", "until": "2026-01-05T13:00"}, {"kind": "off", "from": "x"}]
)
def test_a_word_about_duty_that_cannot_be_is_refused(
    stage: ConsoleStage, keeper: Visitor, fields: dict[str, str]
) -> None:
    answer = keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), **fields)

    assert 'class="told error"' in follow(keeper, answer)
    assert ["Thandi", "Sipho"] == on_duty(stage, NOON + HOUR)


def test_everything_that_changes_the_roster_stands_in_the_audit_log(
    stage: ConsoleStage, keeper: Visitor
) -> None:
    add(stage, keeper)
    keeper.post("/staff/roster/shift/out", **hidden(shift(keeper, "2026-01-12")))
    keeper.post("/staff/roster/duty", person=key(stage, "Thandi"), kind="pause")
    keeper.post("/staff/roster/close")
    keeper.post("/staff/roster/reopen")

    assert {
        ("Rosa", "shift added"),
        ("Rosa", "shift taken out"),
        ("Rosa", "counsellor pause"),
        ("Rosa", "helpline closed"),
        ("Rosa", "helpline reopened"),
    } <= set(noted(stage))


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


def test_a_phone_that_rings_or_talks_is_in_use(stage: ConsoleStage, keeper: Visitor) -> None:
    with writing(stage.engine) as connection:
        hold(connection, key(stage, "Thandi"), 1, NOON + HOUR)
    shown = keeper.get("/staff/roster").text

    assert 1 == shown.count("in use</span>")
    assert 1 == shown.count("free</span>")
