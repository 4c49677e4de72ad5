"""Whom the ring plan rings, in which order, and that it ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.roster import Counsellor
from ivr.flow.rounds import Exhausted, PastLeg, Plan, Ring, Rung, Wait, next_legs, seconds_of_round

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SOON = NOON + timedelta(seconds=55)
PLAN = Plan(ring_seconds=20, ring_total=180, at_once=2)
ANNA = Counsellor("anna", "Anna", "+27820000001", ("zu", "en"))
BEN = Counsellor("ben", "Ben", "+27820000002", ("zu",))
CLEO = Counsellor("cleo", "Cleo", "+27820000003", ("zu",))
DAN = Counsellor("dan", "Dan", "+27820000004", ("en",))
EVE = Counsellor("eve", "Eve", "+27820000005", ("zu",), tier=2)


def decide(
    *people: Counsellor,
    plan: Plan = PLAN,
    legs: tuple[PastLeg, ...] = (),
    last: dict[str, datetime] | None = None,
    held: tuple[str, ...] = (),
    waited: int = 0,
) -> Ring | Wait | Exhausted:
    return next_legs(plan, people, "zu", Rung(legs, last or {}), held, waited, NOON)


def ended(person: str, outcome: str = "missed", *, here: bool = True) -> PastLeg:
    return PastLeg(person, here, "ended", outcome, SOON)


def test_so_many_ring_at_once_as_the_helpline_says() -> None:
    assert Ring(("anna", "ben"), 20) == decide(ANNA, BEN, CLEO)
    assert Ring(("anna",), 20) == decide(ANNA, BEN, CLEO, plan=replace(PLAN, at_once=1))
    assert Ring(("anna", "ben", "cleo"), 20) == decide(ANNA, BEN, CLEO, plan=replace(PLAN, at_once=None))


def test_the_next_round_is_of_those_who_were_not_rung() -> None:
    assert Ring(("cleo",), 20) == decide(ANNA, BEN, CLEO, legs=(ended("anna"), ended("ben")))


def test_speakers_of_the_language_ring_before_others_and_never_with_them() -> None:
    assert Ring(("anna",), 20) == decide(DAN, ANNA)
    assert Ring(("dan",), 20) == decide(DAN, ANNA, legs=(ended("anna"),))


def test_the_second_tier_rings_after_everybody_of_the_first() -> None:
    assert Ring(("dan",), 20) == decide(EVE, DAN)
    assert Ring(("eve",), 20) == decide(EVE, DAN, legs=(ended("dan"),))


def test_the_fallback_number_rings_last_and_alone() -> None:
    plan = replace(PLAN, fallback=True)

    assert Ring(("eve",), 20) == decide(EVE, plan=plan)
    assert Ring(("0",), 20) == decide(EVE, plan=plan, legs=(ended("eve"),))
    assert Ring(("0",), 20) == decide(plan=plan)


def test_priority_counts_before_who_was_rung_longest_ago() -> None:
    last = {"anna": NOON - timedelta(minutes=1), "ben": NOON - timedelta(hours=1)}
    one = replace(PLAN, at_once=1)

    assert Ring(("cleo",), 20) == decide(ANNA, BEN, CLEO, plan=one, last=last)
    assert Ring(("ben",), 20) == decide(ANNA, BEN, plan=one, last=last)
    assert Ring(("anna",), 20) == decide(ANNA, replace(BEN, priority=2), plan=one, last=last)


@pytest.mark.parametrize("state", ["claimed", "placed", "answered", "accepted"])
def test_nobody_else_is_rung_while_a_phone_of_this_wait_rings(state: str) -> None:
    assert Wait() == decide(ANNA, BEN, legs=(PastLeg("anna", True, state, "", SOON),))


def test_a_leg_of_which_nothing_more_is_told_holds_nobody_up() -> None:
    silent = PastLeg("anna", True, "placed", "", NOON)

    assert Ring(("ben",), 20) == decide(ANNA, BEN, legs=(silent,))


def test_a_phone_that_was_busy_or_rejected_the_call_is_left_alone_for_a_while() -> None:
    busy = PastLeg("anna", True, "ended", "busy", SOON, ended=NOON - timedelta(seconds=29))
    longer_ago = replace(busy, ended=NOON - timedelta(seconds=30))

    assert Wait() == decide(ANNA, legs=(busy,))
    assert Ring(("ben",), 20) == decide(ANNA, BEN, legs=(busy,))
    assert Ring(("anna",), 20) == decide(ANNA, legs=(longer_ago,))


def test_everybody_rings_once_before_anybody_rings_twice() -> None:
    legs = (ended("anna"), ended("ben"))

    assert Ring(("dan",), 20) == decide(ANNA, BEN, DAN, legs=legs)
    assert Ring(("anna", "ben"), 20) == decide(ANNA, BEN, DAN, legs=(*legs, ended("dan")))


@pytest.mark.parametrize("outcome", ["declined", "bad-number", "lost"])
def test_who_has_declined_or_has_no_good_number_is_not_rung_again(outcome: str) -> None:
    assert Exhausted() == decide(ANNA, legs=(ended("anna", outcome),))
    assert Exhausted() == decide(ANNA, legs=(ended("anna", outcome, here=False),))


def test_a_phone_rings_at_most_twice_in_a_wait_and_three_times_in_a_call() -> None:
    earlier = (ended("anna", here=False), ended("anna", here=False))

    assert Exhausted() == decide(ANNA, legs=(ended("anna"), ended("anna", "busy")))
    assert Ring(("anna",), 20) == decide(ANNA, legs=earlier)
    assert Exhausted() == decide(ANNA, legs=(*earlier, ended("anna")))


def test_who_talks_to_another_caller_is_waited_for_but_does_not_hold_up_those_who_are_free() -> None:
    assert Wait() == decide(ANNA, held=("anna",))
    assert Ring(("ben",), 20) == decide(ANNA, BEN, held=("anna",))
    assert Ring(("dan",), 20) == decide(ANNA, DAN, held=("anna",))


def test_with_nobody_on_duty_there_is_nothing_to_wait_for() -> None:
    assert Exhausted() == decide()


def test_the_counsellor_of_a_call_cut_off_is_rung_first_and_alone() -> None:
    plan = replace(PLAN, first="dan")

    assert Ring(("dan",), 20) == decide(ANNA, BEN, DAN, plan=plan)
    assert Ring(("anna", "ben"), 20) == decide(ANNA, BEN, DAN, plan=plan, legs=(ended("dan"),))
    assert Ring(("anna", "ben"), 20) == decide(ANNA, BEN, DAN, plan=plan, held=("dan",))
    assert Ring(("anna", "ben"), 20) == decide(ANNA, BEN, plan=plan)


@pytest.mark.parametrize(
    ("waited", "seconds"), [(0, 20), (155, 20), (160, 15), (165, 10), (166, 0), (180, 0), (400, 0)]
)
def test_no_phone_rings_beyond_the_callers_time(waited: int, seconds: int) -> None:
    assert seconds == seconds_of_round(PLAN, waited)
    assert (Ring(("anna",), seconds) if seconds else Exhausted()) == decide(ANNA, waited=waited)


def test_with_the_networks_own_five_seconds_no_phone_rings_longer_than_forty() -> None:
    assert 35 == seconds_of_round(replace(PLAN, ring_seconds=40), 0)


outcomes = st.sampled_from(["missed", "declined", "busy", "failed", "bad-number", "stopped", "lost"])


@given(
    st.lists(st.sampled_from([ANNA, BEN, CLEO, DAN, EVE]), unique=True),
    st.sampled_from([1, 2, 3, None]),
    st.booleans(),
    st.lists(outcomes, min_size=20, max_size=20),
)
def test_whatever_becomes_of_the_legs_the_rounds_end(
    people: list[Counsellor], at_once: int | None, fallback: bool, ends: list[str]
) -> None:
    plan = replace(PLAN, at_once=at_once, fallback=fallback)
    legs: list[PastLeg] = []
    rounds = 0
    while isinstance(found := decide(*people, plan=plan, legs=tuple(legs)), Ring):
        rounds += 1
        legs += [ended(person, ends[len(legs) % 20]) for person in found.people]
        counted = [each.person for each in legs]

        assert len(set(found.people)) == len(found.people)
        assert all(counted.count(person) <= 2 for person in counted)

    assert Exhausted() == found
    assert rounds <= 12
