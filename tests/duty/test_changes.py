"""On, off, pause, swaps and closures: what each does, and all of them against a reading hour by hour."""

from ivr.duty.calendar import Shift
from ivr.duty.roster import around, gaps_ahead, make_roster
from tests.duty.duty_told import BERLIN, DAY, MONDAY, PEOPLE, hour, names, roster_of, say, shift


def test_on_is_for_outside_a_shift_and_half_open() -> None:
    duty = roster_of(DAY, say("on", "b", 15, 18))

    assert ["", "a", "ab", "b", "b", ""] == names(duty, 7, 8, 15, 16, 17.9, 18)


def test_off_lasts_until_its_end_and_is_half_open() -> None:
    assert ["a", "", "", "a"] == names(roster_of(DAY, say("off", "a", 10, 12)), 9.9, 10, 11.9, 12)


def test_off_without_an_end_lasts_until_the_end_of_the_shift() -> None:
    duty = roster_of((*DAY, shift("a", 18, 20)), say("off", "a", 10))

    assert ["a", "", "", "a"] == names(duty, 9.9, 10, 15.9, 18)


def test_off_ends_an_on_that_was_to_last() -> None:
    assert ["b", "", ""] == names(roster_of((), say("on", "b", 1, 9), say("off", "b", 3)), 2, 3, 8)


def test_on_within_a_shift_ends_with_it_and_takes_back_a_pause() -> None:
    duty = roster_of(DAY, say("pause", "a", 9, 15), say("on", "a", 10))

    assert ["", "a", "a", ""] == names(duty, 9, 10, 15.9, 16)


def test_on_outside_a_shift_ends_after_twelve_hours_for_nobody_is_rung_for_days_by_mistake() -> None:
    assert ["b", "b", ""] == names(roster_of((), say("on", "b", 1)), 1, 12.9, 13)


def test_a_shift_before_the_window_still_says_how_long_an_off_lasts() -> None:
    long = (shift("a", -60, 40),)

    assert ["", "", ""] == names(roster_of(long, say("off", "a", -50)), 0, 20, 39)


def test_a_swap_hands_over_what_lies_between_its_ends() -> None:
    duty = roster_of(DAY, say("swap", "a>b", 10, 12))

    assert ["a", "b", "b", "a"] == names(duty, 9.9, 10, 11.9, 12)


def test_two_swaps_exchange_two_shifts() -> None:
    shifts = (*DAY, shift("b", 20, 22))
    duty = roster_of(shifts, say("swap", "a>b", 0, 48), say("swap", "b>a", 0, 48))

    assert ["b", "a"] == names(duty, 8, 20)


def test_of_two_swaps_of_one_shift_the_later_word_counts() -> None:
    duty = roster_of(DAY, say("swap", "a>b", 8, 14), say("swap", "a>c", 10, 12))

    assert ["b", "c", "b", "a"] == names(duty, 9, 11, 13, 15)


def test_who_takes_over_a_shift_may_pause_until_its_end() -> None:
    duty = roster_of(DAY, say("swap", "a>b", 0, 48), say("pause", "b", 9))

    assert ["b", "", ""] == names(duty, 8, 9, 15.9)


def test_a_closure_is_of_everybody_and_says_why() -> None:
    duty = roster_of(DAY, say("closure", "", 9, 11, "Heritage Day"), say("on", "b", 8, 12))
    closure = duty.closure(hour(10))

    assert ["ab", "", "", "ab"] == names(duty, 8, 9, 10.9, 11)
    assert "Heritage Day" == (closure and closure.note)
    assert duty.closure(hour(11)) is None


def test_it_opens_after_the_closure_even_if_that_is_weeks_away() -> None:
    daily = Shift(
        "1",
        "",
        "a",
        "BEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART:20261101T080000\nDTEND:20261101T160000\n"
        "RRULE:FREQ=DAILY\nEND:VEVENT",
    )
    closed = say("closure", "", 0, 24 * 42)
    duty = make_roster(PEOPLE, (daily,), BERLIN, *around(MONDAY, (closed,)), (closed,))
    opens = duty.opens(MONDAY)

    assert "2027-01-04T08:00:00+01:00" == (opens and opens.isoformat())


def test_gaps_that_changes_tear_are_told_and_closures_are_not_gaps_ahead() -> None:
    duty = roster_of((shift("a", 0, 48),), say("off", "a", 5, 7), say("closure", "", 10, 12))
    ahead = [(start, end) for start, end in gaps_ahead(duty, hour(0), 48)]

    assert [(hour(5), hour(7)), (hour(10), hour(12))] == duty.gaps(hour(0), hour(48))
    assert [(hour(5), hour(7))] == ahead


def test_a_gap_ahead_is_seen_to_its_end() -> None:
    duty = roster_of((shift("a", 0, 48),), say("off", "a", 5, 7))

    assert [(hour(5), hour(7))] == gaps_ahead(duty, hour(0), 6)
    assert [] == gaps_ahead(duty, hour(0), 5)


def test_a_pause_is_told_from_being_off() -> None:
    duty = roster_of(DAY, say("pause", "a", 9, 10), say("off", "a", 11, 12))

    assert [False, True, False] == [duty.paused("a", hour(each)) for each in (8, 9, 11)]


def test_the_duty_of_somebody_is_the_present_one_or_the_next_as_changes_have_made_it() -> None:
    duty = roster_of((*DAY, shift("b", 9, 10)), say("off", "a", 14, 20), say("on", "a", 30, 32))
    found = [duty.duty_of("a", hour(each)) for each in (0, 9, 14, 32)]

    assert [(hour(8), hour(14)), (hour(8), hour(14)), (hour(30), hour(32)), None] == found


def test_tier_one_rings_before_tier_two_and_within_a_tier_the_language_before_priority() -> None:
    duty = roster_of((shift("a", 0, 8), shift("b", 0, 8), shift("c", 0, 8)))
    early = roster_of((shift("a", 0, 8, "tier-2"), shift("b", 0, 8), shift("c", 0, 8, "Tier-1")))

    assert ["a", "b", "c"] == [each.key for each in duty.on_duty(MONDAY, "zu")]
    assert ["c", "b", "a"] == [each.key for each in early.on_duty(MONDAY, "zu")]
    assert [1, 1, 2] == [each.tier for each in early.on_duty(MONDAY)]


def test_two_shifts_at_once_count_for_the_better_tier_and_on_does_not_promote() -> None:
    duty = roster_of((shift("b", 0, 8, "tier-2"), shift("b", 4, 6)), say("on", "b", 1, 9))

    assert [2, 2, 1, 2, 1] == [duty.on_duty(hour(each))[0].tier for each in (0, 1, 5, 7, 8)]
