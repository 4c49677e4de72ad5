import pytest

from ivr.flow.events import Continued, NothingRecorded, NotKept, Recorded, RecordingArrived
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Dial, Go, HangUp, MessageLeft, PlayBack, Record, RecordingDropped
from tests.flow.cast import HELPLINE, NOON, person, staffed
from tests.flow.story import Story

FIRST, SECOND = "RE" + "1" * 32, "RE" + "2" * 32


def at_the_tone(helpline: Helpline = HELPLINE) -> Story:
    return Story(helpline).presses("1", "3")


def test_a_message_is_recorded_within_limits_and_ended_by_hash_or_a_key_of_everywhere() -> None:
    assert Record(longest=120, silence=5, finish="#09*") == at_the_tone().turn.then


def test_a_message_is_handed_over_before_anything_else_is_said() -> None:
    story = at_the_tone().speaks(9, FIRST)

    assert (MessageLeft(FIRST, 9, "en", attempt=1),) == story.turn.happened
    assert ["message.moment"] == story.heard


def test_hanging_up_after_two_seconds_of_speech_leaves_the_message() -> None:
    story = at_the_tone().speaks(2, FIRST, hung_up=True)

    assert (MessageLeft(FIRST, 2, "en", attempt=1),) == story.turn.happened
    assert HangUp() == story.turn.then


def test_hanging_up_at_the_tone_leaves_nothing_anywhere() -> None:
    assert (RecordingDropped(FIRST),) == at_the_tone().speaks(1, FIRST, hung_up=True).turn.happened


def test_a_recording_too_short_to_be_a_message_is_dropped_and_asked_for_again() -> None:
    story = at_the_tone().speaks(1, FIRST)

    assert (RecordingDropped(FIRST),) == story.turn.happened
    assert ["message.empty", "message.speak"] == story.heard


def test_a_recording_whose_length_nobody_knows_is_kept() -> None:
    story = at_the_tone().happens(Recorded(NOON, FIRST, None))

    assert (MessageLeft(FIRST, 0, "en", attempt=1),) == story.turn.happened


def test_the_caller_hears_their_own_words_and_chooses() -> None:
    story = at_the_tone().speaks(9, FIRST).happens(RecordingArrived(NOON))

    assert ["message.listen", "recording", "message.keep", "message.again"] == story.heard
    assert PlayBack(FIRST) == story.turn.plays[1]


def test_a_recording_that_does_not_come_is_kept_unheard_after_fifteen_seconds() -> None:
    story = at_the_tone().speaks(9, FIRST)
    pauses = []
    while isinstance(story.turn.then, Go):
        pauses.append(story.turn.then.pause)
        story.happens(Continued(NOON))

    assert 13 <= sum(pauses) <= 15
    assert ["message.unheard", "after.choice"] == story.heard


def test_a_caller_who_waits_for_their_recording_is_spoken_to_again() -> None:
    story, silent = at_the_tone().speaks(9, FIRST), [0]
    while isinstance(story.turn.then, Go):
        silent = [*silent, 0] if story.heard else silent
        silent[-1] += story.turn.then.pause
        story.happens(Continued(NOON))

    assert max(silent) <= 8


def test_keeping_it_is_thanked_for() -> None:
    story = at_the_tone().speaks().happens(RecordingArrived(NOON)).presses("1")

    assert ["message.kept", "after.choice"] == story.heard


def test_a_silent_caller_keeps_it() -> None:
    story = at_the_tone().speaks().happens(RecordingArrived(NOON)).is_silent(3)

    assert ["message.kept", "after.choice"] == story.heard


def test_a_second_recording_is_the_second_attempt_of_the_same_message() -> None:
    story = at_the_tone().speaks(9, FIRST).happens(RecordingArrived(NOON)).presses("2").speaks(5, SECOND)

    assert (MessageLeft(SECOND, 5, "en", attempt=2),) == story.turn.happened


@pytest.mark.parametrize("leave", ["1", "*"])
def test_a_message_that_was_kept_is_never_replaced_by_a_later_one(leave: str) -> None:
    story = at_the_tone().speaks(9, FIRST).happens(RecordingArrived(NOON)).presses(leave)
    while "message.speak" not in story.heard:
        story.presses("*" if story.heard[-1] == "after.choice" else "3")

    assert (MessageLeft(SECOND, 5, "en", attempt=1, message=2),) == story.speaks(5, SECOND).turn.happened


def test_silence_after_a_second_message_is_asked_for_is_told_as_nothing_heard() -> None:
    story = at_the_tone().speaks(9, FIRST).happens(RecordingArrived(NOON)).presses("*", "3")

    assert "message.empty" == story.happens(NothingRecorded(NOON)).heard[0]


def test_silence_instead_of_a_second_recording_keeps_the_first() -> None:
    story = at_the_tone().speaks().happens(RecordingArrived(NOON)).presses("2").happens(NothingRecorded(NOON))

    assert ["message.kept", "after.choice"] == story.heard


@pytest.mark.parametrize(
    ("key", "heard"),
    [
        ("0", ["ring.looking"]),
        ("9", ["overdose.signs"]),
        ("*", ["message.kept", "main.overdose", "main.counsellor", "main.more", "main.message"]),
    ],
)
def test_the_keys_of_everywhere_end_the_message_keep_it_and_lead_where_they_always_do(
    key: str, heard: list[str]
) -> None:
    story = at_the_tone(staffed(person("anna"))).speaks(9, FIRST, keys=key)

    assert heard == story.heard
    assert (MessageLeft(FIRST, 9, "en", attempt=1),) == story.turn.happened


@pytest.mark.parametrize(("key", "heard"), [("0", "ring.looking"), ("9", "overdose.signs")])
def test_a_key_of_everywhere_before_a_word_is_said_leaves_no_message(key: str, heard: str) -> None:
    at_once = at_the_tone(staffed(person("anna"))).presses(key)
    too_short = at_the_tone(staffed(person("anna"))).speaks(1, FIRST, keys=key)

    assert (heard, ()) == (at_once.heard[0], at_once.turn.happened)
    assert (heard, (RecordingDropped(FIRST),)) == (too_short.heard[0], too_short.turn.happened)


def test_hash_before_a_word_is_said_is_nothing_recorded() -> None:
    assert ["message.empty", "message.speak"] == at_the_tone().presses("#").heard


def test_going_back_from_a_second_recording_tells_that_the_first_is_kept() -> None:
    again = at_the_tone().speaks(9, FIRST).happens(RecordingArrived(NOON)).presses("2")

    assert "message.kept" == again.speaks(1, SECOND, keys="*").heard[0]


@pytest.mark.parametrize("key", ["0", "9", "*"])
def test_a_message_ended_by_a_key_and_not_made_safe_is_told_to_be_lost(key: str) -> None:
    story = at_the_tone(staffed(person("anna"))).speaks(9, FIRST, keys=key).happens(NotKept(NOON))

    assert "message.lost" == story.heard[0]


def test_silence_after_the_tone_is_asked_again_once_and_then_ends_in_words() -> None:
    story = at_the_tone().happens(NothingRecorded(NOON))

    assert ["message.empty", "message.speak"] == story.heard
    assert ["goodbye"] == story.happens(NothingRecorded(NOON)).heard


def test_a_message_that_could_not_be_made_safe_is_never_thanked_for() -> None:
    story = Story(staffed(person("anna"))).presses("1", "3").speaks().happens(NotKept(NOON))

    assert ["message.lost", "ring.looking"] == story.heard
    assert Dial("anna", 20) == story.turn.then
