"""A series that is changed from one shift on: what has been stays, single changes go along."""

from datetime import date

import pytest

from ivr.duty.edits import (
    Edited,
    changed_from,
    changed_once,
    planned,
    removed,
    taken_out,
)
from ivr.duty.plans import Plan, Weekly
from ivr.duty.problems import BadEventError
from ivr.duty.recurring import Series
from tests.duty.plans_made import BERLIN, NOW, WEEKLY, Read, march, only, series, wall


@pytest.fixture
def mondays(read: Read) -> Series:
    """Alice, every Monday from six to eight in the evening, from 2 March on."""
    return series(*read(WEEKLY).shifts)


def test_changing_what_follows_leaves_what_has_been(mondays: Series) -> None:
    plan = Plan(
        "b", "Bob", wall("2026-03-16 19:00"), wall("2026-03-16 21:00"), weekly=Weekly(frozenset({0, 3}))
    )
    found = changed_from(mondays, "20260316T170000Z", plan, "new", NOW)

    assert {"club", "new"} == set(found.shifts)
    assert [
        "a 02.03. 17:00-19:00",
        "a 09.03. 17:00-19:00",
        "b 16.03. 18:00-20:00",
        "b 19.03. 18:00-20:00",
        "b 23.03. 18:00-20:00",
        "b 26.03. 18:00-20:00",
        "b 30.03. 17:00-19:00",
    ] == march(found)


def test_changing_all_from_the_first_on_keeps_its_uid(mondays: Series) -> None:
    plan = Plan(
        "a", "Alice", wall("2026-03-02 20:00"), wall("2026-03-02 21:00"), weekly=Weekly(frozenset({0}))
    )

    assert {"club"} == set(changed_from(mondays, "20260302T170000Z", plan, "new", NOW).shifts)


def test_single_changes_go_along_to_the_new_time_of_day(mondays: Series) -> None:
    moved = Plan("b", "Bob", wall("2026-03-23 09:00"), wall("2026-03-23 11:00"))
    changed = only(changed_once(mondays, "20260323T170000Z", moved, NOW))
    both = only(taken_out(changed, "20260330T160000Z"))
    plan = Plan(
        "c", "Cleo", wall("2026-03-16 20:00"), wall("2026-03-16 21:00"), weekly=Weekly(frozenset({0}))
    )
    found = changed_from(both, "20260316T170000Z", plan, "new", NOW)

    assert ["c 16.03. 19:00-20:00", "b 23.03. 08:00-10:00"] == march(Edited({"new": found.shifts["new"]}))
    assert () == found.lost


def test_single_changes_that_fit_no_more_are_told(mondays: Series) -> None:
    moved = Plan("b", "Bob", wall("2026-03-23 09:00"), wall("2026-03-23 11:00"))
    changed = only(changed_once(mondays, "20260323T170000Z", moved, NOW))
    plan = Plan(
        "c", "Cleo", wall("2026-03-17 20:00"), wall("2026-03-17 21:00"), weekly=Weekly(frozenset({1}))
    )
    found = changed_from(changed, "20260316T170000Z", plan, "new", NOW)

    assert (date(2026, 3, 23),) == found.lost
    assert [
        "a 02.03. 17:00-19:00",
        "a 09.03. 17:00-19:00",
        "c 17.03. 19:00-20:00",
        "c 24.03. 19:00-20:00",
        "c 31.03. 18:00-19:00",
    ] == march(found)


def test_a_single_change_of_a_week_that_is_left_out_from_then_on_fits_no_more(mondays: Series) -> None:
    weekly = Weekly(frozenset({0}), every=2)
    plan = Plan("c", "Cleo", wall("2026-03-16 20:00"), wall("2026-03-16 21:00"), weekly=weekly)
    moved = Plan("b", "Bob", wall("2026-03-23 09:00"), wall("2026-03-23 11:00"))
    changed = only(changed_once(mondays, "20260323T170000Z", moved, NOW))
    found = changed_from(changed, "20260316T170000Z", plan, "new", NOW)

    assert (date(2026, 3, 23),) == found.lost
    assert ["c 16.03. 19:00-20:00", "c 30.03. 18:00-19:00"] == march(Edited({"new": found.shifts["new"]}))


def test_one_that_was_taken_out_by_its_date_stays_out(read: Read) -> None:
    dated = series(*read(f"{WEEKLY}\nEXDATE;VALUE=DATE:20260323").shifts)
    plan = Plan(
        "a", "Alice", wall("2026-03-16 20:00"), wall("2026-03-16 21:00"), weekly=Weekly(frozenset({0}))
    )
    found = changed_from(dated, "20260316T170000Z", plan, "new", NOW)

    assert ["a 16.03. 19:00-20:00", "a 30.03. 18:00-19:00"] == march(Edited({"new": found.shifts["new"]}))


def test_what_else_an_imported_event_says_is_kept(read: Read) -> None:
    more = "DESCRIPTION:Key at the desk\nCATEGORIES:tier-2,evening\nBEGIN:VALARM\nSUMMARY:Wake up\nEND:VALARM"
    found = series(*read(f"{WEEKLY}\n{more}").shifts)
    plan = Plan("b", "Bob", wall("2026-03-16 18:00"), wall("2026-03-16 20:00"))
    text = changed_once(found, "20260316T170000Z", plan, NOW).shifts["club"][1].text

    assert "DESCRIPTION:Key at the desk" in text
    assert "CATEGORIES:evening\n" in text
    assert "BEGIN:VALARM\nSUMMARY:Wake up\nEND:VALARM" in text


def test_an_imported_rhythm_that_a_page_cannot_show_is_changed_one_by_one_only(read: Read) -> None:
    monthly = series(*read(WEEKLY.replace("WEEKLY;BYDAY=MO", "MONTHLY;BYDAY=1MO")).shifts)
    plan = Plan("b", "Bob", wall("2026-04-06 18:00"), wall("2026-04-06 20:00"))

    assert not monthly.is_plain()
    assert ["a 02.03. 17:00-19:00"] == march(changed_once(monthly, "20260406T160000Z", plan, NOW))
    with pytest.raises(BadEventError):
        changed_from(monthly, "20260406T160000Z", plan, "new", NOW)


def test_days_of_a_series_of_another_zone_are_shown_as_the_helplines_clock_has_them(read: Read) -> None:
    late = series(
        *read(
            "UID:u\nSUMMARY:Alice\nDTSTART:20260302T230000Z\nDTEND:20260303T010000Z\nRRULE:FREQ=WEEKLY"
        ).shifts
    )

    assert Weekly(frozenset({1})) == late.weekly("20260302T230000Z")


def test_a_shift_that_happens_once_is_changed_into_a_weekly_one_under_its_own_uid() -> None:
    once = Plan("a", "Alice", wall("2026-03-20 08:00"), wall("2026-03-20 09:00"))
    found = only(planned(once, "new", BERLIN, NOW))
    weekly = Plan("a", "Alice", once.start, once.end, weekly=Weekly(frozenset({4})))

    assert ["a 20.03. 07:00-08:00", "a 27.03. 07:00-08:00"] == march(
        changed_from(found, "20260320T070000Z", weekly, "other", NOW)
    )
    assert {"new": ()} == removed(found).shifts
    assert {"new": ()} == taken_out(found, "20260320T070000Z").shifts
