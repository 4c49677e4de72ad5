"""What staff announce: heard after the welcome, once, in its time, by those for whom it has sound."""

from dataclasses import replace
from datetime import timedelta

from ivr.flow.call import Kind
from ivr.flow.helpline import Announced
from tests.flow.cast import HELPLINE, NOON
from tests.flow.story import Story

HOUR = timedelta(hours=1)
BOTH = frozenset({"en", "af"})
SUPPLY = Announced("announcement.7", NOON - HOUR, NOON + HOUR, BOTH)
FRIDAY = Announced("announcement.5", NOON - 2 * HOUR, NOON + HOUR, BOTH)
MENU = ["main.overdose", "main.counsellor", "main.more", "main.message"]


def announcing(*what: Announced) -> Story:
    return Story(replace(HELPLINE, announcements=what))


def test_it_is_heard_between_the_welcome_and_the_menu() -> None:
    call = announcing(SUPPLY).presses("1")

    assert ["welcome", "announcement.7", *MENU] == call.heard


def test_it_is_heard_in_the_callers_language() -> None:
    call = announcing(SUPPLY).presses("2")

    assert {"af"} == set(call.languages)


def test_a_caller_for_whom_it_has_no_sound_hears_the_menu() -> None:
    call = announcing(replace(SUPPLY, languages=frozenset({"en"}))).presses("2")

    assert ["welcome", *MENU] == call.heard


def test_it_begins_with_its_first_moment_and_has_ended_with_its_last() -> None:
    first = announcing(replace(SUPPLY, starts=NOON)).presses("1")
    early = announcing(replace(SUPPLY, starts=NOON + timedelta(microseconds=1))).presses("1")
    late = announcing(replace(SUPPLY, ends=NOON)).presses("1")

    assert "announcement.7" in first.heard
    assert "announcement.7" not in early.heard + late.heard


def test_no_caller_hears_more_than_two_and_the_first_come_first() -> None:
    call = announcing(SUPPLY, FRIDAY, replace(SUPPLY, prompt="announcement.2")).presses("1")

    assert ["welcome", "announcement.7", "announcement.5", *MENU] == call.heard


def test_what_is_not_on_takes_no_place_of_what_is() -> None:
    over = replace(SUPPLY, prompt="announcement.9", ends=NOON)
    call = announcing(over, over, SUPPLY).presses("1")

    assert ["welcome", "announcement.7", *MENU] == call.heard


def test_it_is_heard_once_in_a_call() -> None:
    call = announcing(SUPPLY).presses("1")

    assert MENU == call.presses("#").heard
    assert ["welcome", *MENU] == call.presses("*", "1").heard


def test_who_went_elsewhere_before_choosing_a_language_hears_it_when_they_choose() -> None:
    call = announcing(SUPPLY).presses("9", "*", "1")

    assert ["welcome", "announcement.7", *MENU] == call.heard


def test_who_has_chosen_the_wrong_language_hears_it_again_in_their_own() -> None:
    call = announcing(SUPPLY).presses("1", "*", "2")

    assert ["welcome", "announcement.7", *MENU] == call.heard
    assert {"af"} == set(call.languages)


def test_keys_work_while_it_is_heard() -> None:
    assert Kind.CLOSED is announcing(SUPPLY).presses("1", "0").call.place.kind
    assert ["overdose.signs"] == announcing(SUPPLY).presses("1", "9").heard
    assert "more.break" in announcing(SUPPLY).presses("1", "2").heard


def test_who_chooses_no_language_hears_it_in_the_first() -> None:
    call = announcing(SUPPLY).is_silent(2)

    assert ["welcome", "announcement.7", *MENU] == call.heard


def test_where_there_is_one_language_it_is_the_first_thing_after_the_welcome() -> None:
    alone = replace(HELPLINE, languages=("en",), shipped_languages=("en",), announcements=(SUPPLY,))

    assert ["welcome", "announcement.7", *MENU] == Story(alone).heard


def test_who_cannot_come_back_to_the_languages_carries_nothing_about_it() -> None:
    """Else every place would be there twice, and the proof that nobody gets stuck would take longer."""
    alone = replace(HELPLINE, languages=("en",), shipped_languages=("en",), announcements=(SUPPLY,))
    main = announcing(SUPPLY).presses("1")
    elsewhere = announcing(SUPPLY).presses("1", "0", "3")

    assert main.call.announced
    assert "main.overdose" in elsewhere.heard
    assert not elsewhere.call.announced
    assert not Story(alone).call.announced
