"""Staff announce something: typed, recorded, changed, withdrawn; and what the next caller hears of it."""

from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.announcements import find_announcement
from ivr.storage.engine import reading
from tests.console.announcing import ALL, FORM, ONE, WORDS, heard_by_a_caller, own_sounds, spoken
from tests.console.staging import ConsoleStage, Visitor, console_stage
from tests.console.voice import upload, voice


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database, environ={"AUDIO_DIR": str(own_sounds(tmp_path, audio))})


@pytest.fixture
def recorder(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER, name="Thandi")


def test_what_is_typed_is_heard_by_the_next_caller_once_it_is_spoken(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    answer = recorder.post(f"{ALL}/new", **FORM)
    before = heard_by_a_caller(stage.stage)
    spoken(stage)
    after = heard_by_a_caller(stage.stage)

    assert (303, ONE) == (answer.status_code, answer.headers["Location"])
    assert "announcement.1" not in before
    assert ["welcome", "announcement.1", "main.overdose"] == after[:3]


def test_the_page_says_how_each_language_hears_it(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    waiting = recorder.get(ONE).text
    spoken(stage)
    ready = recorder.get(ONE).text

    assert "being spoken" in waiting
    assert "soon heard in English" in waiting
    assert "generated voice" in ready
    assert "heard in English" in ready
    assert 'src="/staff/studio/en/announcement.1/heard.wav"' in ready


def test_it_can_be_recorded_in_a_language_without_a_voice(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **{**FORM, "words-en": ""})
    page = recorder.get("/staff/studio/zu/announcement.1")
    drafted = recorder.post("/staff/studio/zu/announcement.1/takes", recording=upload(voice(WORDS)))
    take = stage.stage.parts.takes.of("announcement.1", "zu")[0]
    recorder.post(f"/staff/studio/zu/announcement.1/takes/{take.id}/accept")

    assert 200 == page.status_code
    assert 303 == drafted.status_code
    assert ["welcome", "announcement.1"] == heard_by_a_caller(stage.stage, "3")[:2]
    assert "announcement.1" not in heard_by_a_caller(stage.stage, "1")
    assert "recorded" in recorder.get(ONE).text


def test_without_a_sound_in_any_language_it_is_not_listed_as_heard(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    silent = [recorder.get(address).text for address in (ONE, ALL)]
    spoken(stage)
    heard = [recorder.get(address).text for address in (ONE, ALL)]

    assert "heard now" not in silent[0]
    assert "Nothing is announced just now." in silent[1]
    assert [True, True] == ["obody hears it yet" in each for each in silent]
    assert "heard now" in heard[0]
    assert [False, False] == ["obody hears it yet" in each for each in heard]


def test_withdrawn_the_next_caller_does_not_hear_it(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    spoken(stage)
    recorder.post(f"{ONE}/withdraw")

    assert "announcement.1" not in heard_by_a_caller(stage.stage)
    assert "withdrawn" in recorder.get(ONE).text


def test_before_its_time_and_after_it_nobody_hears_it(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **{**FORM, "starts": "2026-01-05T15:00", "ends": "2026-01-05T16:00"})
    spoken(stage)
    heard = []
    for minutes in (59, 1, 59, 1):
        stage.clock.passes(minutes=minutes)
        heard.append("announcement.1" in heard_by_a_caller(stage.stage))

    assert [False, True, True, False] == heard


def test_a_change_of_words_is_heard_once_they_are_spoken(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    spoken(stage)
    shown = recorder.get(f"{ONE}/change").text
    recorder.post(f"{ONE}/change", **{**FORM, "title": "Closed on Friday", "words-en": "We are closed."})
    with reading(stage.engine) as connection:
        found = find_announcement(connection, 1)

    assert WORDS in shown
    assert found
    assert ("Closed on Friday", {"en": "We are closed."}) == (
        found.announcement.title,
        found.announcement.texts,
    )
    assert "announcement.1" not in heard_by_a_caller(stage.stage)
    spoken(stage)
    assert "announcement.1" in heard_by_a_caller(stage.stage)
