"""The table of prompts: which rows somebody finds, and in which state."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.console.studio_catalogue import Catalogue
from ivr.console.studio_table import Found, Marks, Wanted, find
from ivr.content import load
from ivr.jobs.publication import publish
from ivr.sound.live import TAKE, Sound, read_live
from ivr.sound.states import TakeState

PROMPTS = Path(__file__).parents[2] / "prompts"
MISSING, SPEECH, LIVE, STALE, NEVER = (
    TakeState.MISSING,
    TakeState.SPEECH,
    TakeState.LIVE,
    TakeState.STALE,
    TakeState.NEVER,
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """English: the welcome recorded, main.overdose recorded for another key, main.drugs with other words."""
    content = load(PROMPTS)
    sounds = read_live(content, tmp_path_factory.mktemp("audio"), ())
    own = {
        "welcome": Sound("en", "a.wav", 3, TAKE),
        "main.drugs": Sound("en", "b.wav", 3, TAKE),
        "main.about": Sound("en", "c.wav", 3, "espeak"),
    }
    sounds = replace(
        sounds,
        own={**sounds.own, "en": own},
        outdated={**sounds.outdated, "en": ("main.overdose", "main.drugs")},
    )
    return Catalogue(publish(content, sounds))


def names(found: Found) -> list[str]:
    return [row.prompt for row in found.rows]


def test_each_prompt_has_the_state_of_what_callers_hear(catalogue: Catalogue) -> None:
    states = catalogue.states("en")

    names = ("welcome", "main.drugs", "main.overdose", "main.about", "main.someone")
    assert ["LIVE", "STALE", "NEVER", "SPEECH", "MISSING"] == [states[name].name for name in names]


def test_rows_stand_in_the_order_of_the_script_fifty_on_a_page(catalogue: Catalogue) -> None:
    first, second = find(catalogue, Wanted(), Marks()), find(catalogue, Wanted(page=2), Marks())

    assert 50 == len(first.rows)
    assert ["language.choice", "language.more", "welcome"] == names(first)[:3]
    assert [50, 51] == [first.rows[-1].number, second.rows[0].number]
    assert ("en", "af", "zu", "sw") == first.languages


def test_a_page_that_does_not_exist_is_the_last_one(catalogue: Catalogue) -> None:
    found = find(catalogue, Wanted(page=9999), Marks())

    assert found.pages == found.page
    assert found.rows


def test_a_state_is_looked_for_in_the_language_that_is_shown(catalogue: Catalogue) -> None:
    assert ["welcome"] == names(find(catalogue, Wanted("en", "live"), Marks()))
    assert [] == names(find(catalogue, Wanted("zu", "live"), Marks()))
    assert {"main.overdose", "main.drugs"} == set(names(find(catalogue, Wanted("en", "stale"), Marks())))


def test_a_prompt_is_found_by_its_name_its_number_and_its_words(catalogue: Catalogue) -> None:
    assert ["welcome"] == names(find(catalogue, Wanted("en", search=" WELC"), Marks()))[:1]
    assert ["welcome"] == names(find(catalogue, Wanted("en", search="3"), Marks()))[:1]
    assert "welcome" in names(find(catalogue, Wanted("zu", search="Siyakwamukela"), Marks()))


def test_drafts_and_words_changed_since_the_review_are_found(catalogue: Catalogue) -> None:
    drafts = Marks(drafts=frozenset({("welcome", "zu")}))

    assert ["welcome"] == names(find(catalogue, Wanted(state="drafts"), drafts))
    (row,) = find(catalogue, Wanted(state="drafts"), drafts).rows
    assert [False, False, True, False] == [cell.draft for cell in row.cells if cell]


def test_a_language_that_nobody_has_reviewed_is_unreviewed_as_a_whole(catalogue: Catalogue) -> None:
    everything = find(catalogue, Wanted("zu"), Marks()).count

    assert everything == find(catalogue, Wanted("zu", "unreviewed"), Marks()).count


def test_a_session_walks_what_is_missing_or_stale_with_what_callers_need_first(
    catalogue: Catalogue,
) -> None:
    assert ["main.overdose", "main.drugs"] == [each.id for each in catalogue.to_record("en", "stale")]
    assert "main.overdose" in [each.id for each in catalogue.to_record("en", "missing")]
    missing = [(not each.needed, each.number) for each in catalogue.to_record("en", "missing")]
    assert sorted(missing) == missing
    everything = [each.number for each in catalogue.to_record("en", "all")]
    assert sorted(everything) == everything
    assert "welcome" not in [each.id for each in catalogue.to_record("en", "unrecorded")]


def test_a_prompt_whose_words_nobody_has_written_is_shown_and_not_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    shutil.copytree(PROMPTS, folder)
    written = (folder / "zu.toml").read_text()
    (folder / "zu.toml").write_text(written.replace('["welcome"]\ntext', '["welcome_"]\ntext', 1))
    content = load(folder)
    catalogue = Catalogue(publish(content, read_live(content, tmp_path, ())))

    assert TakeState.WORDLESS is catalogue.states("zu")["welcome"]
    assert "welcome" not in [each.id for each in catalogue.to_record("zu", "all")]
    assert "welcome" in names(find(catalogue, Wanted("zu", "missing"), Marks()))
