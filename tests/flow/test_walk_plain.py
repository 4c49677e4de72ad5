"""What the walk leaves out of a state changes nothing that a caller hears afterwards."""

from dataclasses import replace

import pytest

from ivr.flow.call import Call
from ivr.flow.caller import advance
from ivr.flow.helpline import Choice, Helpline, Menu
from ivr.flow.walk import LEAVING, RECORDING, Walk, answers, plain, walk
from tests.flow.cast import HELPLINE, NOON, person, queueing, staffed

MAIN = Menu("main", (Choice("1", "overdose", "main.1"), Choice("2", "message", "main.2")))
LIMITS = replace(HELPLINE.limits, tries=1, silences=1, wrong_keys=2)


def simple(helpline: Helpline) -> Helpline:
    one = {name: each for name, each in HELPLINE.segments.items() if name == "overdose"}
    small = replace(helpline, main="main", menus={"main": MAIN}, segments=one, limits=LIMITS)
    return replace(small, languages=("en",), shipped_languages=("en",))


@pytest.fixture(params=[HELPLINE, staffed(person("anna")), queueing(person("anna"))])
def walked(request: pytest.FixtureRequest) -> tuple[Helpline, Walk]:
    helpline = simple(request.param)
    return helpline, walk(helpline, NOON)


def with_a_past(call: Call) -> Call:
    """The state of somebody who has done all this before."""
    attempt = call.attempt + 3 if call.attempt or call.place.kind not in LEAVING else 0
    recording = RECORDING if attempt else ""
    return replace(call, topic="overdose", attempt=attempt, recording=recording, messages=2, callbacks=1)


def test_whoever_has_a_past_hears_the_same_and_gets_to_the_same_places(walked: tuple[Helpline, Walk]) -> None:
    helpline, found = walked
    for call, said in found.turns.items():
        for event, _ in answers(said, NOON):
            after, turn = advance(helpline, call, event)
            later, again = advance(helpline, with_a_past(call), event)

            assert (turn.plays, type(turn.then), plain(after)) == (
                again.plays,
                type(again.then),
                plain(later),
            )


def test_a_past_is_told_apart_where_a_message_is_left(walked: tuple[Helpline, Walk]) -> None:
    places = {call.place.kind: set[int]() for call in walked[1].turns}
    for call in walked[1].turns:
        places[call.place.kind].add(call.attempt)

    assert {0} == set().union(*(each for kind, each in places.items() if kind not in LEAVING))
    assert {0, 1} == set().union(*(each for kind, each in places.items() if kind in LEAVING))
