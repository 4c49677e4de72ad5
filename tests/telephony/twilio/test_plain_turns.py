"""What is remembered of plain turns: by the way to them, so many, and no longer than one world."""

from dataclasses import replace

from ivr.flow.call import Kind, Place, new_call
from ivr.flow.turns import Gather, Turn
from ivr.telephony.twilio.plain_turns import PlainTurn, PlainTurns, Way, first_way, way_of
from tests.flow.cast import HELPLINE

CALL = replace(new_call(HELPLINE), place=Place(Kind.MENU, "main"))
TURN = PlainTurn(CALL, CALL, Turn((), Gather(5)), "<Response/>")


def way(key: str) -> Way:
    return "en", "g", "m", key


def test_a_turn_is_found_by_the_way_to_it_alone() -> None:
    turns = PlainTurns()
    turns.keep(way("1"), TURN)

    assert (TURN, None, None) == (turns.get(way("1")), turns.get(way("2")), turns.get(None))


def test_there_are_never_more_than_so_many() -> None:
    turns = PlainTurns(most=3)
    for key in "1234":
        turns.keep(way(key), TURN)

    assert ["4"] == [key for key in "1234" if turns.get(way(key))]


def test_the_key_is_part_of_the_way_where_keys_were_asked_for() -> None:
    assert ("en", "g", "m", "2") == way_of("en", "g", "m", {"Digits": "2"})


def test_silence_is_a_way_of_its_own_whatever_else_is_told() -> None:
    assert ("en", "t", "m", "") == way_of("en", "t", "m", {"Digits": "2"})


def test_a_caller_in_a_queue_comes_no_plain_way() -> None:
    assert way_of("en", "g", "m", {"Digits": "2", "QueueSid": "QU" + "0" * 32}) is None


def test_a_number_that_was_keyed_in_is_not_remembered() -> None:
    assert way_of("en", "g", "o", {"Digits": "0821234567"}) is None


def test_what_is_no_doing_of_the_callers_is_no_plain_way() -> None:
    assert [None] * 6 == [way_of("en", letter, "m", {}) for letter in "rndwqo"]


def test_a_call_without_a_number_comes_another_way_than_one_with_it() -> None:
    assert first_way(withheld=True) != first_way(withheld=False)
