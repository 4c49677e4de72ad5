"""Where keys lead: the walk proves that nobody is stuck, this that they are in the right place."""

from dataclasses import replace

import pytest

from ivr.flow.call import Kind, Place
from ivr.flow.turns import Dial, HangUp
from tests.flow.cast import HELPLINE, person, staffed
from tests.flow.story import Story

WITHOUT_AFRIKAANS = replace(HELPLINE, languages=("en", "sw"), shipped_languages=("en", "af", "sw"))
MAIN = ["main.overdose", "main.counsellor", "main.more", "main.message"]


def test_each_language_names_itself_in_its_own_words() -> None:
    story = Story()

    assert ["language.choice", "language.choice"] == story.heard
    assert ["en", "af"] == story.languages


def test_a_single_language_is_not_asked_for() -> None:
    story = Story(replace(HELPLINE, languages=("en",)))

    assert ["welcome", *MAIN] == story.heard


def test_the_language_chosen_is_the_language_of_the_whole_call() -> None:
    story = Story().presses("2", "2", "1")

    assert ["af"] == story.languages


def test_a_language_that_is_not_offered_is_a_wrong_key() -> None:
    story = Story(WITHOUT_AFRIKAANS).presses("2")

    assert "wrong.key" == story.heard[0]


def test_a_language_keeps_its_key_when_one_before_it_is_not_offered() -> None:
    story = Story(WITHOUT_AFRIKAANS).presses("3")

    assert "sw" == story.call.language


def test_a_second_silence_at_the_languages_means_the_default_one() -> None:
    story = Story().is_silent(2)

    assert "en" == story.call.language
    assert ["welcome", *MAIN] == story.heard


def test_more_than_eight_languages_come_in_pages() -> None:
    codes = tuple(f"l{letter}" for letter in "abcdefghij")
    story = Story(replace(HELPLINE, languages=codes, shipped_languages=codes))

    assert [*codes[:7], "la"] == story.languages
    assert [*codes[7:], "la"] == story.presses("8").languages
    assert "li" == story.presses("2").call.language


def test_a_menu_key_leads_where_it_says() -> None:
    assert Place(Kind.MENU, "more") == Story().presses("1", "2").call.place


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ("122*", Place(Kind.MENU, "more")),
        ("122**", Place(Kind.MENU, "main")),
        ("122***", Place(Kind.LANGUAGE)),
        ("121*", Place(Kind.MENU, "more")),
        ("121#*", Place(Kind.MENU, "more")),
        ("129*", Place(Kind.MENU, "more")),
        ("1219*", Place(Kind.MENU, "more")),
        ("9*", Place(Kind.LANGUAGE)),
        ("120*", Place(Kind.MENU, "more")),
    ],
)
def test_star_leads_to_the_question_before(keys: str, place: Place) -> None:
    assert place == Story().presses(*keys).call.place


def test_star_does_not_lengthen_the_way_back() -> None:
    there = Story().presses("1", "2")
    back = Story().presses("1", "2", "1", "*", "1", "*")

    assert there.call == replace(back.call, topic="")


def test_hash_says_a_menu_again() -> None:
    menu = Story().presses("1", "2")

    assert menu.heard == menu.presses("#").heard


def test_hash_skips_to_the_next_prompt_of_a_segment_and_then_to_its_end() -> None:
    story = Story().presses("1", "2", "1")

    assert ["break.tolerance"] == story.heard
    assert ["break.safer"] == story.presses("#").heard
    assert ["segment.end"] == story.presses("#").heard


def test_hash_at_the_end_of_a_segment_begins_it_again() -> None:
    assert ["break.tolerance"] == Story().presses("1", "2", "1", "#", "#", "#").heard


def test_a_segment_goes_on_by_itself() -> None:
    assert ["segment.end"] == Story().presses("1", "2", "1").is_silent(2).heard


def test_nine_is_overdose_and_zero_a_person_even_before_a_language_is_chosen() -> None:
    assert ["overdose.signs"] == Story().presses("9").heard
    assert Dial("anna", 20) == Story(staffed(person("anna"))).presses("0").turn.then


def test_any_key_but_a_choice_is_said_to_be_wrong_and_the_question_asked_again() -> None:
    story = Story().presses("1", "7")

    assert ["wrong.key", *MAIN] == story.heard


def test_the_third_wrong_key_leads_to_a_person() -> None:
    story = Story(staffed(person("anna"))).presses("1", "7", "8", "7")

    assert ["to.person", "ring.looking"] == story.heard
    assert Dial("anna", 20) == story.turn.then


def test_a_right_key_forgives_the_wrong_ones() -> None:
    story = Story().presses("1", "7", "7", "2", "7")

    assert "wrong.key" == story.heard[0]


def test_silence_is_asked_again_twice_and_then_leads_to_a_person() -> None:
    story = Story(staffed(person("anna"))).presses("1").is_silent()

    assert "no.key" == story.heard[0]
    assert "no.key" == story.is_silent().heard[0]
    assert ["to.person", "ring.looking"] == story.is_silent().heard


@pytest.mark.parametrize(
    ("setting", "heard"),
    [("message", ["message.speak"]), ("goodbye", ["goodbye"])],
)
def test_what_follows_silence_is_a_setting(setting: str, heard: list[str]) -> None:
    story = Story(replace(HELPLINE, after_silence=setting)).presses("1").is_silent(3)

    assert heard == story.heard


def test_the_overdose_segment_repeats_itself_for_hands_that_are_busy_and_then_finds_a_person() -> None:
    story = Story(staffed(person("anna"))).presses("9").is_silent(2)

    assert ["segment.end"] == story.heard
    assert ["overdose.signs"] == story.is_silent().heard
    assert ["overdose.signs"] == story.is_silent(3).heard
    assert Dial("anna", 20) == story.is_silent(3).turn.then


def test_the_line_closes_only_after_a_goodbye() -> None:
    story = Story(staffed()).presses("1").is_silent(3).is_silent(3)

    assert ["message.speak"] == story.heard
    assert HangUp() != story.turn.then
