"""Waits, legs, holds, conversations and queues: everything that must happen once does, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.flow.waiting_call import Waiting
from ivr.storage import conversations, holds, legs, old_queues, waits
from ivr.storage.engine import reading, writing
from ivr.storage.reaching import arranging
from tests.jobs.ringing_floor import ANNA, BEN, CLEO, House, OnDuty

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=60)
FIRST = Waiting("CA1", 1, "CA1", "QU1", "zu", "", False, "+27831112222", 0, 1, False, "w1")


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def stay(engine: Engine, waiting: Waiting = FIRST, at: datetime = AT) -> int:
    """The id of a stay that has begun."""
    with arranging(engine) as connection:
        waits.note_tick(connection, waiting, "hash", at)
        found = waits.find_stay(connection, waiting.call, waiting.entry)
    assert found
    return found.id


def claim(engine: Engine, wait: int, person: str = "anna", nth: int = 1, at: datetime = AT) -> int | None:
    with arranging(engine) as connection:
        return legs.claim(connection, legs.NewLeg(wait, None, person, nth, 1, at, at + seconds(55)))


def tick(engine: Engine, waiting: Waiting, at: datetime = AT) -> bool:
    with arranging(engine) as connection:
        return waits.note_tick(connection, waiting, "hash", at)


def test_a_tick_tells_something_new_once_and_an_older_one_nothing(engine: Engine) -> None:
    told = [tick(engine, replace(FIRST, tick=number)) for number in (1, 1, 3, 2, 3, 4)]

    assert [True, False, True, False, False, True] == told


def test_a_stay_begins_when_its_caller_began_to_wait(engine: Engine) -> None:
    stay(engine, replace(FIRST, waited=42))
    with reading(engine) as connection:
        found = waits.waiting_callers(connection)[0]

    assert (AT - seconds(42), AT, "QU1") == (found.since, found.seen, found.queue_sid)


def test_who_has_waited_longest_comes_first(engine: Engine) -> None:
    stay(engine)
    stay(engine, replace(FIRST, call="CA2", waited=100))
    with reading(engine) as connection:
        order = [each.call for each in waits.waiting_callers(connection)]

    assert ["CA2", "CA1"] == order


@pytest.mark.parametrize("state", [waits.LEFT, waits.GONE, waits.EXHAUSTED, waits.OVER])
def test_a_stay_that_is_over_stays_so(engine: Engine, state: str) -> None:
    wait = stay(engine)
    with arranging(engine) as connection:
        ended = [waits.end_wait(connection, wait, state, AT) for _ in range(2)]
        taken = waits.take(connection, wait, 1)
        again = waits.note_tick(connection, replace(FIRST, tick=9), "hash", AT)

    assert ([True, False], False, False) == (ended, taken, again)


def test_one_leg_takes_a_caller_and_is_told_so_again(engine: Engine) -> None:
    wait = stay(engine)
    with arranging(engine) as connection:
        taken = [waits.take(connection, wait, leg) for leg in (7, 8, 7)]

    assert [True, False, True] == taken


def test_only_the_leg_that_took_a_caller_gives_them_back(engine: Engine) -> None:
    wait = stay(engine)
    with arranging(engine) as connection:
        waits.take(connection, wait, 7)
        given = [waits.give_back(connection, wait, leg) for leg in (8, 7, 7)]

    assert [False, True, False] == given


def test_who_comes_back_has_left_before_whatever_was_told_of_it(engine: Engine) -> None:
    stay(engine)
    stay(engine, replace(FIRST, entry=2))
    late = tick(engine, replace(FIRST, tick=2))
    with reading(engine) as connection:
        before, now = (waits.find_stay(connection, "CA1", entry) for entry in (1, 2))

    assert before
    assert now
    assert ("left", "waiting", False) == (before.state, now.state, late)


def test_where_a_caller_went_on_is_known_even_if_no_tick_was_told(engine: Engine) -> None:
    with arranging(engine) as connection:
        waits.leave(connection, "CA1", 1, "af", "v.tl", AT)
        found = waits.departed(connection, "CA1", 1), waits.departed(connection, "CA1", 2)
    late = tick(engine, FIRST)

    assert (("af", "v.tl"), None, False) == (*found, late)


def test_of_a_call_that_has_ended_no_tick_is_taken(engine: Engine) -> None:
    with arranging(engine) as connection:
        unknown = waits.end_call(connection, "CA1", AT)
    late = [tick(engine, replace(FIRST, entry=entry)) for entry in (1, 2)]

    assert ((), [False, False]) == (unknown, late)


def test_a_person_is_rung_for_one_caller_at_a_time(engine: Engine) -> None:
    one, two = stay(engine), stay(engine, replace(FIRST, call="CA2"))
    first, second = claim(engine, one), claim(engine, two)
    with arranging(engine) as connection:
        busy = holds.held(connection, AT)
        legs.end(connection, first or 0, legs.MISSED, AT)
    third = claim(engine, two)

    assert (True, None, {"anna"}, True) == (bool(first), second, busy, bool(third))


def test_a_hold_ends_by_itself(engine: Engine) -> None:
    one, two = stay(engine), stay(engine, replace(FIRST, call="CA2"))
    claim(engine, one)
    with reading(engine) as connection:
        held = [holds.held(connection, AT + seconds(after)) for after in (54, 55)]

    assert [{"anna"}, set()] == held
    assert claim(engine, two, at=AT + seconds(55))


def test_the_same_ringing_is_claimed_once(engine: Engine) -> None:
    wait = stay(engine)
    first = claim(engine, wait)
    with arranging(engine) as connection:
        legs.end(connection, first or 0, legs.MISSED, AT)

    assert (None, True) == (claim(engine, wait), bool(claim(engine, wait, nth=2)))


def test_a_leg_ends_once(engine: Engine) -> None:
    leg = claim(engine, stay(engine)) or 0
    with arranging(engine) as connection:
        legs.place(connection, leg, "CA9")
        ended = [legs.end(connection, leg, outcome, AT) for outcome in (legs.BUSY, legs.MISSED)]
        found = legs.find_leg(connection, leg)

    assert found
    assert ([True, False], "busy", "CA9") == (ended, found.outcome, found.sid)


def test_a_claim_that_nobody_placed_is_overdue_after_ten_seconds_and_a_ringing_phone_later(
    engine: Engine,
) -> None:
    wait = stay(engine)
    unplaced, ringing = claim(engine, wait), claim(engine, wait, "ben")
    with arranging(engine) as connection:
        legs.place(connection, ringing or 0, "CA9")
        overdue = [
            [each.id for each in legs.overdue_legs(connection, AT + seconds(after))] for after in (9, 10, 55)
        ]

    assert [[], [unplaced], [unplaced, ringing]] == overdue


def test_who_was_rung_last_is_known_of_everybody(engine: Engine) -> None:
    wait = stay(engine)
    claim(engine, wait, "anna", at=AT)
    claim(engine, wait, "ben", at=LATER)
    with reading(engine) as connection:
        last = legs.last_rung(connection, AT), legs.last_rung(connection, LATER)

    assert ({"anna": AT, "ben": LATER}, {"ben": LATER}) == last


def talked(engine: Engine, *, dropped: bool, caller: str = "hash") -> int:
    with arranging(engine) as connection:
        waits.note_tick(connection, FIRST, caller, AT)
        wait = waits.find_stay(connection, "CA1", 1)
        assert wait
        for _ in range(2):
            conversations.begin(connection, wait, 5, "anna", AT)
        conversations.end_caller(connection, "CA1", LATER)
        if dropped:
            conversations.was_dropped(connection, 5)
    return 5


@pytest.mark.parametrize(("after", "person"), [(0, "anna"), (299, "anna"), (300, "")])
def test_a_caller_cut_off_is_known_for_five_minutes(engine: Engine, after: int, person: str) -> None:
    talked(engine, dropped=True)
    with reading(engine) as connection:
        found = conversations.cut_off_from(connection, "hash", LATER + seconds(after))

    assert person == found


def test_who_was_helped_or_heard_the_end_or_withholds_their_number_was_not_cut_off(engine: Engine) -> None:
    leg = talked(engine, dropped=True)
    with arranging(engine) as connection:
        withheld = conversations.cut_off_from(connection, "", LATER)
        conversations.note_outcome(connection, leg, "helped")
        helped = conversations.cut_off_from(connection, "hash", LATER)

    assert ("", "") == (withheld, helped)


def test_a_conversation_that_ended_on_the_counsellors_side_was_not_cut_off(engine: Engine) -> None:
    leg = talked(engine, dropped=False)
    with arranging(engine) as connection:
        again = conversations.end_conversation(connection, leg, LATER)
        found = conversations.cut_off_from(connection, "hash", LATER)

    assert (False, "") == (again, found)


def test_an_outcome_that_there_is_not_is_refused(engine: Engine) -> None:
    with writing(engine) as connection, pytest.raises(ValueError, match="use helped, again, urgent"):
        conversations.note_outcome(connection, 1, "fine")


def test_a_queue_is_deleted_when_its_call_is_over_and_until_then_not(engine: Engine) -> None:
    with writing(engine) as connection:
        for _ in range(2):
            old_queues.note_queue(connection, "QU1", "CA1", AT)
        before = old_queues.due_queues(connection, LATER)
        old_queues.queues_are_over(connection, "CA1", LATER)
        after = old_queues.due_queues(connection, LATER)
        claims = [old_queues.claim_queue(connection, "QU1", LATER, seconds(60)) for _ in range(2)]
        old_queues.queue_stays(connection, "QU1", LATER + seconds(5))
        again = old_queues.due_queues(connection, LATER + seconds(5))
        old_queues.queue_deleted(connection, "QU1")

    assert ((), (("QU1", 0),), [True, False], (("QU1", 1),)) == (before, after, claims, again)


def test_a_queue_whose_call_never_tells_of_its_end_is_deleted_in_the_end(engine: Engine) -> None:
    with writing(engine) as connection:
        old_queues.note_queue(connection, "QU1", "CA1", AT)
        due = [len(old_queues.due_queues(connection, AT + timedelta(hours=hours))) for hours in (5, 6)]

    assert [0, 1] == due


def test_twenty_four_that_tell_the_same_tick_at_once_ring_each_phone_once(
    engine: Engine, tmp_path: Path
) -> None:
    house = House(engine, tmp_path / "departures", OnDuty([ANNA, BEN, CLEO]))
    houses = [house.another() for _ in range(24)]
    with ThreadPoolExecutor(24) as pool:
        list(pool.map(lambda each: each.tick(1), houses))

    assert ["anna", "ben"] == sorted(house.network.rung())


def test_of_two_who_press_1_at_once_one_gets_the_caller(engine: Engine, tmp_path: Path) -> None:
    house = House(engine, tmp_path / "departures", OnDuty([ANNA, BEN]))
    for number in range(5):
        call = f"CA{number}"
        house.tick(1, call=call, waited=0)
        both = [house.network.leg(person).leg for person in ("anna", "ben")]
        with ThreadPoolExecutor(2) as pool:
            told = sorted(each.value for each in pool.map(house.ringing.takes, both))
        house.ringing.gone(call)
        house.ringing.work()
        house.passes(200)

        assert ["mine", "taken"] == told
