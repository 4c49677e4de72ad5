"""What the events of a call come to, and what of it counts."""

import random

import pytest

from ivr.storage.call_summary import CallEvent, measures, places, summarise
from tests.storage.calls_told import after, ended, heard_segment, left_waiting, reached_call, told


def outcome(events: list[CallEvent]) -> str:
    return summarise(events).outcome


def test_a_caller_who_is_reached_has_waited_as_long_as_the_network_says() -> None:
    call = summarise(reached_call(waited=15))

    assert ("reached", after(10), after(25), 15) == (call.outcome, call.asked, call.reached, call.waited)


@pytest.mark.parametrize(
    ("waited", "expected"),
    [(20, {"answered_20": 1, "answered_30": 1}), (21, {"answered_30": 1}), (31, {})],
)
def test_answered_in_time_is_up_to_and_with_that_second(waited: int, expected: dict[str, int]) -> None:
    events = reached_call(waited=waited)
    found = measures(summarise(events), events)

    assert {"offered": 1, "asked": 1, "answered": 1, "waited": waited, **expected} == found


def test_a_caller_who_hangs_up_in_the_queue_has_given_up_even_if_nobody_tells_of_the_end() -> None:
    events = left_waiting(waited=45)
    expected = {"offered": 1, "asked": 1, "abandoned": 1, "abandoned_30": 1}

    assert expected == measures(summarise(events), events)
    assert expected == measures(summarise(events[:-1]), events[:-1])


def test_a_caller_who_listens_while_waiting_and_hangs_up_has_given_up_too() -> None:
    events = left_waiting()
    events[2] = told(40, "segment tolerance", queued=True, call="CA2")

    assert "abandoned" == outcome(events)


def test_nobody_on_duty_and_nobody_answering_are_two_things() -> None:
    begin = [told(0, "language", "answered"), told(9, "closed", "pressed", "asked closed"), ended(20)]
    rung = [*left_waiting(call="CA1")[:2], told(190, "closed", "queue-ended", "unanswered"), ended(200)]

    assert ("nobody", "unanswered") == (outcome(begin), outcome(rung))
    assert {"offered": 1, "asked": 1, "nobody_on_duty": 1} == measures(summarise(begin), begin)
    assert {"offered": 1, "asked": 1, "nobody_answered": 1} == measures(summarise(rung), rung)


def test_who_leaves_the_wait_for_a_message_has_not_given_up() -> None:
    events = [*reached_call()[:2], told(40, "fetch", "recorded", "message over", lasted=12), ended(41)]

    assert "message" == outcome(events)
    assert {"offered": 1, "asked": 1, "messages": 1} == measures(summarise(events), events)


def test_with_one_phone_after_the_other_the_wait_ends_with_the_key_of_the_counsellor() -> None:
    events = [
        told(0, "language", "answered"),
        told(10, "ring", "pressed", "asked"),
        told(40, "ring", "dial-ended"),
        CallEvent("taken", "CA1", after(52), "", "", "taken"),
        told(400, "after", "dial-ended", "reached", lasted=355),
    ]

    assert ("reached", 42) == (summarise(events).outcome, summarise(events).waited)


def test_a_key_of_a_counsellor_whose_caller_was_never_connected_is_no_answer() -> None:
    events = [
        told(0, "language", "answered"),
        told(10, "ring", "pressed", "asked"),
        CallEvent("taken", "CA1", after(20), "", "", "taken"),
        told(21, "ring", "dial-ended"),
        ended(22),
    ]

    assert "abandoned" == outcome(events)


def test_a_segment_is_begun_and_heard_once_and_the_call_is_left_where_it_was() -> None:
    events = [*heard_segment(), told(13, "segment overdose", "pressed", "overdose", call="CA3")]
    found = places(summarise(events), events)

    assert {("begun", "overdose"), ("heard", "overdose"), ("left", "end overdose")} == found
    assert ("heard", "af", True) == (
        outcome(events),
        summarise(events).language,
        summarise(events).overdose,
    )


def test_a_call_that_goes_on_is_neither_left_nor_given_up() -> None:
    events = left_waiting()[:2]

    assert "open" == outcome(events)
    assert {"offered": 1, "asked": 1} == measures(summarise(events), events)
    assert frozenset() == places(summarise(events), events)


def test_a_call_that_the_helpline_makes_counts_nothing() -> None:
    events = reached_call()[1:]

    assert ({}, frozenset()) == (measures(summarise(events), events), places(summarise(events), events))


def test_the_order_in_which_events_arrive_does_not_matter() -> None:
    chance = random.Random(7)
    for events in (reached_call(), left_waiting(), heard_segment()):
        expected = summarise(events)
        for _ in range(20):
            chance.shuffle(events)

            assert expected == summarise(events)


def test_staff_who_go_on_to_the_recording_line_are_no_caller() -> None:
    events = [told(0, "language", "answered"), told(3, "language", "pressed", "staff"), ended(200)]
    call = summarise(events)

    assert ("staff", False) == (call.outcome, call.inbound)
    assert ({}, frozenset()) == (measures(call, events), places(call, events))


def test_who_comes_back_from_the_recording_line_is_a_caller_as_any_other() -> None:
    strayed = [told(0, "language", "answered"), told(3, "language", "pressed", "staff")]
    events = [*strayed, told(40, "menu main"), ended(60)]

    assert "left" == outcome(events)
    assert {"offered": 1, "gone": 1} == measures(summarise(events), events)
