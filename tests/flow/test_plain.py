"""Turns that are the same for everybody: proven against other people, doors, queues and moments."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind, Place, Wait, new_call
from ivr.flow.caller import advance
from ivr.flow.helpline import Announced, Helpline, Welcome
from ivr.flow.plain import is_plain
from ivr.flow.turns import Turn
from ivr.flow.walk import KEYS
from tests.flow.cast import HELPLINE, NOON, DoorOf, FixedRoster, TenDigits, person, queueing, staffed

INFORMING = {Kind.LANGUAGE, Kind.MENU, Kind.SEGMENT, Kind.END}
LATER = NOON + timedelta(days=9, hours=14, minutes=1)
NEWS = Announced("announcement.1", NOON, NOON + timedelta(days=1), frozenset({"en", "af"}))
HELPLINES = {
    "nobody": replace(HELPLINE, limits=replace(HELPLINE.limits, tries=1)),
    "a queue": replace(
        queueing(person("anna")),
        callbacks=False,
        limits=replace(HELPLINE.limits, tries=1, silences=1, wrong_keys=2),
    ),
    "something is announced": replace(HELPLINE, announcements=(NEWS,), studio=True),
    "one language": replace(HELPLINE, languages=("en",), shipped_languages=("en",), studio=True),
}


def others(helpline: Helpline) -> Iterator[Helpline]:
    """The same menus and words, with all else another."""
    yield replace(helpline, roster=FixedRoster(), queueing=False)
    yield replace(staffed_as(helpline), queueing=True, numbers=TenDigits(), fallback_number="+12025550199")
    yield replace(staffed_as(helpline), queueing=False, engaged=frozenset({"ben"}))
    for welcome in (Welcome.LIMITED, Welcome.BLOCKED):
        yield replace(staffed_as(helpline), queueing=True, door=DoorOf(welcome))


def staffed_as(helpline: Helpline) -> Helpline:
    return replace(helpline, roster=staffed(person("ben"), person("cleo")).roster)


def events() -> Iterator[tuple[ev.Event, ev.Event]]:
    """What a caller who is asked something can do, now and later."""
    yield from ((ev.Pressed(NOON, key), ev.Pressed(LATER, key)) for key in KEYS)
    yield ev.TimedOut(NOON), ev.TimedOut(LATER)


def informed(helpline: Helpline) -> Iterator[tuple[Call, ev.Event, ev.Event]]:
    """All that callers can do among menus and segments, who have sought a person once, or never."""
    start, _ = advance(helpline, new_call(helpline), ev.Answered(NOON))
    waiting = deque([start, replace(start, tries=1, withheld=True)])
    seen = set(waiting)
    while waiting:
        call = waiting.popleft()
        for now, later in events():
            yield call, now, later
            after = replace(advance(helpline, call, now)[0], topic="")
            if after not in seen and after.place.kind in INFORMING and not after.wait:
                seen.add(after)
                waiting.append(after)


@pytest.mark.parametrize("name", HELPLINES)
def test_a_plain_turn_is_the_same_whoever_calls_whenever_and_whoever_is_there(name: str) -> None:
    helpline, plain = HELPLINES[name], 0

    for call, now, later in informed(helpline):
        given = advance(helpline, call, now)
        if is_plain(helpline, call, *given):
            plain += 1
            assert {given} == {given, *(advance(each, call, later) for each in others(helpline))}

    assert plain > 100


@pytest.mark.parametrize("withheld", [True, False])
@pytest.mark.parametrize("name", HELPLINES)
def test_so_is_the_first_turn_of_a_call_unless_something_is_announced(name: str, withheld: bool) -> None:
    helpline = HELPLINES[name]
    call, now, later = new_call(helpline), ev.Answered(NOON, withheld), ev.Answered(LATER, withheld)
    given = advance(helpline, call, now)

    assert (not helpline.announcements) == is_plain(helpline, call, *given)
    if not helpline.announcements:
        assert {given} == {given, *(advance(each, call, later) for each in others(helpline))}


def test_most_turns_among_menus_and_segments_are_plain() -> None:
    found = [is_plain(HELPLINE, call, *advance(HELPLINE, call, now)) for call, now, _ in informed(HELPLINE)]

    assert sum(found) / len(found) > 0.7


def plain(before: Call, event: ev.Event, helpline: Helpline = HELPLINE) -> bool:
    return is_plain(helpline, before, *advance(helpline, before, event))


def at(kind: Kind, name: str = "", **more: object) -> Call:
    return replace(new_call(HELPLINE), place=Place(kind, name), **more)  # type: ignore[arg-type]


def test_a_look_for_a_person_is_not_plain() -> None:
    assert not plain(at(Kind.MENU, "main"), ev.Pressed(NOON, "0"))


def test_a_refused_look_for_a_person_is_not_plain_though_it_leads_back_to_the_menu() -> None:
    helpline = replace(staffed(person("anna")), queueing=True, door=DoorOf(Welcome.BLOCKED))

    assert not plain(at(Kind.MENU, "main"), ev.Pressed(NOON, "0"), helpline)


def test_what_is_heard_in_a_queue_is_not_plain() -> None:
    assert not plain(at(Kind.MENU, "main", wait=Wait()), ev.Pressed(NOON, "2"), queueing(person("anna")))


def test_the_way_from_the_languages_is_plain_as_long_as_nothing_is_announced() -> None:
    chosen, news = ev.Pressed(NOON, "1"), replace(HELPLINE, announcements=(NEWS,))

    assert (True, False) == (plain(at(Kind.LANGUAGE), chosen), plain(at(Kind.LANGUAGE), chosen, news))


def test_a_turn_that_hands_the_call_on_is_not_plain() -> None:
    assert not is_plain(HELPLINE, at(Kind.MENU, "main"), at(Kind.MENU, "main"), Turn((), None))  # type: ignore[arg-type]
