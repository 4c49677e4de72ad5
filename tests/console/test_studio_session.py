"""The recording session: what is on stage, what follows, and when it is over."""

import re
import shutil
from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from tests.console.staging import ConsoleStage, Visitor, console_stage

SESSION = "/staff/studio/zu/session"


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    """Nothing of isiZulu is recorded or spoken."""
    mine = tmp_path / "shipped" / "audio"
    shutil.copytree(audio, mine, ignore=lambda folder, names: {"zu"} & set(names))
    shutil.copytree(audio.parent / "prompts", mine.parent / "prompts")
    return console_stage(tmp_path, mine, database)


@pytest.fixture
def recorder(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER)


def test_it_begins_with_the_first_prompt_that_is_missing(recorder: Visitor) -> None:
    page = recorder.get(SESSION, what="missing").text

    assert "No. 1 " in page
    assert "NgesiZulu, cindezela" in page
    assert 'lang="zu"' in page


def test_skipping_leads_on_and_back_leads_back(recorder: Visitor) -> None:
    page = recorder.get(SESSION, what="missing", after="3").text

    assert "No. 4 " in page
    assert 'href="/staff/studio/zu/session?what=missing&amp;after=4"' in page
    assert 'href="/staff/studio/zu/session?what=missing&amp;at=welcome"' in page


def test_what_callers_need_comes_first_and_how_many_until_they_can_choose_the_language(
    recorder: Visitor,
) -> None:
    """`language.more` has the number 2, and callers of few languages can do without it."""
    page = recorder.get(SESSION, what="missing", after="1").text

    assert "No. 3 " in page
    assert "149 until isiZulu can be offered" in page
    assert "No. 2 " in recorder.get(SESSION, what="missing", after="152").text
    assert "No. 2 " in recorder.get(SESSION, what="all", after="1").text
    assert "can be offered" not in recorder.get("/staff/studio/en/session", what="all").text


def test_words_in_a_language_one_may_not_read_stand_beside_those_in_the_first_language(
    recorder: Visitor,
) -> None:
    assert "Welcome to Themba" in recorder.get(SESSION, what="missing", at="welcome").text
    assert 'class="english"' not in recorder.get("/staff/studio/en/session", what="all", at="welcome").text


def test_at_the_end_those_that_are_left_are_offered(recorder: Visitor) -> None:
    page = recorder.get(SESSION, what="missing", after="99999").text

    assert "That was the last one" in page
    assert "are left" in page


def test_where_nothing_is_stale_there_is_nothing_to_record(recorder: Visitor) -> None:
    assert "Nothing is left to record here" in recorder.get(SESSION, what="stale").text


@pytest.mark.parametrize("query", [{"what": "nonsense"}, {"what": "all", "at": "no.such"}])
def test_a_session_that_does_not_exist_is_not_found(recorder: Visitor, query: dict[str, str]) -> None:
    assert 404 == recorder.get(SESSION, **query).status_code


def test_the_catalogue_shows_each_language_with_how_far_it_is(recorder: Visitor) -> None:
    page = recorder.get("/staff/studio").text

    assert "Not offered to callers" in page
    assert 'href="studio/zu/welcome">missing' in page
    assert 'href="studio/en/welcome">speech' in page


def test_the_catalogue_counts_what_callers_need_as_the_first_page_does(recorder: Visitor) -> None:
    card = re.search(r'class="big">(\d+)</p>\s*<p><a href="[^"]*language=zu"', recorder.get("/staff/").text)
    assert card

    assert f"of what callers need, {card[1]} have no sound" in recorder.get("/staff/studio").text


def test_a_page_of_the_catalogue_is_light_enough_for_a_slow_link(recorder: Visitor) -> None:
    static = Path(__file__).parents[2] / "ivr" / "console" / "static"
    beside = sum((static / name).stat().st_size for name in ("console.css", "studio.css"))

    assert 150_000 > len(recorder.get("/staff/studio").data) + beside
