"""What staff do to shifts, seen by who is on duty afterwards; times are worked out by hand."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from ivr.duty.edits import (
    Edited,
    changed_once,
    cut,
    planned,
    put_back,
    taken_out,
)
from ivr.duty.expansion import duties_of
from ivr.duty.plans import BadPlanError, Plan, Weekly
from ivr.duty.problems import BadEventError
from ivr.duty.recurring import Series
from tests.duty.plans_made import BERLIN, NIGHT, NOW, WEEKLY, Read, march, only, series, wall


@pytest.fixture
def mondays(read: Read) -> Series:
    """Alice, every Monday from six to eight in the evening, from 2 March on."""
    return series(*read(WEEKLY).shifts)


def test_a_shift_that_is_planned_for_two_days_of_the_week_ends_at_six_when_clocks_change() -> None:
    found = planned(NIGHT, "new", BERLIN, NOW)

    assert ["a 23.03. 21:00-05:00", "a 28.03. 21:00-04:00", "a 30.03. 20:00-04:00"] == march(found)


def test_a_weekly_shift_begins_on_the_first_of_its_days_and_includes_its_last() -> None:
    weekly = Weekly(frozenset({2}), every=2, until=date(2026, 3, 25))
    plan = Plan("b", "Bob", wall("2026-03-09 08:00"), wall("2026-03-09 12:00"), weekly=weekly)

    assert ["b 11.03. 07:00-11:00", "b 25.03. 07:00-11:00"] == march(planned(plan, "new", BERLIN, NOW))


def test_another_program_reads_the_text_as_it_is_meant() -> None:
    (shift,) = planned(NIGHT, "new", BERLIN, NOW).shifts["new"]
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n{shift.text}\nEND:VCALENDAR\n".replace(
        "\n", "\r\n"
    )
    (event,) = Calendar.from_ical(text).walk("VEVENT")

    assert datetime(2026, 3, 23, 21, tzinfo=UTC) == event.decoded("DTSTART").astimezone(UTC)
    assert datetime(2026, 3, 24, 5, tzinfo=UTC) == event.decoded("DTEND").astimezone(UTC)
    assert {"FREQ": ["WEEKLY"], "BYDAY": ["MO", "SA"]} == dict(event["RRULE"])
    assert "Alice" == str(event["SUMMARY"])


def test_a_tier_of_its_own_is_kept_with_a_shift() -> None:
    plan = Plan("b", "Bob", wall("2026-03-09 08:00"), wall("2026-03-09 12:00"), tier=2)
    found = planned(plan, "new", BERLIN, NOW)

    assert [2] == [
        duty.tier for duty in duties_of(found.shifts["new"], BERLIN, NOW, datetime(2026, 4, 1, tzinfo=UTC))
    ]
    assert plan == only(found).plan("20260309T070000Z", "Bob")


BAD = [
    (Plan("a", "Alice", wall("2026-03-02 08:00"), wall("2026-03-02 08:00")), "end"),
    (Plan("a", "Alice", wall("2026-03-02 08:00"), wall("2026-04-02 08:00")), "end"),
    (Plan("a", "Alice", wall("1926-03-02 08:00"), wall("1926-03-02 09:00")), "date"),
    (
        Plan("a", "Alice", wall("2026-03-02 08:00"), wall("2026-03-02 09:00"), weekly=Weekly(frozenset())),
        "days",
    ),
    (
        Plan(
            "a",
            "Alice",
            wall("2026-03-02 08:00"),
            wall("2026-03-02 09:00"),
            weekly=Weekly(frozenset({0}), every=0),
        ),
        "every",
    ),
    (
        Plan(
            "a",
            "Alice",
            wall("2026-03-02 08:00"),
            wall("2026-03-02 09:00"),
            weekly=Weekly(frozenset({4}), until=date(2026, 3, 5)),
        ),
        "until",
    ),
]


@pytest.mark.parametrize(("plan", "field"), BAD)
def test_a_plan_that_can_be_no_shift_names_the_field_to_correct(plan: Plan, field: str) -> None:
    with pytest.raises(BadPlanError) as refused:
        planned(plan, "new", BERLIN, NOW)

    assert field == refused.value.field


def test_one_shift_of_a_series_can_be_given_to_somebody_at_another_time(mondays: Series) -> None:
    plan = Plan("b", "Bob", wall("2026-03-17 09:00"), wall("2026-03-17 11:00"))
    found = changed_once(mondays, "20260316T170000Z", plan, NOW)

    assert [
        "a 02.03. 17:00-19:00",
        "a 09.03. 17:00-19:00",
        "b 17.03. 08:00-10:00",
        "a 23.03. 17:00-19:00",
        "a 30.03. 16:00-18:00",
    ] == march(found)


def test_the_same_shift_can_be_changed_again_and_put_back(mondays: Series) -> None:
    plan = Plan("b", "Bob", wall("2026-03-17 09:00"), wall("2026-03-17 11:00"))
    once = only(changed_once(mondays, "20260316T170000Z", plan, NOW))
    again = only(changed_once(once, "20260316T170000Z", Plan("c", "Cleo", plan.start, plan.end), NOW))

    assert "c 17.03. 08:00-10:00" in march(Edited({"club": again.shifts}))
    assert 2 == len(again.shifts)
    assert mondays.shifts == only(put_back(again, "20260316T170000Z")).shifts


def test_one_shift_of_a_series_can_be_taken_out(mondays: Series) -> None:
    found = taken_out(mondays, "20260316T170000Z")

    assert [
        "a 02.03. 17:00-19:00",
        "a 09.03. 17:00-19:00",
        "a 23.03. 17:00-19:00",
        "a 30.03. 16:00-18:00",
    ] == march(found)


def test_taking_out_a_shift_that_was_changed_takes_the_change_out_too(mondays: Series) -> None:
    plan = Plan("b", "Bob", wall("2026-03-17 09:00"), wall("2026-03-17 11:00"))
    once = only(changed_once(mondays, "20260316T170000Z", plan, NOW))

    assert march(taken_out(mondays, "20260316T170000Z")) == march(taken_out(once, "20260316T170000Z"))


def test_a_series_that_is_cut_ends_before_that_shift(mondays: Series) -> None:
    assert ["a 02.03. 17:00-19:00", "a 09.03. 17:00-19:00"] == march(cut(mondays, "20260316T170000Z"))
    assert {"club": ()} == cut(mondays, "20260302T170000Z").shifts


def test_a_series_that_ends_after_a_number_of_times_can_be_cut(read: Read) -> None:
    found = series(*read(f"{WEEKLY};COUNT=4").shifts)

    assert ["a 02.03. 17:00-19:00", "a 09.03. 17:00-19:00"] == march(cut(found, "20260316T170000Z"))
    assert Weekly(frozenset({0}), until=date(2026, 3, 23)) == found.weekly("20260309T170000Z")


def test_a_series_of_whole_days_can_be_cut(read: Read) -> None:
    days = series(
        *read("UID:days\nSUMMARY:Alice\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY;BYDAY=MO").shifts
    )

    assert ["a 01.03. 23:00-23:00", "a 08.03. 23:00-23:00"] == march(cut(days, "20260316"))


def test_a_shift_that_is_not_there_any_more_is_said_to_be_gone(mondays: Series) -> None:
    for stamp in ("20260317T170000Z", "yesterday"):
        with pytest.raises(BadEventError):
            taken_out(mondays, stamp)
