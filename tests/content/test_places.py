from pathlib import Path

import pytest

from ivr.content import Content, load
from ivr.content.places import places_of

PROMPTS = Path(__file__).parents[2] / "prompts"


@pytest.fixture(scope="module")
def content() -> Content:
    return load(PROMPTS)


def test_a_choice_is_told_by_its_menu_and_its_key(content: Content) -> None:
    assert ("in the menu main, on key 1",) == places_of(content, "main.overdose")


def test_a_part_of_a_segment_is_told_by_its_place(content: Content) -> None:
    first = content.helpline.segments["overdose"].prompts[0]
    count = len(content.helpline.segments["overdose"].prompts)

    assert f"in overdose, part 1 of {count}" in places_of(content, first)


@pytest.mark.parametrize(
    ("expected", "prompt"),
    [
        ("to callers", "welcome"),
        ("in the menu of languages", "language.choice"),
        ("after the welcome, while it lasts", "announcement.3"),
        ("to a counsellor, before a caller of that language is put through", "screen.language.zu"),
    ],
)
def test_what_no_menu_says_is_told_by_whom_it_is_for(content: Content, expected: str, prompt: str) -> None:
    assert (expected,) == places_of(content, prompt)


def test_every_prompt_of_the_helpline_has_a_place(content: Content) -> None:
    assert [] == [name for name in content.prompts["en"] if not places_of(content, name)]
