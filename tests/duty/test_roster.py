"""Who is on duty, in which order, when the next shift begins, and where the gaps are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ivr.duty.calendar import ReadCalendar, Shift
from ivr.duty.roster import DutyRoster, make_roster
from ivr.flow.roster import Counsellor

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def shift(uid: str, person: str, start: int, end: int) -> Shift:
    """A shift from one hour after MONDAY to another."""
    first, last = MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end)
    text = (
        f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{person}\n"
        f"DTSTART:{first:%Y%m%dT%H%M%SZ}\nDTEND:{last:%Y%m%dT%H%M%SZ}\nEND:VEVENT"
    )
    return Shift(uid, "", person, text)


def roster_of(people: tuple[Counsellor, ...], *shifts: Shift) -> DutyRoster:
    return make_roster(people, shifts, BERLIN, MONDAY - timedelta(days=9), MONDAY + timedelta(days=9))


def test_priority_one_rings_first_then_the_name_decides(people: tuple[Counsellor, ...]) -> None:
    early = Counsellor("z", "Aaron", "+27821234509", ("en",), 2)
    duty = roster_of((*people, early), *(shift(key, key, 0, 8) for key in "bacz"))

    assert ["Alice", "Aaron", "Bob", "Cleo"] == [each.name for each in duty.on_duty(MONDAY)]


def test_speakers_of_the_language_come_first_and_the_others_after_them(
    people: tuple[Counsellor, ...],
) -> None:
    duty = roster_of(people, *(shift(key, key, 0, 8) for key in "abc"))

    assert ["Cleo", "Alice", "Bob"] == [each.name for each in duty.on_duty(MONDAY, "ZU")]


def test_one_phone_is_listed_once(people: tuple[Counsellor, ...]) -> None:
    shared = Counsellor("s", "Sam", people[0].phone, ("en",), 9)
    duty = roster_of((*people, shared), shift("1", "a", 0, 8), shift("2", "a", 4, 9), shift("3", "s", 0, 9))

    assert ["Alice"] == [each.name for each in duty.on_duty(MONDAY + timedelta(hours=5))]
    assert ["Sam"] == [each.name for each in roster_of((shared,), shift("3", "s", 0, 9)).on_duty(MONDAY)]


def test_it_opens_when_the_next_shift_begins_in_the_helplines_zone(people: tuple[Counsellor, ...]) -> None:
    opens = roster_of(people, shift("1", "a", 5, 8)).opens(MONDAY)

    assert "2026-11-23T06:00:00+01:00" == (opens and opens.isoformat())


def test_it_opens_now_while_somebody_is_on_duty_and_never_after_the_last(
    people: tuple[Counsellor, ...],
) -> None:
    duty = roster_of(people, shift("1", "a", 0, 8))

    assert MONDAY == duty.opens(MONDAY)
    assert duty.opens(MONDAY + timedelta(hours=8)) is None


def test_a_gap_is_where_nobody_is_on_duty(people: tuple[Counsellor, ...]) -> None:
    duty = roster_of(people, shift("1", "a", 2, 4), shift("2", "b", 4, 6), shift("3", "c", 7, 30))
    hours = [
        tuple((moment - MONDAY) / timedelta(hours=1) for moment in gap)
        for gap in duty.gaps(MONDAY, MONDAY + timedelta(days=1))
    ]

    assert [(0, 2), (6, 7)] == hours


def test_a_shift_of_somebody_who_was_removed_is_nobodys(people: tuple[Counsellor, ...]) -> None:
    duty = roster_of(people[1:], shift("1", "a", 0, 8), Shift("2", "", None, shift("2", "b", 0, 8).text))

    assert () == duty.on_duty(MONDAY)


def test_a_stored_shift_that_cannot_be_followed_takes_nobody_else_off_duty(
    people: tuple[Counsellor, ...],
) -> None:
    duty = roster_of(people, Shift("0", "", "b", "BEGIN:VEVENT\nUID:0\nEND:VEVENT"), shift("1", "a", 0, 8))

    assert ["Alice"] == [each.name for each in duty.on_duty(MONDAY)]


def test_a_window_far_from_the_start_of_a_series_is_filled(
    roster: Callable[..., DutyRoster], read: Callable[..., ReadCalendar]
) -> None:
    del read
    duty = roster("UID:1\nSUMMARY:Bob\nDTSTART:20060101T000000\nDTEND:20060102T000000\nRRULE:FREQ=DAILY")

    assert [] == duty.gaps(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


spans = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.integers(1, 30)), max_size=12)


@given(spans=spans, at=st.integers(-2, 100))
def test_it_agrees_with_a_reading_of_every_shift_in_turn(spans: list[tuple[str, int, int]], at: int) -> None:
    people = tuple(Counsellor(key, key, f"+2782123450{n}", ("en",), n) for n, key in enumerate("abc", 1))
    shifts = [shift(str(n), key, start, start + hours) for n, (key, start, hours) in enumerate(spans)]
    duty = roster_of(people, *shifts)
    on = {
        hour: sorted({key for key, start, hours in spans if start <= hour < start + hours})
        for hour in range(-2, 100)
    }
    opens = next((hour for hour in range(at, 100) if on.get(hour)), None)

    assert on.get(at, []) == [each.key for each in duty.on_duty(MONDAY + timedelta(hours=at))]
    assert (None if opens is None else MONDAY + timedelta(hours=opens)) == duty.opens(
        MONDAY + timedelta(hours=at)
    )
