"""The settings check as an administrator sees it, and "call me now"."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.app.console import console_desk
from ivr.console.settings_checks import checks
from ivr.console.settings_facts import Facts
from ivr.console.settings_gathered import gather
from ivr.storage.accounts import Role
from ivr.storage.duty_changes import close
from ivr.storage.engine import writing
from ivr.storage.promise_states import keep
from ivr.storage.promises import Message, fetched, store_message
from ivr.storage.subscriptions import list_subscriptions, note_bad, subscribe
from tests.app.people import SIPHO, THANDI
from tests.console.staging import ConsoleStage, Visitor, console_stage

PAGE = "/staff/settings"
MINE = "+12025550142"


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


@pytest.fixture
def boss(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ADMINISTRATOR, name="Naledi")


def facts(stage: ConsoleStage) -> Facts:
    return gather(console_desk(stage.stage.parts))


def test_it_says_what_is_missing_and_what_to_do(boss: Visitor) -> None:
    text = boss.get(PAGE).text

    assert "Missing for going live" in text
    assert "Run: ivr twilio fallback" in text
    assert "There is one administrator" in text


def test_the_worst_comes_first(boss: Visitor) -> None:
    text = boss.get(PAGE).text
    places = [text.index(head) for head in ("Missing for going live", "Look at these", ">Well ")]

    assert sorted(places) == places


def test_call_me_now_rings_the_phone_and_says_what_became_of_it(stage: ConsoleStage, boss: Visitor) -> None:
    asked = boss.post(f"{PAGE}/call", number="+1 202 555 0142", language="en")
    ringing = boss.get(PAGE, check="1").text
    stage.stage.document(stage.stage.rest.placed[0].url)
    stage.stage.post(stage.stage.rest.placed[0].status_url, CallStatus="completed")
    over = boss.get(PAGE, check="1").text

    assert (303, f"{PAGE}?check=1#call") == (asked.status_code, asked.headers["Location"])
    assert [MINE] == stage.stage.rest.rung()
    assert 'data-refresh="2"' in ringing
    assert "The phone ending in 42 rings." in ringing
    assert 'data-refresh="2"' not in over
    assert "was picked up, and the call is over" in over
    assert MINE not in over


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("0821110001", "with + and country code"),
        ("", "with + and country code"),
        ("+442071838750", "may not be rung from here"),
    ],
)
def test_a_number_that_cannot_be_rung_is_refused_in_words(
    stage: ConsoleStage, boss: Visitor, number: str, told: str
) -> None:
    answer = boss.post(f"{PAGE}/call", number=number, language="en")

    assert told in boss.get(answer.headers["Location"]).text
    assert [] == stage.stage.rest.rung()


def test_a_call_that_was_heard_is_a_fact(stage: ConsoleStage, boss: Visitor) -> None:
    before = facts(stage).greeted
    boss.post(f"{PAGE}/call", number=MINE, language="en")
    stage.stage.document(stage.stage.rest.placed[0].url)

    assert before is None
    assert stage.clock.at == facts(stage).greeted


def test_a_counsellor_whose_phone_was_proved_is_not_named(stage: ConsoleStage) -> None:
    before = facts(stage).untested
    key = next(each.key for each in stage.stage.parts.snapshot.current().people if each.name == "Sipho")
    stage.stage.parts.checks.confirmed(stage.stage.parts.checks.ring(SIPHO.phone, "test", "en", key, "x"))

    assert {"Thandi", "Sipho"} == set(before)
    assert ("Thandi",) == facts(stage).untested


def test_a_closure_is_no_time_that_somebody_forgot(stage: ConsoleStage) -> None:
    at = stage.clock()
    stage.stage.background()
    before = facts(stage).gaps
    with writing(stage.engine) as connection:
        close(connection, at + timedelta(days=1), at + timedelta(days=30), "", at)
    stage.stage.background()

    assert [(at + timedelta(hours=12), at + timedelta(days=7))] == list(before)
    assert [(at + timedelta(hours=12), at + timedelta(days=1))] == list(facts(stage).gaps)


def test_a_backup_is_known_by_the_mark_that_it_leaves(stage: ConsoleStage) -> None:
    mark = stage.stage.parts.settings.data_dir / "backed-up"
    before = facts(stage).backed_up
    mark.touch()
    yesterday = stage.clock.at - timedelta(days=1)
    os.utime(mark, (yesterday.timestamp(),) * 2)

    assert before is None
    assert yesterday == facts(stage).backed_up


def test_promises_that_were_settled_long_ago_are_counted_and_gone_after_a_purge(stage: ConsoleStage) -> None:
    at = stage.clock.at
    with writing(stage.engine) as connection:
        for n, days in enumerate((183, 181)):
            then, recording = at - timedelta(days=days), f"RE{n:032}"
            store_message(connection, Message(f"CA{n:032}", recording, 9, "en", 1, then))
            fetched(connection, recording, f"{recording}.wav", then)
            keep(connection, n + 1, then, "", "")

    before = facts(stage)
    stage.stage.parts.retention.purge()

    assert (1, None) == (before.old_messages, before.purged)
    assert (0, at) == (facts(stage).old_messages, facts(stage).purged)


def test_the_day_of_the_last_purge_is_the_helplines_not_that_of_greenwich(stage: ConsoleStage) -> None:
    stage.clock.passes(minutes=11 * 60)
    stage.stage.parts.retention.purge()

    found = {each.name: each.told for each in checks(facts(stage))}

    assert "last on 06 Jan 2026" in found["Retention"]


def test_what_the_network_says_of_the_number_is_on_the_page(stage: ConsoleStage, boss: Visitor) -> None:
    assert "Calls and text messages to the number come here." in boss.get(PAGE).text


@pytest.mark.parametrize("role", [Role.LISTENER, Role.RECORDER, Role.ROTA_KEEPER])
def test_nobody_but_an_administrator_looks_or_calls(stage: ConsoleStage, role: Role) -> None:
    visitor = stage.signed_in(role)

    assert 403 == visitor.get(PAGE).status_code
    assert 403 == visitor.post(f"{PAGE}/call", number=MINE).status_code
    assert [] == stage.stage.rest.rung()


def test_a_call_from_another_site_is_refused(stage: ConsoleStage, boss: Visitor) -> None:
    assert 400 == boss.post_without_token(f"{PAGE}/call", number=MINE).status_code
    assert [] == stage.stage.rest.rung()


def test_a_calendar_that_fails_is_named_by_its_host_and_the_reason_without_its_address(
    stage: ConsoleStage, boss: Visitor
) -> None:
    with writing(stage.engine) as connection:
        subscribe(connection, "https://calendar.example/private-5ecret/basic.ics", stage.stage.clock())
        problem = "the server answers 404; see whether the address still holds"
        note_bad(connection, list_subscriptions(connection)[0].id, problem, stage.stage.clock())
    text = boss.get(PAGE).text

    assert "The calendar followed at calendar.example (number 1): the server answers 404" in text
    assert "5ecret" not in text
