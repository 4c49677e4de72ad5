"""Every situation that a caller can get into, walked."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from ivr.content.check import silent_circle
from ivr.flow.call import Call, Kind
from ivr.flow.caller import TRANSITIONS
from ivr.flow.helpline import Announced, Helpline, Welcome
from ivr.flow.turns import Gather, HangUp
from ivr.flow.walk import Walk, walk
from tests.flow.cast import HELPLINE, NOON, DoorOf, person, queueing, staffed

pytestmark = pytest.mark.slow

IMPATIENT = replace(HELPLINE.limits, tries=1, silences=1, wrong_keys=2)
QUEUE = replace(queueing(person("anna")), languages=("en",), shipped_languages=("en",), limits=IMPATIENT)
NEWS = Announced("announcement.1", NOON, NOON + timedelta(days=1), frozenset({"en", "af"}))
ROSTERS = {
    "nobody": HELPLINE,
    "one person": staffed(person("anna")),
    "two people": replace(staffed(person("anna"), person("ben")), limits=replace(HELPLINE.limits, tries=2)),
    "a fallback number": replace(HELPLINE, fallback_number="+12025550199"),
    "a queue": QUEUE,
    "a queue, and a question afterwards": replace(QUEUE, question=True, callbacks=False),
    "something is announced": replace(HELPLINE, announcements=(NEWS,), limits=IMPATIENT),
    "a limited caller": replace(QUEUE, door=DoorOf(Welcome.LIMITED)),
    "a blocked caller": replace(QUEUE, door=DoorOf(Welcome.BLOCKED)),
}
SOUGHT = {
    Welcome.FREE: {Kind.RING, Kind.CLOSED, Kind.WAIT},
    Welcome.LIMITED: {Kind.MENU, Kind.AFTER},
    Welcome.BLOCKED: {Kind.MENU, Kind.AFTER},
}


@cache
def walk_with(roster: str) -> Walk:
    return walk(ROSTERS[roster], NOON)


@pytest.fixture(params=ROSTERS)
def walked(request: pytest.FixtureRequest) -> tuple[Helpline, Walk]:
    return ROSTERS[request.param], walk_with(request.param)


def test_no_caller_goes_round_for_ever_without_doing_anything(walked: tuple[Helpline, Walk]) -> None:
    assert () == silent_circle(walked[1].steps)


def test_there_is_a_way_on_from_everywhere_but_goodbye(walked: tuple[Helpline, Walk]) -> None:
    left = {step.before for step in walked[1].steps}
    ends = {call for call in walked[1].turns if call not in left}

    assert all(isinstance(walked[1].turns[call].then, HangUp) for call in ends)


def test_nobody_is_hung_up_on_without_a_word(walked: tuple[Helpline, Walk]) -> None:
    closed = {call: turn for call, turn in walked[1].turns.items() if isinstance(turn.then, HangUp)}
    bare = {call for call, turn in closed.items() if not turn.plays}

    assert {Kind.GOODBYE} >= {call.place.kind for call in closed if call not in bare}
    assert {"Recorded", "QueueEnded"} >= {
        step.event for step in walked[1].steps if step.after in bare and not step.silent
    }


def test_zero_and_nine_work_wherever_keys_are_awaited(walked: tuple[Helpline, Walk]) -> None:
    helpline, found = walked
    turns = found.turns.items()
    asked = {call for call, turn in turns if isinstance(turn.then, Gather) and turn.then.digits == 1}
    after: dict[tuple[Call, str], Call] = {(step.before, step.event): step.after for step in found.steps}

    assert all(helpline.emergency == after[call, "9"].place.name for call in asked)
    assert all(after[call, "0"].place.kind in SOUGHT[helpline.door.welcome()] for call in asked)


def test_the_caller_is_never_taken_back_by_the_state_itself(walked: tuple[Helpline, Walk]) -> None:
    assert all(len(call.trail) <= 4 for call in walked[1].turns)


def test_the_walk_meets_every_transition_of_the_table() -> None:
    met = {call.place.kind for roster in ROSTERS for call in walk_with(roster).turns}

    assert {kind for kind, _ in TRANSITIONS} - {Kind.START} == met
