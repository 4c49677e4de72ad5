"""A call-back is offered, taken by one person, tried a few times, then kept or left to staff: never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from ivr.flow.leg import Claim
from ivr.flow.waiting_call import Waiting
from ivr.journal.sealing import Sealing
from ivr.storage import legs, waits
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.holds import held
from ivr.storage.promise_states import changes_of, take
from ivr.storage.promises import Message, list_promises, store_message
from ivr.storage.staff_promises import Staff, claim, find_promise
from ivr.storage.staff_promises import take_from_phone as take_from_phone_of
from tests.jobs.callback_stage import (
    ANNA,
    BONGI,
    NOON,
    NUMBER,
    SEALING,
    KilledError,
    NoSuchNumberError,
    OverLimitsError,
    Stage,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(either_engine: Engine) -> Stage:
    return Stage(either_engine)


def test_a_call_back_for_now_is_offered_within_a_minute_to_who_speaks_the_language(stage: Stage) -> None:
    stage.ask()
    stage.look()
    early = stage.rung()
    stage.look(seconds=50)

    assert ([], [ANNA.phone]) == (early, stage.rung())


def test_who_presses_1_gets_the_number_and_the_promise(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)

    assert stage.takes() == NUMBER
    assert ("in-work", "anna", 1) == (stage.promise().state, stage.promise().person, stage.promise().tries)


def test_talking_keeps_the_promise_and_takes_the_number_away(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    stage.callbacks.confirmed(stage.last.promise, stage.last.claim)
    stage.clock.forward(minutes=30)
    stage.ends(bridged=True)

    assert ("kept", "anna") == (stage.promise().state, stage.promise().person)
    assert Claim.TAKEN == stage.takes()
    with reading(stage.engine) as connection:
        steps = [each.state for each in changes_of(connection, stage.promise().id)]
        resting = held(connection, stage.clock.at)
    assert ["open", "in-work", "kept"] == steps
    assert {"anna"} == resting


def test_who_does_not_want_it_is_followed_by_the_next_at_once(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.callbacks.declined(stage.last.claim)
    stage.look(seconds=1)

    assert [ANNA.phone, BONGI.phone] == stage.rung()


def test_who_does_not_pick_up_is_followed_by_the_next_as_soon_as_the_network_tells(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.legs.ends(int(stage.last.claim))
    stage.look(seconds=1)

    assert [ANNA.phone, BONGI.phone] == stage.rung()


def test_nobody_is_offered_it_twice_in_one_round(stage: Stage) -> None:
    stage.ask()
    for _ in range(30):
        stage.look(seconds=30)

    assert [ANNA.phone, BONGI.phone] == stage.rung()


def test_when_nobody_takes_it_three_rounds_follow_in_growing_distance_and_then_staff(stage: Stage) -> None:
    stage.ask()
    begun = []
    for _ in range(240):
        before = len(stage.rung())
        stage.look(minutes=1)
        begun += [stage.clock.at] if stage.rung()[before:] == [ANNA.phone] else []

    promise = stage.promise()
    assert [ANNA.phone, BONGI.phone] * 3 == stage.rung()
    pauses = [(after - before) // MINUTE for before, after in pairwise(begun)]
    assert all(20 <= first < 26 and 40 <= second < 46 for first, second in [pauses])
    assert ("open", "nobody-took-it", None) == (promise.state, promise.reason, promise.next_at)


def test_a_caller_who_is_not_reached_is_tried_three_times_and_then_left_to_staff(stage: Stage) -> None:
    stage.ask()
    for _ in range(240):
        before = len(stage.rung())
        stage.look(minutes=1)
        if stage.rung()[before:]:
            stage.takes()
            stage.ends(bridged=False)

    promise = stage.promise()
    assert 3 == len(stage.rung())
    assert ("open", "not-reached", 3, None) == (
        promise.state,
        promise.reason,
        promise.tries,
        promise.next_at,
    )


def test_after_a_try_in_vain_nobody_rings_before_the_pause_is_over(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    stage.ends(bridged=False)
    stage.look(minutes=19)
    early = len(stage.rung())
    stage.look(minutes=2)

    assert (1, 2) == (early, len(stage.rung()))


def test_who_asked_for_the_evening_is_called_in_the_evening(stage: Stage) -> None:
    stage.ask("evening")
    for _ in range(5):
        stage.look(minutes=55)
    early = stage.rung()
    stage.look(minutes=30)

    assert ([], [ANNA.phone]) == (early, stage.rung())
    assert NOON + timedelta(hours=5) == stage.promise().due


def test_who_is_busy_is_waited_for(stage: Stage) -> None:
    stage.ask()
    with writing(stage.engine) as connection:
        for person in ("anna", "bongi"):
            new = legs.NewLeg(None, None, person, 1, 1, NOON, NOON + 5 * MINUTE)
            leg = legs.claim(connection, new)
            legs.accept(connection, leg or 0, NOON, NOON + 5 * MINUTE)
    stage.look(minutes=2)
    busy = stage.rung()
    stage.look(minutes=4)
    stage.look(minutes=1)

    assert ([], [ANNA.phone]) == (busy, stage.rung())


def test_callers_in_the_queue_come_first(stage: Stage) -> None:
    stage.ask()
    waiting = Waiting("CA9", 1, "CA9", "", "en", "", False, "", 0, 1, False, "w")
    with writing(stage.engine) as connection:
        waits.note_tick(connection, waiting, "", NOON)
    stage.look(minutes=1)
    during = stage.rung()
    with writing(stage.engine) as connection:
        waits.end_call(connection, "CA9", stage.clock.at)
    stage.look(minutes=1)

    assert ([], [ANNA.phone]) == (during, stage.rung())


def test_with_nobody_on_duty_it_waits_without_counting_a_try(stage: Stage) -> None:
    people, stage.duty.people = stage.duty.people, ()
    stage.ask()
    for _ in range(10):
        stage.look(minutes=1)
    stage.duty.people = people
    stage.look(minutes=2)

    assert ([ANNA.phone], 0) == (stage.rung(), stage.promise().tries)


def test_of_two_who_press_1_one_gets_it_and_the_other_hears_so(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    first = stage.last
    stage.look(minutes=2)
    second = stage.last

    assert ["anna", "bongi"] == [first.person, second.person]
    answers = [
        stage.callbacks.takes(each.promise, each.claim, each.person) for each in (second, first, second)
    ]
    assert [NUMBER, Claim.TAKEN, NUMBER] == answers
    assert 1 == stage.promise().tries


def test_two_workers_at_once_ring_one_phone(stage: Stage) -> None:
    stage.ask()
    stage.clock.forward(minutes=1)
    workers = [stage.another() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda worker: worker.callbacks.look(), workers))

    assert [ANNA.phone] == stage.rung()


def test_a_process_killed_before_the_phone_rings_has_used_up_that_phone_for_the_round(stage: Stage) -> None:
    stage.ask()
    stage.phones.fails = KilledError()
    with pytest.raises(KilledError):
        stage.look(minutes=1)
    stage.phones.fails = None
    stage.look(seconds=5)
    at_once = stage.rung()
    stage.look(seconds=10)

    assert ([], [BONGI.phone]) == (at_once, stage.rung())


def test_a_process_killed_after_the_phone_rings_rings_it_no_second_time(stage: Stage) -> None:
    stage.ask()
    stage.phones.then = KilledError()
    with pytest.raises(KilledError):
        stage.look(minutes=1)
    stage.phones.then = None
    for _ in range(8):
        stage.look(seconds=30)

    assert [ANNA.phone, BONGI.phone] == stage.rung()


def test_a_claim_of_which_nothing_more_is_told_was_a_try(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    stage.look(minutes=3)

    assert ("open", "not-reached", 1) == (
        stage.promise().state,
        stage.promise().reason,
        stage.promise().tries,
    )


def test_a_conversation_whose_end_was_not_told_is_for_staff_to_judge(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    stage.callbacks.confirmed(stage.last.promise, stage.last.claim)
    stage.look(hours=3)
    talking = stage.promise().state
    stage.look(hours=2)

    assert "in-work" == talking
    assert ("open", "outcome-unknown", None) == (
        stage.promise().state,
        stage.promise().reason,
        stage.promise().next_at,
    )


@pytest.mark.parametrize("error", [OverLimitsError(), NoSuchNumberError()])
def test_a_phone_that_cannot_be_rung_is_followed_by_the_next(stage: Stage, error: Exception) -> None:
    stage.ask()
    stage.phones.fails = error
    stage.look(minutes=1)
    stage.phones.fails = None
    stage.look(seconds=1)

    assert [BONGI.phone] == stage.rung()
    assert ([("bad-number", "anna-20261123")] if isinstance(error, NoSuchNumberError) else []) == stage.told


def test_when_the_network_does_not_say_the_phone_may_ring_and_nobody_else_does(stage: Stage) -> None:
    stage.ask()
    stage.phones.then = TimeoutError()
    stage.look(minutes=1)
    stage.phones.then = None
    stage.look(seconds=5)

    assert [ANNA.phone] == stage.rung()
    assert stage.takes() == NUMBER


def test_a_changed_secret_leaves_the_promise_to_staff(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.ask()
    other = stage.another(Sealing(b"another secret"))
    other.look(minutes=1)

    assert Claim.GONE == other.takes()
    assert ("open", "number-unreadable", None) == (
        stage.promise().state,
        stage.promise().reason,
        stage.promise().next_at,
    )
    assert "SECRET_KEY" in caplog.text


def test_a_number_that_may_not_be_rung_any_more_is_not_told_and_staff_see_to_it(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.refused = frozenset({NUMBER})

    assert stage.takes() is Claim.GONE
    assert ("open", "number-refused", None) == (
        stage.promise().state,
        stage.promise().reason,
        stage.promise().next_at,
    )


def test_what_the_network_tells_twice_counts_once(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    for _ in range(3):
        stage.ends(bridged=False)

    assert ("open", 1) == (stage.promise().state, stage.promise().tries)


def test_a_late_end_of_an_earlier_try_does_not_end_the_present_one(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    earlier = stage.last
    stage.takes()
    stage.ends(bridged=False)
    stage.look(minutes=21)
    stage.takes()
    stage.callbacks.ended(earlier.promise, earlier.claim, bridged=True)

    assert ("in-work", 2) == (stage.promise().state, stage.promise().tries)


def test_talking_keeps_also_what_staff_have_taken_from_the_phone(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    take_from_phone(stage)
    given = stage.promise().state
    stage.ends(bridged=True)

    assert ("open", "kept") == (given, stage.promise().state)


def test_what_staff_do_themselves_is_not_ended_by_the_phone_it_was_taken_from(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    take_from_phone(stage)
    with writing(stage.engine) as connection:
        assert claim(connection, stage.last.promise, Staff(1, "Ann"), stage.clock.at)
    stage.ends(bridged=True)

    assert "in-work" == stage.promise().state


def test_what_was_taken_from_a_phone_that_reached_nobody_stays_open(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    take_from_phone(stage)
    stage.ends(bridged=False)
    stage.look(minutes=60)

    assert ("open", 1) == (stage.promise().state, len(stage.rung()))


def take_from_phone(stage: Stage) -> None:
    with writing(stage.engine) as connection:
        found = find_promise(connection, stage.last.promise)
        assert found
        assert take_from_phone_of(connection, found, Staff(1, "Ann"), stage.clock.at)


def test_a_new_wish_of_the_caller_begins_anew_with_the_new_number(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    stage.ends(bridged=False)
    again = CallBack("CA1", SEALING.seal("+27820000000"), "000", "zu", "now", 2, stage.clock.at)
    with writing(stage.engine) as connection:
        store_callback(connection, again)
    stage.look(minutes=1)

    assert stage.takes() == "+27820000000"
    assert 1 == stage.promise().tries


def test_a_call_back_can_be_taken_from_a_call_of_the_counsellors_own(stage: Stage) -> None:
    stage.ask()
    own = "CA" + "b" * 32

    assert stage.callbacks.takes(stage.promise().id, own, "bongi") == NUMBER
    stage.callbacks.ended(stage.promise().id, own, bridged=True)
    assert ("kept", "bongi") == (stage.promise().state, stage.promise().person)


def test_a_message_that_somebody_took_and_never_finished_waits_for_others_again(stage: Stage) -> None:
    with writing(stage.engine) as connection:
        store_message(connection, Message("CA1", "RE1", 20, "zu", 1, NOON))
        take(connection, list_promises(connection)[0].id, NOON, NOON + 10 * MINUTE, "anna")
    stage.look(minutes=9)
    before = stage.promise().state
    stage.look(minutes=2)

    assert ("in-work", "open", "not-finished") == (before, stage.promise().state, stage.promise().reason)


def test_storage_that_is_away_holds_no_webhook_and_forgets_nothing(stage: Stage) -> None:
    stage.ask()
    stage.look(minutes=1)
    stage.takes()
    untold = stage.callbacks._untold
    untold._engine = engine_for("postgresql://ivr@127.0.0.1:1/ivr")
    stage.ends(bridged=True)
    in_between = stage.promise().state
    untold._engine = stage.engine
    stage.look()

    assert ("in-work", "kept") == (in_between, stage.promise().state)
