import pytest

from ivr.flow.events import Answered, Continued, ImpossibleEvent, Pressed, TimedOut
from ivr.flow.screening import Accept, Ask, Decline, Leg, screen
from tests.flow.cast import HELPLINE, NOON

LEG = Leg("af", "en", "overdose")


def test_a_counsellor_hears_in_their_own_language_who_is_calling_and_about_what() -> None:
    _, said = screen(HELPLINE, LEG, Answered(NOON))

    assert isinstance(said, Ask)
    assert ["screen.call", "screen.language.en", "topic.overdose", "screen.accept"] == [
        each.prompt for each in said.plays
    ]
    assert {"af"} == {each.language for each in said.plays}


def test_one_connects() -> None:
    assert Accept() == screen(HELPLINE, LEG, Pressed(NOON, "1"))[1]


@pytest.mark.parametrize("key", ["2", "0", "#", "*", "9"])
def test_any_other_key_does_not(key: str) -> None:
    assert isinstance(screen(HELPLINE, LEG, Pressed(NOON, key))[1], Decline)


def test_a_voicemail_box_is_asked_twice_and_never_connected() -> None:
    leg, first = screen(HELPLINE, LEG, Answered(NOON))
    leg, second = screen(HELPLINE, leg, TimedOut(NOON))
    leg, third = screen(HELPLINE, leg, TimedOut(NOON))

    assert (Ask, Ask, Decline) == (type(first), type(second), type(third))


def test_what_cannot_happen_changes_nothing() -> None:
    with pytest.raises(ImpossibleEvent):
        screen(HELPLINE, LEG, Continued(NOON))
