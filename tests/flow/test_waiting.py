"""A caller in the queue: what they hear, what their keys do, and how the wait ends."""

from dataclasses import replace

import pytest

from ivr.flow.call import Call, Kind
from ivr.flow.events import Continued, Lost, NobodyCame, QueueEnded, QueueOutcome, Troubled
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Enqueue, Gather, Leave, Play, Record
from ivr.flow.waiting import timed
from tests.flow.cast import HELPLINE, NOON, person, queueing
from tests.flow.story import Story

ANNA = queueing(person("anna"))
LEFT = QueueOutcome.LEFT


def waiting(helpline: Helpline = ANNA, *keys: str) -> Story:
    """A caller who has asked for a person and hears the first word in the queue."""
    return Story(helpline).presses("1", *keys, "0").happens(Continued(NOON))


def leaves(story: Story) -> Story:
    """The network has taken the caller out of the queue, as it was told."""
    assert isinstance(story.turn.then, Leave)
    return story.happens(QueueEnded(NOON, LEFT))


def after_seconds(story: Story, seconds: int) -> Story:
    """What the network says of the time in the queue, before what happens next."""
    story.call = timed(story.call, seconds)
    return story


def heard_through(story: Story, documents: int) -> list[str]:
    """What a caller who does nothing hears, one document after the other."""
    heard = list(story.heard)
    for _ in range(documents - 1):
        heard += story.is_silent().heard
    return heard


def test_zero_leads_into_a_queue_of_the_callers_own() -> None:
    story = Story(ANNA).presses("1", "0")

    assert (Enqueue(1), Kind.WAIT) == (story.turn.then, story.call.place.kind)


def test_the_caller_is_told_what_is_done_then_what_they_can_do_then_hears_something_soft() -> None:
    assert [
        *("wait.finding", "wait.listen", "wait.callback", "wait.message", "wait.stay"),
        *("wait.comfort", "wait.comfort"),
    ] == heard_through(waiting(), 7)


def test_without_call_backs_none_is_offered() -> None:
    assert "wait.callback" not in heard_through(waiting(replace(ANNA, callbacks=False)), 30)


@pytest.mark.parametrize("keys", ["", "1", "12", "19", "111"])
def test_a_wait_document_plays_one_prompt_and_listens(keys: str) -> None:
    story = waiting()
    for key in ["", *keys]:
        turn = story.turn if not key else story.presses(key).turn

        assert (1, Gather) == (len(turn.plays), type(turn.then))


def test_how_long_it_may_still_take_never_goes_up() -> None:
    story, told = waiting(), []
    for second in range(0, 160, 4):
        told += [int(each[-1]) for each in story.heard if each.startswith("wait.minutes.")]
        after_seconds(story, second).is_silent()

    assert told
    assert sorted(told, reverse=True) == told
    assert len(told) == len(set(told))


def test_the_same_request_gets_the_same_document_whenever_it_comes() -> None:
    first, second = waiting(), waiting()
    second.at = NOON.replace(year=2030)

    assert after_seconds(first, 40).is_silent().turn == after_seconds(second, 40).is_silent().turn


def test_the_wait_ends_before_three_minutes_are_over() -> None:
    story = after_seconds(waiting(), 164).is_silent()

    assert Leave() == story.turn.then
    assert ["nobody.answered", "message.offer"] == leaves(story).heard[:2]


def test_a_network_that_never_tells_the_time_ends_the_wait_too() -> None:
    story, documents = waiting(), 1
    while not isinstance(story.turn.then, Leave):
        story.is_silent()
        documents += 1

    assert documents < 40


def test_one_listens_to_the_menus_prompt_by_prompt() -> None:
    story = waiting().presses("1")

    assert ["main.overdose", "main.counsellor", "main.more", "main.message"] == heard_through(story, 4)


def test_a_segment_is_heard_part_by_part_and_leads_back_to_the_wait() -> None:
    story = waiting().presses("1", "2", "1")

    assert ["break.tolerance", "break.safer", "segment.end", "wait.listen"] == heard_through(story, 4)


def test_the_star_leads_up_and_at_the_top_back_to_the_wait_menu() -> None:
    story = waiting().presses("1", "2", "*")

    assert "main" == story.call.place.name
    assert ["wait.listen"] == story.presses("*").heard


def test_nine_is_the_emergency_and_the_place_is_kept() -> None:
    story = waiting().presses("9")

    assert (["overdose.signs"], True) == (story.heard, story.call.queued)


def test_nine_is_the_emergency_even_when_time_is_up() -> None:
    story = after_seconds(waiting(), 179).presses("9")

    assert "overdose.signs" in leaves(story).heard


def test_zero_keeps_the_place_and_says_that_somebody_is_sought() -> None:
    story = waiting().presses("1", "0")

    assert (["wait.finding"], 1) == (story.heard, story.call.wait.entry if story.call.wait else 0)


def test_a_wrong_key_is_told_and_the_third_leads_back_to_the_wait() -> None:
    story = waiting().presses("7")

    assert ["wrong.key"] == story.heard
    assert ["wait.listen"] == story.presses("7", "7").heard


def test_whatever_is_pressed_there_is_only_one_entry_unless_the_caller_leaves() -> None:
    story = waiting().presses("1", "2", "1", "#", "0", "1", "9", "*", "0")

    assert (1, True) == (story.call.wait and story.call.wait.entry, story.call.queued)


def test_three_leaves_the_queue_for_the_recorder() -> None:
    story = leaves(waiting().presses("3"))

    assert (["message.speak"], Record) == (story.heard, type(story.turn.then))


def test_two_leaves_the_queue_for_a_call_back() -> None:
    assert ["callback.safe", "answer.yes", "answer.no"] == leaves(waiting().presses("2")).heard


def test_who_has_heard_the_overdose_segment_hears_the_number_again_before_a_message() -> None:
    assert "emergency.reminder" == leaves(waiting(ANNA, "9").presses("3")).heard[0]


@pytest.mark.parametrize("key", ["2", "3"])
def test_the_star_goes_back_to_the_queue_with_the_time_already_waited(key: str) -> None:
    story = leaves(after_seconds(waiting(), 90).presses(key)).presses("*")

    assert Enqueue(2) == story.turn.then
    assert 90 == (story.call.wait.waited if story.call.wait else 0)


@pytest.mark.parametrize("key", ["2", "3"])
def test_the_star_goes_back_to_the_queue_however_soon_the_caller_had_left_it(key: str) -> None:
    story = leaves(after_seconds(waiting(), 0).presses(key)).presses("*")

    assert Enqueue(2) == story.turn.then


def test_the_star_goes_back_to_the_queue_again_and_again() -> None:
    story = leaves(after_seconds(waiting(), 60).presses("3")).presses("*").happens(Continued(NOON))
    leaves(after_seconds(story, 30).presses("2")).presses("*")

    assert Enqueue(3) == story.turn.then
    assert 90 == (story.call.wait.waited if story.call.wait else 0)


def test_who_goes_back_to_the_queue_while_their_number_is_read_back_hears_that_they_will_be_called() -> None:
    story = leaves(after_seconds(waiting(), 60).presses("2")).presses("1", "1", "2", "0215550123", "*")

    assert (["callback.kept"], Enqueue(2)) == (story.heard, story.turn.then)


def test_time_in_the_second_queue_counts_on() -> None:
    story = leaves(after_seconds(waiting(), 90).presses("3")).presses("*").happens(Continued(NOON))

    assert Leave() == after_seconds(story, 80).is_silent().turn.then


def test_after_a_conversation_the_caller_hears_a_word() -> None:
    story = waiting().happens(QueueEnded(NOON, QueueOutcome.REACHED))

    assert ["after.conversation", "after.choice"] == story.heard


def test_after_a_conversation_the_caller_can_be_asked_one_question() -> None:
    story = waiting(replace(ANNA, question=True)).happens(QueueEnded(NOON, QueueOutcome.REACHED))

    assert ["after.conversation", "question.helped", "answer.yes", "answer.no"] == story.heard
    assert ["question.thanks", "after.choice"] == story.presses("1").heard


def test_when_everybody_was_rung_in_vain_a_promise_is_offered() -> None:
    story = waiting().happens(NobodyCame(NOON))

    assert [
        "nobody.answered",
        "message.offer",
        "again.counsellor",
        "again.menu",
        "callback.offer",
    ] == story.heard


def test_who_does_nothing_after_the_wait_is_at_the_recorder_after_being_asked_twice() -> None:
    story = waiting().happens(NobodyCame(NOON)).is_silent()

    assert "no.key" == story.heard[0]
    assert isinstance(story.is_silent().turn.then, Record)


def test_who_left_for_a_reason_not_known_here_can_choose_a_promise() -> None:
    story = Story(ANNA).presses("1", "0").happens(QueueEnded(NOON, LEFT))

    assert "message.offer" == story.heard[0]


def test_a_queue_that_fails_has_phones_rung_one_after_the_other() -> None:
    story = Story(ANNA).presses("1", "0").happens(QueueEnded(NOON, QueueOutcome.FAILED))

    assert "anna" == getattr(story.turn.then, "person", "")


def test_a_queue_that_fails_after_a_while_leaves_only_the_rest_of_the_time() -> None:
    story = after_seconds(waiting(), 150).happens(QueueEnded(NOON, QueueOutcome.FAILED))

    assert "nobody.answered" == story.heard[0]


def test_when_phones_cannot_be_rung_for_a_queue_any_more_they_are_rung_one_after_the_other() -> None:
    story = waiting()
    story.helpline = replace(ANNA, queueing=False)

    assert "anna" == getattr(leaves(story.is_silent()).turn.then, "person", "")


def test_the_phones_rung_one_after_the_other_get_only_the_time_that_is_left() -> None:
    story = after_seconds(waiting(), 120)
    story.helpline = replace(ANNA, queueing=False)
    leaves(story.is_silent())

    assert 19 == getattr(
        story.turn.then, "seconds", 0
    )  # of 180: 120 waited, 41 for words, network and screening


def test_trouble_in_the_queue_is_told_and_the_place_kept() -> None:
    story = waiting().happens(Troubled(NOON))

    assert (["trouble"], True) == (story.heard, story.call.queued)


def test_a_network_that_comes_back_empty_hears_the_next_prompt() -> None:
    assert ["wait.finding"] == Story(ANNA).presses("1", "0").happens(Lost(NOON)).heard


def test_a_second_wait_in_one_call_is_another_entry() -> None:
    story = waiting().happens(QueueEnded(NOON, QueueOutcome.REACHED)).presses("0")

    assert Enqueue(2) == story.turn.then


def test_as_often_as_a_caller_may_try_they_may_wait() -> None:
    story = Story(ANNA).presses("1")
    for entry in range(1, HELPLINE.limits.tries + 1):
        assert Enqueue(entry) == story.presses("0").turn.then
        story.happens(Continued(NOON), NobodyCame(NOON))

    assert "nobody.answered" == story.presses("0").heard[0]


def test_in_the_queue_everything_is_in_the_callers_language() -> None:
    story = Story(ANNA).presses("2", "0").happens(Continued(NOON))
    story.presses("1")

    assert ["af"] == [each.language for each in story.turn.plays if isinstance(each, Play)]


def test_a_call_that_was_never_in_a_queue_keeps_no_time() -> None:
    call = Call("en", Story(ANNA).call.place)

    assert call == timed(call, 40)
