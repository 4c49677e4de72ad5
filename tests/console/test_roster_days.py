"""What a week and a month show: who has which shift, and when nobody does; moments are worked out by hand."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.console.roster_days import Day, Facts, Span, days_of, month_of, week_of
from ivr.duty.calendar import Shift
from ivr.duty.changes import Change, Kind
from ivr.duty.edits import planned
from ivr.duty.plans import Plan, Weekly
from ivr.flow.roster import Counsellor

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ALICE = Counsellor("a", "Alice", "+27821234501", ("en",), 1)
BOB = Counsellor("b", "Bob", "+27821234502", ("en",), 2)


def every_day(person: str, start: str, end: str, uid: str) -> Shift:
    """Each day from 2 March on."""
    first = datetime.fromisoformat(f"2026-03-02 {start}")
    last = datetime.fromisoformat(f"2026-03-0{3 if end <= start else 2} {end}")
    plan = Plan(person, person, first, last, weekly=Weekly(frozenset(range(7))))
    return planned(plan, uid, BERLIN, NOW).shifts[uid][0]


NIGHTS, DAYS = every_day("a", "22:00", "06:00", "nights"), every_day("b", "06:00", "18:00", "days")


def facts(*shifts: Shift, changes: tuple[Change, ...] = ()) -> Facts:
    return Facts((ALICE, BOB), shifts, changes, BERLIN)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def one(found: tuple[Day, ...]) -> Day:
    (day,) = found
    return day


def day_of(day: date, *shifts: Shift, changes: tuple[Change, ...] = (), person: str = "") -> Day:
    return one(days_of(facts(*shifts, changes=changes), day, 1, person))


def test_a_night_shift_stands_on_the_day_it_begins_and_on_the_day_it_ends() -> None:
    found = day_of(date(2026, 3, 10), NIGHTS)

    assert [(at(9, 21), at(10, 5)), (at(10, 21), at(11, 5))] == [
        (each.start, each.end) for each in found.entries
    ]
    assert ["20260309T210000Z", "20260310T210000Z"] == [each.stamp for each in found.entries]


def test_a_gap_is_from_the_end_of_one_shift_to_the_beginning_of_the_next() -> None:
    assert (Span(at(10, 17), at(10, 21)),) == day_of(date(2026, 3, 10), NIGHTS, DAYS).gaps


def test_without_any_shift_the_whole_day_is_a_gap() -> None:
    assert (Span(at(9, 23), at(10, 23)),) == day_of(date(2026, 3, 10)).gaps


CLOCK_CHANGES = [
    (date(2026, 3, 29), 23, Span(at(29, 16), at(29, 20)), at(28, 21), at(29, 4)),
    (
        date(2026, 10, 25),
        25,
        Span(at(25, 17, month=10), at(25, 21, month=10)),
        at(24, 20, month=10),
        at(25, 5, month=10),
    ),
]


@pytest.mark.parametrize(("day", "hours", "gap", "begins", "ends"), CLOCK_CHANGES)
def test_a_day_on_which_clocks_change_is_shorter_or_longer(
    day: date, hours: int, gap: Span, begins: datetime, ends: datetime
) -> None:
    found = day_of(day, NIGHTS, DAYS)

    assert hours == found.hours
    assert (gap,) == found.gaps
    assert (begins, ends) == (found.entries[0].start, found.entries[0].end)


def test_a_shift_that_ends_where_another_begins_leaves_no_gap_when_an_hour_comes_twice() -> None:
    early, late = every_day("a", "00:00", "02:30", "early"), every_day("b", "02:30", "00:00", "late")

    assert () == day_of(date(2026, 10, 25), early, late).gaps


def test_a_short_shift_within_a_long_one_leaves_no_gap() -> None:
    short = every_day("a", "08:00", "09:00", "short")

    assert (Span(at(9, 23), at(10, 5)), Span(at(10, 17), at(10, 23))) == day_of(
        date(2026, 3, 10), DAYS, short
    ).gaps


def test_a_closure_is_no_gap() -> None:
    closed = Change("c", Kind.CLOSURE, at(10, 17), at(10, 19), note="Holiday")
    found = day_of(date(2026, 3, 10), NIGHTS, DAYS, changes=(closed,))

    assert (Span(at(10, 17), at(10, 19), "Holiday"),) == found.closed
    assert (Span(at(10, 19), at(10, 21)),) == found.gaps


def test_a_closure_without_an_end_is_cut_at_midnight() -> None:
    closed = Change("c", Kind.CLOSURE, at(10, 17))

    assert (Span(at(10, 23), at(11, 23)),) == day_of(date(2026, 3, 11), changes=(closed,)).closed


def test_a_shift_that_is_swapped_says_who_has_which_part_of_it() -> None:
    swap = Change("s", Kind.SWAP, at(10, 5), at(10, 9), "b", "a")
    (entry,) = day_of(date(2026, 3, 10), DAYS, changes=(swap,)).entries

    assert "Bob" == entry.name
    assert (Span(at(10, 5), at(10, 9), "Alice"), Span(at(10, 9), at(10, 17), "Bob")) == entry.has


def test_who_goes_off_duty_leaves_a_gap_and_a_word() -> None:
    off = Change("o", Kind.OFF, at(10, 9), at(10, 10), "b")
    found = day_of(date(2026, 3, 10), NIGHTS, DAYS, changes=(off,))

    assert ((Kind.OFF, Span(at(10, 9), at(10, 10), "Bob")),) == found.words
    assert Span(at(10, 9), at(10, 10)) == found.gaps[0]


def test_one_counsellors_days_show_their_shifts_and_what_they_have_taken_over() -> None:
    swap = Change("s", Kind.SWAP, at(10, 5), at(10, 17), "b", "a")
    both = days_of(facts(NIGHTS, DAYS, changes=(swap,)), date(2026, 3, 10), 2, "a")

    assert [["nights", "days", "nights"], ["nights", "nights"]] == [
        [each.uid for each in day.entries] for day in both
    ]


def test_shifts_of_somebody_who_was_removed_are_nobodys() -> None:
    gone = Facts((ALICE,), (DAYS,), (), BERLIN)
    found = one(days_of(gone, date(2026, 3, 10), 1))

    assert () == found.entries
    assert (Span(at(9, 23), at(10, 23)),) == found.gaps


def test_a_month_is_shown_in_whole_weeks() -> None:
    assert (date(2026, 2, 23), 42) == month_of(date(2026, 3, 15))
    assert (date(2026, 2, 23), 42) == month_of(date(2026, 3, 31))
    assert (date(2027, 2, 1), 28) == month_of(date(2027, 2, 1))
    assert date(2026, 3, 9) == week_of(date(2026, 3, 15))
