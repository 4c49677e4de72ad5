"""Announcements in the list, and those that two people change."""

from datetime import timedelta
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.announcements import add_announcement
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import reading, writing
from tests.console.announcing import (
    ALL,
    FORM,
    ONE,
    WORDS,
    own_sounds,
    stored,
    version_on,
)
from tests.console.staging import ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database, environ={"AUDIO_DIR": str(own_sounds(tmp_path, audio))})


@pytest.fixture
def recorder(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER, name="Thandi")


def test_what_cannot_be_is_refused_and_what_was_written_stays(stage: ConsoleStage, recorder: Visitor) -> None:
    answer = recorder.post(f"{ALL}/new", **{**FORM, "ends": "2026-01-05T13:00"})

    assert 400 == answer.status_code
    assert "it has to end after it begins" in answer.text
    assert WORDS in answer.text
    assert 404 == recorder.get(ONE).status_code


def test_what_is_withdrawn_or_never_was_cannot_be_changed(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    recorder.post(f"{ONE}/withdraw")

    assert 404 == recorder.get(f"{ONE}/change").status_code
    assert 404 == recorder.get(f"{ALL}/2").status_code
    assert 404 == recorder.post(f"{ALL}/2/withdraw").status_code


def test_the_list_tells_now_from_later_and_from_over(stage: ConsoleStage, recorder: Visitor) -> None:
    at, day = stage.clock.at, timedelta(days=1)
    with writing(stage.engine) as connection:
        for title, starts in {"Now": at, "Later": at + day, "Over": at - 2 * day}.items():
            add_announcement(connection, title, starts, starts + day, {}, "Thandi", at)
    text = recorder.get(ALL).text
    order = [text.index(f">{title}</a>") for title in ("Now", "Later", "Over")]

    assert sorted(order) == order
    assert text.index("To come") < order[1] < text.index("Over or withdrawn") < order[2]


def test_what_is_over_is_listed_page_by_page(stage: ConsoleStage, recorder: Visitor) -> None:
    at, day = stage.clock.at, timedelta(days=1)
    with writing(stage.engine) as connection:
        for n in range(21):
            starts = at - (n + 2) * day
            add_announcement(connection, f"Old {n}.", starts, starts + day, {}, "Thandi", at)

    assert "Old 20." not in recorder.get(ALL).text
    assert "Old 20." in recorder.get(ALL, page="2").text


def test_every_step_is_in_the_audit_log(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    recorder.post(f"{ONE}/withdraw")
    with reading(stage.engine) as connection:
        done = [(each.by, each.action) for each in entries(connection, Wanted(text="announcement"))]

    assert [("Thandi", "announcement withdrawn"), ("Thandi", "announcement made")] == done


@pytest.mark.parametrize("role", [Role.LISTENER, Role.ROTA_KEEPER])
def test_only_who_may_record_announces(stage: ConsoleStage, role: Role) -> None:
    visitor = stage.signed_in(role)

    assert 403 == visitor.get(ALL).status_code
    assert 403 == visitor.post(f"{ALL}/new", **FORM).status_code


def test_words_of_staff_are_shown_as_words(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **{**FORM, "title": "<b>Supply</b>", "words-en": "<i>Beware</i> of it."})

    assert "<b>" not in recorder.get(ALL).text + recorder.get(ONE).text
    assert "&lt;i&gt;Beware" in recorder.get(ONE).text


def test_the_second_of_two_who_change_it_is_told_and_keeps_what_they_wrote(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    other = stage.signed_in(Role.RECORDER, name="Sipho")
    seen = version_on(recorder.get(f"{ONE}/change").text)
    other.post(f"{ONE}/change", **{**FORM, "title": "Supply in the north", "version": seen})
    mine = {**FORM, "words-en": "Never use alone tonight."}
    told = recorder.post(f"{ONE}/change", **mine, version=seen)

    assert 409 == told.status_code
    assert "Somebody else has changed this announcement meanwhile" in told.text
    assert "Supply in the north" in told.text
    assert "Never use alone tonight." in told.text
    assert ("Supply in the north", WORDS) == stored(stage)

    again = recorder.post(f"{ONE}/change", **mine, version=version_on(told.text))

    assert 303 == again.status_code
    assert ("Dangerous supply", "Never use alone tonight.") == stored(stage)
