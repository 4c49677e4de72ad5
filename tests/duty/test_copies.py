"""A week is copied by the wall clock, and what is there already is not added."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift
from ivr.duty.copies import copies_of_week
from ivr.duty.edits import planned
from ivr.duty.plans import Plan, Weekly

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 1, tzinfo=UTC)
MONDAY = date(2026, 3, 23)  # clocks change on the Sunday of this week
NAMES = {"anna": "Anna", "ben": "Ben"}


def wall(clock: str) -> datetime:
    return datetime.fromisoformat(clock)


NIGHT = Plan("anna", "Anna", wall("2026-03-25 22:00"), wall("2026-03-26 06:00"), tier=2)


def stored(plan: Plan, uid: str) -> Shift:
    return planned(plan, uid, BERLIN, AT).shifts[uid][0]


def test_a_night_shift_comes_again_at_the_same_times_though_clocks_have_changed() -> None:
    made = copies_of_week([stored(NIGHT, "1")], NAMES, BERLIN, MONDAY, 2, ())

    assert [
        Plan("anna", "Anna", wall("2026-04-01 22:00"), wall("2026-04-02 06:00"), tier=2),
        Plan("anna", "Anna", wall("2026-04-08 22:00"), wall("2026-04-09 06:00"), tier=2),
    ] == list(made.plans)


def test_what_is_there_already_is_not_added_a_second_time() -> None:
    first = copies_of_week([stored(NIGHT, "1")], NAMES, BERLIN, MONDAY, 1, ())
    shifts = [stored(NIGHT, "1"), *(stored(plan, "2") for plan in first.plans)]
    again = copies_of_week(shifts, NAMES, BERLIN, MONDAY, 1, ())

    assert ((), 1) == (again.plans, again.there)


def test_two_shifts_alike_in_the_week_become_one() -> None:
    made = copies_of_week([stored(NIGHT, "1"), stored(NIGHT, "2")], NAMES, BERLIN, MONDAY, 1, ())

    assert (1, 1) == (len(made.plans), made.there)


def test_series_followed_calendars_and_whoever_has_gone_are_left_out() -> None:
    weekly = Plan(
        "ben", "Ben", wall("2026-03-24 08:00"), wall("2026-03-24 12:00"), weekly=Weekly(frozenset({1}))
    )
    gone = Plan("cleo", "Cleo", wall("2026-03-24 08:00"), wall("2026-03-24 12:00"))
    shifts = [stored(weekly, "weekly"), stored(NIGHT, "followed"), stored(gone, "gone")]
    made = copies_of_week(shifts, NAMES, BERLIN, MONDAY, 1, {"followed"})

    assert ((), 0, 1, 1) == (made.plans, made.there, made.series, made.followed)


def test_what_began_in_the_week_before_is_not_of_this_week() -> None:
    sunday = Plan("anna", "Anna", wall("2026-03-22 22:00"), wall("2026-03-23 06:00"))

    assert () == copies_of_week([stored(sunday, "1")], NAMES, BERLIN, MONDAY, 1, ()).plans
