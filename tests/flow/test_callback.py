"""A caller asks to be called back."""

from dataclasses import replace

import pytest

from ivr.flow.call import Kind
from ivr.flow.codec import encode
from ivr.flow.events import Answered, Continued, NotKept, Pressed
from ivr.flow.helpline import Welcome
from ivr.flow.turns import CallBackAsked, Gather, Record
from tests.flow.cast import NOON, DoorOf, person, queueing
from tests.flow.story import Story

NIGHT = queueing()
ANNA = queueing(person("anna"))


def asking(*keys: str) -> Story:
    """A caller whom nobody can take, and who wants to be called."""
    return Story(NIGHT).presses("1", "0", "4", *keys)


def keys_in(story: Story, keys: str) -> Story:
    return story.happens(Pressed(NOON, keys))


def test_safety_comes_first_then_the_time_then_the_number() -> None:
    story = asking()

    assert ["callback.safe", "answer.yes", "answer.no"] == story.heard
    assert "callback.now" == story.presses("1").heard[0]
    assert ["callback.this", "callback.other"] == story.presses("2").heard


def test_who_is_not_safe_is_not_called_but_can_leave_a_message() -> None:
    assert ["callback.unsafe", "message.offer"] == asking("2").heard[:2]


@pytest.mark.parametrize(
    ("key", "window"), [("1", "now"), ("2", "morning"), ("3", "afternoon"), ("4", "evening")]
)
def test_the_callers_own_number_is_promised_a_call_at_the_time_they_chose(key: str, window: str) -> None:
    story = asking("1", key, "1")

    assert (CallBackAsked(None, "en", window, 1),) == story.turn.happened
    assert ["callback.kept", "after.choice"] == story.heard


def test_another_number_is_kept_at_once_and_read_back() -> None:
    story = keys_in(asking("1", "1", "2"), "0215550123")

    assert (CallBackAsked("+27215550123", "en", "now", 1),) == story.turn.happened
    assert ["callback.read", "digit.0", "digit.2", "digit.1"] == story.heard[:4]
    assert ["callback.right", "callback.change"] == story.heard[-2:]
    assert ["callback.kept", "after.choice"] == story.presses("1").heard


def test_no_state_carries_the_number() -> None:
    story = keys_in(asking("1", "1", "2"), "0215550123")

    assert "5550123" not in encode(story.call)


def test_a_number_keyed_in_again_replaces_the_first() -> None:
    story = keys_in(keys_in(asking("1", "1", "2"), "0215550123").presses("2"), "0215550199")

    assert (CallBackAsked("+27215550199", "en", "now", 2),) == story.turn.happened


def test_the_star_clears_what_was_keyed() -> None:
    story = keys_in(asking("1", "1", "2"), "021*0215550123")

    assert (CallBackAsked("+27215550123", "en", "now", 1),) == story.turn.happened


def test_zero_and_nine_are_digits_while_a_number_is_keyed_in() -> None:
    story = asking("1", "1", "2")

    assert (Gather(5, 20, "#"), Kind.CHECK) == (story.turn.then, keys_in(story, "0915550123").call.place.kind)


def test_a_number_that_cannot_be_called_is_asked_for_again_and_the_third_time_the_caller_can_speak() -> None:
    story = keys_in(asking("1", "1", "2"), "12")

    assert ["callback.wrong", "callback.key"] == story.heard
    assert isinstance(keys_in(keys_in(story, "12"), "12").turn.then, Record)


def test_who_withholds_their_number_keys_one_in() -> None:
    story = Story(NIGHT)
    story.happens_first(Answered(NOON, withheld=True)).presses("1", "0", "4", "1", "1")

    assert ["callback.key"] == story.heard


def test_who_stays_silent_can_speak_instead() -> None:
    assert isinstance(asking().is_silent(3).turn.then, Record)


def test_who_says_nothing_to_the_number_read_back_is_called_there() -> None:
    assert "callback.kept" == keys_in(asking("1", "1", "2"), "0215550123").is_silent(3).heard[0]


def test_a_promise_that_could_not_be_kept_is_told_and_a_person_is_sought() -> None:
    story = Story(ANNA).presses("1", "0").happens(Continued(NOON)).presses("2")
    story.call = replace(story.call, place=replace(story.call.place, kind=Kind.AFTER))
    story.happens(NotKept(NOON, callback=True))

    assert "callback.lost" == story.heard[0]


def test_a_blocked_caller_is_promised_no_call() -> None:
    blocked = replace(NIGHT, door=DoorOf(Welcome.BLOCKED))

    assert "blocked.told" == Story(blocked).presses("1", "0").heard[0]


def test_a_limited_caller_hears_why_and_twice_at_most() -> None:
    story = Story(replace(ANNA, door=DoorOf(Welcome.LIMITED))).presses("1", "0")

    assert "limit.told" == story.heard[0]
    assert ["limit.told", "after.choice"] == story.presses("0").heard
    assert ["goodbye"] == story.is_silent().heard


def test_a_limited_caller_who_was_told_twice_still_reaches_the_emergency() -> None:
    story = Story(replace(ANNA, door=DoorOf(Welcome.LIMITED))).presses("1", "0", "0")

    assert ["overdose.signs"] == story.presses("9").heard
