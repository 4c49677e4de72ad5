"""Who is rung for a caller in a queue, when the phones stop, and what failures do to it."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from ivr.content.service import RingTable
from ivr.flow.helpline import Limits
from ivr.flow.leg import RungLeg
from ivr.jobs.ring_legs import Ended
from ivr.storage import conversations, legs
from ivr.storage.engine import engine_for, prepare, reading
from ivr.storage.tables_reaching import waits as waits_table
from tests.jobs.ringing_floor import ANNA, BEN, CLEO, House, OnDuty


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(made)
    return made


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path / "departures", OnDuty([ANNA, BEN, CLEO]))


def noted(house: House, person: str) -> tuple[str, str]:
    with reading(house.engine) as connection:
        found = legs.find_leg(connection, house.network.leg(person).leg)
    assert found
    return found.state, found.outcome


def state_of(house: House, call: str = "CA1") -> list[str]:
    with reading(house.engine) as connection:
        query = select(waits_table.c.state).where(waits_table.c.call == call).order_by(waits_table.c.entry)
        return list(connection.scalars(query))


def test_the_first_tick_rings_and_the_same_tick_again_does_not(house: House) -> None:
    house.tick(1)
    house.tick(1)
    house.another().tick(1)
    house.tick(2)

    assert ["anna", "ben"] == house.network.rung()
    assert ("placed", "") == noted(house, "anna")


def test_the_next_round_begins_as_soon_as_the_last_phone_of_a_round_has_ended(house: House) -> None:
    house.tick(1)
    house.ringing.declines(house.network.leg("anna").leg)
    house.ringing.work()
    early = house.network.rung()
    house.ringing.ends(house.network.leg("ben").leg, Ended.NO_ANSWER)
    house.ringing.work()

    assert ["anna", "ben"] == early
    assert ["anna", "ben", "cleo"] == house.network.rung()
    assert [("answered", "anna"), ("missed", "ben")] == house.misses.told


def test_a_round_of_which_nothing_is_told_is_over_after_ringing_network_and_screening(house: House) -> None:
    house.tick(1)
    house.passes(54)
    house.tick(2)
    early = house.network.rung()
    house.passes(1)
    house.tick(3)

    assert ["anna", "ben"] == early
    assert ["anna", "ben", "cleo"] == house.network.rung()
    assert {("stop", "anna"), ("stop", "ben")} <= set(house.network.asked)


def test_who_picks_up_at_the_last_moment_has_time_to_hear_what_it_is_about(house: House) -> None:
    house.tick(1)
    house.ringing.ends(house.network.leg("ben").leg, Ended.NO_ANSWER)
    house.passes(24)
    house.ringing.picked_up(house.network.leg("anna").leg, "CA" + "9" * 32)
    house.ringing.work()
    house.passes(50)
    house.tick(2)

    assert ("answered", "") == noted(house, "anna")
    assert ["anna", "ben"] == house.network.rung()


def test_the_first_1_gets_the_caller_and_the_other_phone_stops(house: House) -> None:
    house.tick(1)

    assert ("mine", "taken") == (house.press_1("anna"), house.press_1("ben"))
    assert [("stop", "ben")] == [each for each in house.network.asked if each[0] != "place"]
    assert (("accepted", ""), ("ended", "taken")) == (noted(house, "anna"), noted(house, "ben"))


def test_who_is_in_screening_when_another_takes_the_call_is_told_so(house: House) -> None:
    house.tick(1)
    house.ringing.picked_up(house.network.leg("ben").leg, "CA2")
    house.ringing.work()
    house.press_1("anna")

    assert [("let go, t", "ben")] == [each for each in house.network.asked if each[0] != "place"]


def test_a_phone_picked_up_in_the_moment_it_is_stopped_is_told_too(house: House) -> None:
    house.network.picked_up = {"ben"}
    house.tick(1)
    house.press_1("anna")

    assert [("stop", "ben"), ("let go, t", "ben")] == house.network.asked[-2:]


def test_the_same_key_again_gets_the_same_answer_and_has_no_second_effect(house: House) -> None:
    house.tick(1)
    answers = [house.press_1("anna") for _ in range(2)] + [house.press_1("ben") for _ in range(2)]
    house.passes(60)
    house.ringing.gone("CA1")
    house.ringing.work()
    before = len(house.network.asked)

    assert ["mine", "mine", "taken", "taken"] == answers
    assert ("mine", "taken") == (house.press_1("anna"), house.press_1("ben"))
    assert before == len(house.network.asked)


def test_a_caller_who_hangs_up_stops_every_phone_and_a_late_1_hears_that_they_are_gone(house: House) -> None:
    house.tick(1)
    house.ringing.picked_up(house.network.leg("ben").leg, "CA2")
    house.ringing.gone("CA1")
    house.ringing.work()

    assert [("stop", "anna"), ("let go, g", "ben")] == house.network.asked[2:]
    assert ("gone", "gone") == (house.press_1("anna"), house.press_1("ben"))


def test_who_pressed_1_in_the_moment_the_caller_hung_up_is_told_so_and_not_kept_waiting(house: House) -> None:
    house.tick(1)
    house.press_1("anna")
    house.ringing.gone("CA1")
    house.ringing.gone("CA1", waiting=True)
    house.ringing.work()

    assert ("let go, g", "anna") in house.network.asked


def test_who_has_talked_to_the_caller_is_asked_how_it_went_when_the_caller_hangs_up(house: House) -> None:
    house.tick(1)
    house.press_1("anna")
    house.ringing.gone("CA1")
    house.ringing.work()

    assert [] == [what for what, _ in house.network.asked if what.startswith("let go")]


def test_a_tick_told_after_the_end_of_its_call_rings_nobody(house: House) -> None:
    house.ringing.gone("CA1")
    house.tick(1)

    assert [] == house.network.asked


def test_a_caller_who_leaves_stops_the_phones_and_goes_on_where_they_left(house: House) -> None:
    house.tick(1)
    house.ringing.left("CA1", 1, "zu", "v.tl")
    house.ringing.work()
    other = house.another()
    house.tick(2)

    assert [("stop", "anna"), ("stop", "ben")] == house.network.asked[2:]
    assert ("zu", "v.tl") == house.ringing.departed("CA1", 1) == other.ringing.departed("CA1", 1)
    assert ["left"] == state_of(house)


def test_where_a_caller_goes_on_is_found_in_storage_on_another_machine(house: House, tmp_path: Path) -> None:
    house.ringing.left("CA1", 1, "zu", "v.tl")
    house.ringing.work()
    elsewhere = replace(house, folder=tmp_path / "elsewhere")

    assert ("zu", "v.tl") == elsewhere.ringing.departed("CA1", 1)
    assert None is elsewhere.ringing.departed("CA1", 2)


def test_who_comes_back_keeps_the_time_waited_and_those_who_declined_are_spared(house: House) -> None:
    house.tick(1)
    house.ringing.declines(house.network.leg("anna").leg)
    house.ringing.left("CA1", 1, "zu", "v")
    house.passes(30)
    house.tick(1, entry=2)

    assert ["anna", "ben", "cleo", "ben"] == house.network.rung()
    assert ["left", "waiting"] == state_of(house)


def test_callers_who_wait_longest_are_served_first_and_nobody_is_rung_for_two(house: House) -> None:
    house.tick(1)
    house.passes(5)
    house.tick(1, call="CA2", waited=0)
    house.tick(1, call="CA3", waited=0)
    house.ringing.ends(house.network.leg("anna").leg, Ended.BUSY)
    house.ringing.work()

    assert [("CA1", "anna"), ("CA1", "ben"), ("CA2", "cleo"), ("CA3", "anna")] == [
        (each.queue, each.person) for each in house.network.legs.values()
    ]


def test_nobody_is_rung_while_they_talk_or_rest_after_it(house: House) -> None:
    house.roster.people = [ANNA]
    house.tick(1)
    house.press_1("anna")
    house.tick(1, call="CA2", waited=0)
    house.passes(60)
    house.ringing.dial_ended(house.network.leg("anna").leg, True)
    house.ringing.ends(house.network.leg("anna").leg, Ended.COMPLETED)
    house.passes(29)
    house.tick(2, call="CA2")
    resting = house.network.rung()
    house.passes(1)
    house.tick(3, call="CA2")

    assert ["anna"] == resting
    assert ["anna", "anna"] == house.network.rung()


def test_the_end_of_a_first_conversation_told_again_does_not_end_the_second(house: House) -> None:
    house.roster.people = [ANNA]
    house.tick(1)
    house.press_1("anna")
    house.ringing.dial_ended(house.network.leg("anna").leg, True)
    house.ringing.over("CA1", 1)
    house.passes(200)
    house.tick(1, entry=2, waited=0)
    house.press_1("anna")
    house.ringing.over("CA1", 1)
    house.passes(200)
    house.tick(1, call="CA2", waited=0)

    assert ["anna", "anna"] == house.network.rung()


def test_when_nobody_is_left_the_caller_is_led_away_once_but_not_out_of_a_segment(house: House) -> None:
    house.roster.people = [ANNA]
    house.tick(1)
    house.tick(2, listening=True)
    house.ringing.declines(house.network.leg("anna").leg)
    house.ringing.work()
    listening = list(house.network.asked)
    house.tick(3, listening=False)
    house.tick(4)

    assert [("place", "anna")] == listening
    assert [("lead away", "CA1 zu w3")] == house.network.asked[1:]
    assert [("nobody-reachable", "CA1")] == house.notices
    assert ["exhausted"] == state_of(house)


def test_a_caller_who_cannot_be_led_away_is_not_rung_for_again(house: House) -> None:
    house.roster.people = []
    house.network.away = True
    house.tick(1)
    house.tick(2)

    assert [("lead away", "CA1 zu w1")] == house.network.asked
    assert not house.ringing.able()


def test_a_bad_number_concerns_its_own_leg_alone_and_staff_are_told(house: House) -> None:
    house.network.bad = {ANNA.phone}
    house.tick(1)

    assert (("ended", "bad-number"), ("placed", "")) == tuple(_states(house))
    assert [("bad-number", "anna-20260105")] == house.notices
    assert house.ringing.able()


def _states(house: House) -> list[tuple[str, str]]:
    with reading(house.engine) as connection:
        return [(each.state, each.outcome) for _, each in legs.legs_of_calls(connection, ["CA1"])]


def test_a_network_that_does_not_answer_makes_ringing_unable_for_half_a_minute(house: House) -> None:
    house.network.away = True
    house.tick(1)
    before = house.ringing.able()
    house.network.away = False
    house.tick(2)
    unable = house.network.rung()
    house.passes(30)

    assert (False, True) == (before, house.ringing.able())
    assert ["anna", "ben"] == unable
    assert [("ended", "failed")] * 2 == _states(house)[:2]


def test_the_first_success_makes_ringing_able_again(house: House) -> None:
    house.network.away = True
    house.tick(1)
    house.network.away = False
    house.passes(30)
    house.tick(2)

    assert house.ringing.able()
    assert ["anna", "ben", "cleo"] == house.network.rung()


def test_storage_that_is_away_makes_ringing_unable_and_loses_no_hanging_up(
    house: House, tmp_path: Path
) -> None:
    house.tick(1)
    path = tmp_path / "helpline.db"
    path.rename(tmp_path / "moved.db")
    house.engine.dispose()
    house.ringing.gone("CA1")
    house.ringing.work()
    unable = house.ringing.able()
    (tmp_path / "moved.db").rename(path)
    house.ringing.work()

    assert (False, True) == (unable, house.ringing.able())
    assert [("stop", "anna"), ("stop", "ben")] == house.network.asked[2:]


def test_without_storage_the_networks_queue_decides_whose_the_caller_is(house: House, tmp_path: Path) -> None:
    house.tick(1)
    (tmp_path / "helpline.db").rename(tmp_path / "moved.db")
    house.engine.dispose()
    told = house.ringing.takes(house.network.leg("anna").leg).value
    (tmp_path / "moved.db").rename(tmp_path / "helpline.db")
    house.ringing.work()

    assert "unknown" == told
    assert ("accepted", "") == noted(house, "anna")
    assert ("stop", "ben") == house.network.asked[-1]


def test_a_leg_given_up_rings_on_if_its_phone_does(house: House) -> None:
    house.roster.people = [ANNA]
    house.network.away = True
    house.tick(1)
    with reading(house.engine) as connection:
        leg = legs.legs_of_calls(connection, ["CA1"])[0][1].id
    house.ringing.rings(leg, "CAlate")
    house.ringing.work()

    assert [("placed", "")] == _states(house)
    assert "mine" == house.ringing.takes(leg).value


def test_a_leg_whose_id_is_told_after_the_caller_has_gone_is_stopped_once(house: House) -> None:
    house.roster.people = [ANNA]
    house.network.away = True
    house.tick(1)
    house.network.away = False
    with reading(house.engine) as connection:
        leg = legs.legs_of_calls(connection, ["CA1"])[0][1].id
    house.network.legs["CAlate"] = RungLeg(leg, "anna", "zu", "CA1")
    house.ringing.gone("CA1")
    for _ in range(2):
        house.ringing.rings(leg, "CAlate")
        house.ringing.work()

    assert [("stop", "anna")] == house.network.asked[1:]


@pytest.mark.parametrize("last", [0, 1, 2, 3, 4, 5])
def test_callbacks_of_a_leg_in_any_order_lead_to_the_same_end(house: House, last: int) -> None:
    house.roster.people = [ANNA]
    house.tick(1)
    leg = house.network.leg("anna").leg
    tell = [
        lambda: house.ringing.rings(leg, "CA9"),
        lambda: house.ringing.picked_up(leg, "CA9"),
        lambda: house.ringing.ends(leg, Ended.COMPLETED),
    ]
    order = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)][last]
    for each in (*order, *order):
        tell[each]()
        house.ringing.work()

    assert [("missed", "anna")] == house.misses.told
    assert ("ended", "missed") == _states(house)[0]


def test_a_caller_whose_counsellor_got_lost_before_they_talked_is_rung_for_again(house: House) -> None:
    house.roster.people = [ANNA, BEN]
    house.ring = RingTable(at_once=1)
    house.tick(1)
    house.press_1("anna")
    house.tick(2)
    taken = house.network.rung()
    house.ringing.dial_ended(house.network.leg("anna").leg, False)
    house.passes(10)
    house.tick(3)

    assert ["anna"] == taken
    assert ["anna", "ben"] == house.network.rung()


def cut_off(house: House, *, counsellor_tells_first: bool = False) -> None:
    """The caller talks to Cleo, and the caller's line ends first, whoever tells of it first."""
    house.roster.people = [CLEO]
    house.tick(1)
    house.press_1("cleo")
    house.passes(60)
    leg = house.network.leg("cleo").leg
    tell = [lambda: house.ringing.gone("CA1"), lambda: house.ringing.dial_ended(leg, True)]
    for each in reversed(tell) if counsellor_tells_first else tell:
        each()
    house.ringing.ends(leg, Ended.COMPLETED)
    house.ringing.work()
    house.roster.people = [ANNA, BEN, CLEO]


@pytest.mark.parametrize("counsellor_tells_first", [False, True])
def test_a_caller_cut_off_is_offered_the_same_counsellor_first_and_alone(
    house: House, counsellor_tells_first: bool
) -> None:
    cut_off(house, counsellor_tells_first=counsellor_tells_first)
    house.passes(100)
    house.tick(1, call="CA2", waited=0)
    house.ringing.ends(house.network.leg("cleo").leg, Ended.NO_ANSWER)
    house.ringing.work()

    assert ["cleo", "cleo", "anna", "ben"] == house.network.rung()


def test_a_caller_who_was_still_there_after_the_conversation_was_not_cut_off(house: House) -> None:
    house.roster.people = [CLEO]
    house.tick(1)
    house.press_1("cleo")
    house.ringing.dial_ended(house.network.leg("cleo").leg, True)
    house.ringing.over("CA1", 1)
    house.ringing.gone("CA1")
    house.ringing.ends(house.network.leg("cleo").leg, Ended.COMPLETED)
    house.passes(100)
    house.roster.people = [ANNA, BEN, CLEO]
    house.tick(1, call="CA2", waited=0)

    assert ["cleo", "anna", "ben"] == house.network.rung()
    assert ["over"] == state_of(house)


def test_after_five_minutes_or_when_it_helped_a_caller_is_like_any_other(house: House) -> None:
    cut_off(house)
    house.ringing.outcome(house.network.leg("cleo").leg, "helped")
    house.passes(100)
    house.tick(1, call="CA2", waited=0)

    assert ["cleo", "anna", "ben"] == house.network.rung()


def test_a_conversation_is_noted_with_its_end_and_what_both_said_of_it(house: House) -> None:
    cut_off(house)
    for _ in range(2):  # a network that tells it twice
        house.ringing.outcome(house.network.leg("cleo").leg, "urgent")
    house.ringing.answered("CA1", "yes")
    house.ringing.work()
    with reading(house.engine) as connection:
        row = connection.execute(select(conversations.conversations)).mappings().one()

    assert ("cleo", 60.0, True, "urgent", "yes") == (
        row["person"],
        (row["ended"] - row["started"]).total_seconds(),
        row["dropped"],
        row["outcome"],
        row["answer"],
    )
    assert {("conversation-urgent", str(row["id"]))} == set(house.notices)
    assert 64 == len(row["caller"])


def test_a_conversation_that_was_not_urgent_is_told_to_nobody(house: House) -> None:
    cut_off(house)
    house.ringing.outcome(house.network.leg("cleo").leg, "helped")
    house.ringing.outcome(999, "urgent")
    house.ringing.work()

    assert [] == house.notices


def test_no_phone_rings_beyond_the_callers_time(house: House) -> None:
    house.limits = Limits(ring_seconds=20, ring_total=56)  # sixteen of which a last wait document may take
    house.roster.people = [ANNA, BEN]
    house.ring = RingTable(at_once=1)
    house.tick(1)
    house.passes(22)
    house.ringing.ends(house.network.leg("anna").leg, Ended.NO_ANSWER)
    house.tick(2)

    assert [20, 13] == house.network.seconds


def test_the_fallback_number_rings_when_nobody_else_is_left(house: House) -> None:
    house.roster.people = []
    house.fallback = "+27870000000"
    house.tick(1)

    assert ["0"] == house.network.rung()


def test_a_caller_of_whom_nothing_is_heard_for_a_minute_is_not_rung_for(house: House) -> None:
    house.ring = RingTable(at_once=1)
    house.tick(1)
    house.passes(61)
    house.tick(1, call="CA2", waited=0)

    assert [("CA1", "anna"), ("CA2", "ben")] == [
        (each.queue, each.person) for each in house.network.legs.values()
    ]
