"""What is said about a calendar that is not as it should be, and that nobody else is touched by it."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.duty.calendar import ReadCalendar, read_calendar
from ivr.duty.problems import UnreadableFileError
from ivr.duty.roster import DutyRoster
from ivr.duty.zones import NamedZone

Read = Callable[..., ReadCalendar]
GOOD = "UID:good\nSUMMARY: ALICE\nDTSTART:20260401T080000\nDTEND:20260401T100000"
AT = datetime(2026, 3, 1, tzinfo=UTC)
EVERY_MINUTE = f"BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"


def raw(data: bytes) -> ReadCalendar:
    return read_calendar(data, NamedZone(ZoneInfo("Europe/Berlin")), {"alice": ("a",)}, AT)


BAD = [
    ("UID:x\nSUMMARY:Zed\nDTSTART:20260401T080000\nDTEND:20260401T100000", "import this counsellor first"),
    ("UID:x\nSUMMARY:Twin\nDTSTART:20260401T080000\nDTEND:20260401T100000", "2 counsellors are called"),
    ("UID:x\nDTSTART:20260401T080000\nDTEND:20260401T100000", "SUMMARY is missing"),
    ("UID:x\nSUMMARY:Bob\nDTEND:20260401T100000", "DTSTART is missing"),
    ("UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000", "it does not end after it begins"),
    ("UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDTEND:20260401T070000", "it does not end after it begins"),
    ("UID:x\nSUMMARY:Bob\nDTSTART:2026-04-01\nDTEND:20260401T100000", "DTSTART is '2026-04-01'"),
    ("UID:x\nSUMMARY:Bob\nDTSTART:20260230T080000\nDTEND:20260401T100000", "DTSTART is '20260230T080000'"),
    ("UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:-PT8H", "write a duration like PT8H"),
    (
        "UID:x\nSUMMARY:Bob\nDTSTART;TZID=Mars/Base:20260401T080000\nDURATION:PT8H",
        "'Mars/Base' is no time zone",
    ),
    ("UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:PT8H\nRRULE:FREQ=SECONDLY", "FREQ is SECONDLY"),
    ("UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:PT8H\nRRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL"),
    (
        "UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:PT8H\nRRULE:FREQ=DAILY;BYDAY=XX",
        "not understood",
    ),
    ("UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:PT8H\nRRULE:nonsense", "not understood"),
    ("UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:PT8H\nEXRULE:FREQ=DAILY", "EXRULE is outdated"),
    (
        f"UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:PT1H\nRRULE:FREQ=DAILY;{EVERY_MINUTE}",
        "1440 times a day",
    ),
    (
        "UID:x\nSUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=900000",
        "from 1 to 100000",
    ),
    ("UID:x\nSUMMARY:Bob\nDTSTART:99991231T230000\nDURATION:P30D", "after year 9999"),
    ("UID:x\nno colon here\nSUMMARY:Bob", "is not NAME:VALUE"),
]


@pytest.mark.parametrize(("event", "what"), BAD)
def test_a_bad_event_is_reported_by_its_uid_and_the_others_are_kept(
    read: Read, event: str, what: str
) -> None:
    found = read(event, GOOD)

    assert [("UID x (line 3)", True)] == [(each.where, what in each.what) for each in found.problems]
    assert ["good"] == [shift.uid for shift in found.shifts]


def test_an_event_without_uid_is_reported_by_its_line(read: Read) -> None:
    found = read(GOOD, "SUMMARY:Bob\nDTSTART:20260401T080000\nDURATION:PT8H")

    assert ["line 9: UID is missing"] == [str(each) for each in found.problems]


def test_two_events_with_one_uid_are_not_both_kept(read: Read) -> None:
    found = read(GOOD, GOOD.replace("ALICE", "Bob"))

    assert ["a"] == [shift.counsellor for shift in found.shifts]
    assert ["the event in line 3 has the same UID; give each its own"] == [
        each.what for each in found.problems
    ]


def test_an_event_that_is_cut_off_is_reported_and_the_file_is_not_whole() -> None:
    event = f"BEGIN:VEVENT\n{GOOD}\nEND:VEVENT\n"
    found = raw(f"BEGIN:VCALENDAR\n{event}{event[:-12].replace('good', 'cut')}".encode())

    assert ["good"] == [shift.uid for shift in found.shifts]
    assert ["UID cut (line 8)", "line 12"] == [each.where for each in found.problems]
    assert not found.whole


def test_a_missing_end_spoils_one_event_only() -> None:
    found = raw(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:open\nBEGIN:VEVENT\n{GOOD}\nEND:VEVENT\nEND:VCALENDAR".encode()
    )

    assert ["good"] == [shift.uid for shift in found.shifts]
    assert "UID open (line 2)" == found.problems[0].where


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"name,phone\n",
        b"\x89PNG\r\n\x1a\n\0\0",
        "BEGIN:VCALENDAR\n".encode("utf-16"),
        b"BEGIN:VCALENDAR\0",
    ],
)
def test_what_is_no_calendar_cannot_be_read_at_all(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        raw(data)


def test_folded_lines_byte_order_marks_and_alarms_are_understood() -> None:
    folded = GOOD.replace("SUMMARY: ALICE", "SUMMARY:AL\n ICE\nBEGIN:VALARM\nDTSTART:nonsense\nEND:VALARM")
    found = raw(f"\ufeffBEGIN:VCALENDAR\nBEGIN:VEVENT\n{folded}\nEND:VEVENT\nEND:VCALENDAR\n".encode())

    assert () == found.problems
    assert ["a"] == [shift.counsellor for shift in found.shifts]


@pytest.mark.parametrize("zone", ["W. Europe Standard Time", "/example.org/1/Europe/Berlin", "Europe/Berlin"])
def test_zones_are_known_by_the_names_that_programs_give_them(
    roster: Callable[..., object], read: Read, zone: str
) -> None:
    event = GOOD.replace("DTSTART", f"DTSTART;TZID={zone}").replace("DTEND", f"DTEND;TZID={zone}")

    assert () == read(event).problems


def test_a_rule_that_never_recurs_is_refused_within_seconds(read: Read) -> None:
    never = ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    found = [read(f"{GOOD}\nRRULE:{rule}").problems[0].what for rule in never]

    assert [True, True] == ["never recurs" in what for what in found]


def test_the_same_event_twice_is_one_shift_and_no_problem(read: Read) -> None:
    found = read(GOOD, GOOD)

    assert () == found.problems
    assert ["good"] == [shift.uid for shift in found.shifts]


def test_a_line_folded_inside_a_letter_is_understood() -> None:
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{GOOD}\nEND:VEVENT\nEND:VCALENDAR\n".encode()
    found = raw(event.replace(b"ALICE", b"ALIC\xc3\r\n \x89"))

    assert ["no counsellor is called 'ALIC\u00c9'; import this counsellor first"] == [
        each.what for each in found.problems
    ]


@pytest.mark.parametrize(
    "line", ['ATTENDEE;CN="O\'Brien "Bob"":mailto:b@example.org', "X-ODD;=:1", "DESCRIPTION;ALTREP=:a"]
)
def test_a_bad_line_that_says_nothing_about_the_shift_spoils_nothing(read: Read, line: str) -> None:
    found = read(f"{line}\n{GOOD}")

    assert () == found.problems
    assert ["a"] == [shift.counsellor for shift in found.shifts]


def test_a_calendar_that_is_sent_to_cancel_cancels(roster: Callable[..., DutyRoster]) -> None:
    other = GOOD.replace("good", "other").replace("20260401", "20260402")
    between = "END:VCALENDAR\nBEGIN:VCALENDAR\nMETHOD:PUBLISH\n"
    found = roster(
        before=f"METHOD:CANCEL\nBEGIN:VEVENT\n{GOOD}\nEND:VEVENT\n{between}BEGIN:VEVENT\n{other}\nEND:VEVENT"
    )

    assert ["02 06:00"] == [f"{each.start:%d %H:%M}" for each in found.stretches]
