"""Editing words in the studio, and what is said of a language as a whole."""

import re
import shutil
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.engine import reading
from ivr.storage.language_marks import list_marks
from ivr.storage.wordings import wordings_of
from tests.console.staging import ConsoleStage, Visitor, console_stage

WORDS = "/staff/studio/en/main.drugs/words"
NEW = "To hear about heroin, press {key}."


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    mine = tmp_path / "shipped" / "audio"
    shutil.copytree(audio, mine, ignore=lambda folder, names: {"zu"} & set(names))
    shutil.copytree(audio.parent / "prompts", mine.parent / "prompts")
    return console_stage(tmp_path, mine, database)


@pytest.fixture
def recorder(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER, name="Thandi")


def versions(stage: ConsoleStage) -> list[str | None]:
    with reading(stage.engine) as connection:
        return [each.text for each in wordings_of(connection, "en", "main.drugs")]


def test_new_words_are_a_version_with_who_made_it_and_are_shown_at_once(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    answer = recorder.post(WORDS, text=f"  {NEW}\n")

    assert "/staff/studio/en/main.drugs" == answer.headers["Location"]
    page = recorder.get("/staff/studio/en/main.drugs").text
    assert "To hear about heroin, press four." in page
    assert "changed by Thandi" in page
    assert [NEW] == versions(stage)


def test_words_that_cannot_stand_are_given_back_with_the_reason(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    page = recorder.post(WORDS, text="To hear about <heroin>.").text

    assert "must say its key: write {key} where key 4 is named" in page
    assert "To hear about &lt;heroin&gt;." in page
    assert [] == versions(stage)


def test_the_same_words_are_no_new_version(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(WORDS, text=NEW)
    recorder.post(WORDS, text=NEW)

    assert [NEW] == versions(stage)


def test_the_way_back_is_the_words_of_the_file(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(WORDS, text=NEW)
    assert "As it was delivered" in recorder.get(WORDS).text

    recorder.post(WORDS, file="yes")

    assert [None, NEW] == versions(stage)
    assert "To hear about heroin" not in recorder.get("/staff/studio/en/main.drugs").text


def test_the_second_of_two_who_edit_the_same_words_sees_both_before_anything_is_changed(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    sipho = stage.signed_in(Role.RECORDER, name="Sipho")
    recorder.post(WORDS, text=NEW, newest="0")

    page = sipho.post(WORDS, text="About heroin, press {key}.", newest="0").text

    assert "Thandi has changed these words meanwhile" in page
    assert "About heroin, press {key}." in page
    assert [NEW] == versions(stage)
    newest = re.search(r'name="newest" value="(\d+)"', page)
    assert newest
    sipho.post(WORDS, text="About heroin, press {key}.", newest=newest[1])
    assert ["About heroin, press {key}.", NEW] == versions(stage)


def test_words_seen_in_a_version_that_is_there_no_more_are_not_saved_unseen(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    answer = recorder.post(WORDS, text=NEW, newest="7")

    assert 200 == answer.status_code
    assert "Somebody has changed these words meanwhile" in answer.text
    assert [] == versions(stage)


def test_a_placeholder_that_nobody_knows_is_named_in_a_whole_sentence(recorder: Visitor) -> None:
    page = recorder.post(WORDS, text="Press {key}, {friend}.").text

    assert "It has an unknown placeholder {friend}; known: {key}" in page


def test_a_prompt_that_does_not_exist_has_no_words(recorder: Visitor) -> None:
    assert 404 == recorder.get("/staff/studio/en/no.such/words").status_code
    assert 404 == recorder.post("/staff/studio/xx/welcome/words", text="Hello").status_code
    assert 404 == recorder.get("/staff/studio/en/announcement.1/words").status_code


def test_a_language_is_marked_as_reviewed_by_who_is_signed_in(stage: ConsoleStage, recorder: Visitor) -> None:
    assert "not reviewed" in recorder.get("/staff/studio/zu").text

    recorder.post("/staff/studio/zu/reviewed")

    assert "by Thandi" in recorder.get("/staff/studio/zu").text
    recorder.post("/staff/studio/zu/unreviewed")
    assert "not reviewed" in recorder.get("/staff/studio/zu").text


def test_only_an_administrator_takes_a_language_from_callers(stage: ConsoleStage, recorder: Visitor) -> None:
    administrator = stage.signed_in(Role.ADMINISTRATOR)

    assert 403 == recorder.post("/staff/studio/af/take-back").status_code
    administrator.post("/staff/studio/af/take-back")

    assert "withdrawn" in recorder.get("/staff/studio/af").text
    assert "af" not in stage.stage.parts.publication.current().helpline.languages
    administrator.post("/staff/studio/af/offer")
    assert "af" in stage.stage.parts.publication.current().helpline.languages


def test_the_first_language_is_always_offered(stage: ConsoleStage) -> None:
    administrator = stage.signed_in(Role.ADMINISTRATOR)

    administrator.post("/staff/studio/en/take-back")

    assert "always offered: somebody has to speak" in administrator.get("/staff/studio/en").text
    with reading(stage.engine) as connection:
        assert () == list_marks(connection)


def test_a_language_without_sound_says_how_many_prompts_are_missing(recorder: Visitor) -> None:
    page = recorder.get("/staff/studio/zu").text

    assert "prompts that callers need have no sound" in page


def test_the_script_has_every_prompt_with_its_number_and_its_words(recorder: Visitor) -> None:
    page = recorder.get("/staff/studio/zu/script").text

    assert "Siyakwamukela ku-Themba" in page
    assert '<span class="script-number">3</span>' in page
    assert "<style" not in page
