"""Which occurrences a series has; counted on a calendar, or by another reader of RFC 5545."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import icalendar
import pytest
import recurring_ical_events

from ivr.duty.calendar import ReadCalendar
from ivr.duty.roster import DutyRoster

Roster = Callable[..., DutyRoster]
Read = Callable[..., ReadCalendar]
DAILY = "UID:1\nSUMMARY:Alice\nDTSTART:20260401T080000\nDTEND:20260401T100000\nRRULE:FREQ=DAILY;COUNT=5"


def starts(duty: DutyRoster, person: str = "") -> list[str]:
    """The local starts of stretches with somebody, or with that person."""
    found = [each for each in duty.stretches if not person or person in {who.name for who in each.people}]
    return [f"{each.start.astimezone(duty.zone):%d %H:%M}" for each in found]


def test_an_exdate_takes_out_one_occurrence_in_whatever_zone_it_is_written(roster: Roster) -> None:
    duty = roster(f"{DAILY}\nEXDATE:20260402T080000\nEXDATE:20260403T060000Z\nEXDATE;VALUE=DATE:20260405")

    assert ["01 08:00", "04 08:00"] == starts(duty)


def test_an_rdate_adds_an_occurrence_and_a_period_its_own_length(roster: Roster) -> None:
    duty = roster(f"{DAILY}\nRDATE:20260410T200000\nRDATE;VALUE=PERIOD:20260411T200000/PT4H")
    lengths = [(each.end - each.start) / timedelta(hours=1) for each in duty.stretches]

    assert ["10 20:00", "11 20:00"] == starts(duty)[5:]
    assert [2, 2, 2, 2, 2, 2, 4] == lengths


def test_a_changed_occurrence_moves_and_may_be_somebody_elses(roster: Roster) -> None:
    duty = roster(
        DAILY,
        "UID:1\nRECURRENCE-ID:20260402T080000\nSUMMARY:Bob\nDTSTART:20260402T120000\nDTEND:20260402T130000",
    )

    assert ["01 08:00", "03 08:00", "04 08:00", "05 08:00"] == starts(duty, "Alice")
    assert ["02 12:00"] == starts(duty, "Bob")


def test_a_change_from_one_occurrence_on_lasts(roster: Roster) -> None:
    duty = roster(
        DAILY,
        """UID:1
        RECURRENCE-ID;RANGE=THISANDFUTURE:20260403T080000
        SUMMARY:Bob
        DTSTART:20260403T090000
        DTEND:20260403T100000""",
    )

    assert ["01 08:00", "02 08:00"] == starts(duty, "Alice")
    assert ["03 09:00", "04 09:00", "05 09:00"] == starts(duty, "Bob")


def test_a_cancelled_occurrence_and_a_cancelled_series_do_not_happen(roster: Roster) -> None:
    one = "UID:1\nRECURRENCE-ID:20260402T080000\nSTATUS:CANCELLED\nSUMMARY:Alice\nDTSTART:20260402T080000"
    one += "\nDURATION:PT2H"

    assert ["01 08:00", "03 08:00", "04 08:00", "05 08:00"] == starts(roster(DAILY, one))
    assert [] == starts(roster(f"{DAILY}\nSTATUS:CANCELLED"))


@pytest.mark.parametrize("until", ["20260403T060000Z", "20260403T080000", "20260403"])
def test_the_last_moment_of_a_rule_is_in_it_however_it_is_written(roster: Roster, until: str) -> None:
    duty = roster(DAILY.replace("COUNT=5", f"UNTIL={until}"))

    assert ["01 08:00", "02 08:00", "03 08:00"] == starts(duty)


def test_the_higher_sequence_of_one_event_counts(read: Read) -> None:
    found = read(f"{DAILY}\nSEQUENCE:2", DAILY.replace("Alice", "Bob") + "\nSEQUENCE:1")

    assert ["a"] == [shift.counsellor for shift in found.shifts]
    assert () == found.problems


RULES = (
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=-1,15",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=DAILY;BYHOUR=6,18;BYDAY=SA,SU",
    "FREQ=HOURLY;INTERVAL=36",
    "FREQ=WEEKLY;UNTIL=20260901T000000Z",
)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Africa/Johannesburg"])
@pytest.mark.parametrize("since", [2019, 2026])
def test_rules_are_read_as_another_reader_reads_them(
    roster: Roster, rule: str, zone: str, since: int
) -> None:
    chance = random.Random(f"{rule}{zone}")
    start = datetime(since, chance.randint(1, 2), chance.randint(1, 28), chance.randint(4, 23))  # noqa: DTZ001
    event = (
        f"UID:1\nSUMMARY:Alice\nDTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}\n"
        f"DTEND;TZID={zone}:{start + timedelta(hours=2):%Y%m%dT%H%M%S}\nRRULE:{rule}"
    )
    duty = roster(event, zone=zone)
    calendar = icalendar.Calendar.from_ical(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR"
    )
    others = recurring_ical_events.of(calendar).between(datetime(2026, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001
    first, last = (datetime.fromisoformat(f"2026-{day}T00:00Z").timestamp() for day in ("01-02", "12-30"))
    expected = sorted({each["DTSTART"].dt.timestamp() for each in others})
    own = [each.start.timestamp() for each in duty.stretches]

    assert [each for each in expected if first < each < last] == [each for each in own if first < each < last]


@pytest.mark.parametrize("what", ["", "SUMMARY:Canceled: Alice\nDTEND:20260402T080000Z\n"])
def test_a_cancelled_occurrence_need_not_say_more_than_which_it_is(roster: Roster, what: str) -> None:
    cancelled = f"UID:1\n{what}STATUS:CANCELLED\nRECURRENCE-ID:20260402T060000Z\nDTSTART:20260402T060000Z"
    duty = roster(DAILY, cancelled)

    assert ["01 08:00", "03 08:00", "04 08:00", "05 08:00"] == starts(duty)


def test_a_lasting_change_written_in_utc_follows_the_wall_clock_of_the_series(roster: Roster) -> None:
    weekly = DAILY.replace("20260401", "20261011").replace("DAILY;COUNT=5", "WEEKLY;COUNT=4")
    change = "RECURRENCE-ID;RANGE=THISANDFUTURE:20261018T060000Z\nDTSTART:20261018T070000Z"
    duty = roster(weekly, f"UID:1\n{change}\nDTEND:20261018T080000Z\nSUMMARY:Bob")

    assert ["11 08:00"] == starts(duty, "Alice")
    assert ["18 09:00", "25 09:00", "01 09:00"] == starts(duty, "Bob")


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin"])
def test_midnight_stands_for_the_date_of_a_whole_day(roster: Roster, zone: str) -> None:
    days = "UID:1\nSUMMARY:Alice\nDTSTART;VALUE=DATE:20260401\nRRULE:FREQ=DAILY;UNTIL=20260405T000000Z"
    duty = roster(f"{days}\nEXDATE:20260402T000000Z,20260404T000000Z", zone=zone)

    assert ["01 00:00", "03 00:00", "05 00:00"] == starts(duty)
