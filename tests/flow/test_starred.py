"""Two stars where there is nothing to go back to: the way of staff to where they record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind, new_call
from ivr.flow.caller import advance
from ivr.flow.codec import decode, encode
from ivr.flow.helpline import Choice, Helpline, Menu, Segment
from ivr.flow.turns import Gather, ToStudio, Turn
from ivr.flow.walk import walk

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
MAIN = Menu("main", (Choice("1", "overdose", "main.overdose"),))
SEVERAL = Helpline(
    name="Themba",
    languages=("en", "zu"),
    main="main",
    emergency="overdose",
    menus={"main": MAIN},
    segments={"overdose": Segment("overdose", ("overdose.signs",))},
    studio=True,
)
ONE = replace(SEVERAL, languages=("en",))
CLOSED = replace(SEVERAL, studio=False)


def play(helpline: Helpline, keys: str) -> tuple[Call, Turn]:
    """What follows these keys, "." being silence; the state is written and read back between webhooks."""
    call, turn = advance(helpline, new_call(helpline), ev.Answered(AT))
    for key in keys:
        call = decode(helpline, call.language, encode(call))
        event = ev.TimedOut(AT) if key == "." else ev.Pressed(AT, key)
        call, turn = advance(helpline, call, event)
    return call, turn


@pytest.mark.parametrize(
    ("helpline", "keys"), [(SEVERAL, "**"), (SEVERAL, "1***"), (ONE, "**"), (SEVERAL, ".**")]
)
def test_a_second_star_leads_to_where_staff_record(helpline: Helpline, keys: str) -> None:
    call, turn = play(helpline, keys)

    assert Turn((), ToStudio()) == turn
    assert not call.starred


@pytest.mark.parametrize("keys", ["*", "*.*", "*7*", "*#*", "1*", "1**", "19**"])
def test_nobody_comes_there_by_one_wrong_key_or_by_going_back(keys: str) -> None:
    assert isinstance(play(SEVERAL, keys)[1].then, Gather)


def test_where_nobody_records_by_phone_stars_stay_at_the_languages() -> None:
    call, turn = play(CLOSED, "****")

    assert Kind.LANGUAGE is call.place.kind
    assert isinstance(turn.then, Gather)


@pytest.mark.parametrize("helpline", [SEVERAL, ONE])
def test_only_the_beginning_has_a_second_state_for_it(helpline: Helpline) -> None:
    kinds = {call.place.kind for call in walk(helpline, AT).turns if call.starred}

    assert {Kind.LANGUAGE if helpline is SEVERAL else Kind.MENU} == kinds
