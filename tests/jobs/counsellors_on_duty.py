"""Two counsellors on duty, in a database of its own for each test."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.duty.calendar import read_calendar
from ivr.duty.people import Person, ReadPeople
from ivr.duty.roster import DutyRoster, around, make_roster
from ivr.duty.zones import NamedZone
from ivr.flow.roster import Counsellor
from ivr.storage.counsellors import keep_counsellors, list_counsellors
from ivr.storage.duty_changes import list_changes
from ivr.storage.engine import reading, writing
from ivr.storage.pins import set_pin
from ivr.storage.shifts import keep_shifts, list_shifts

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
ZONE = ZoneInfo("Africa/Johannesburg")
PIN = "482910"
PHONES = {"Thandi": "+27821110001", "Sipho": "+27821110002", "Naledi": "+27821110003"}


def keep_shift_of(engine: Engine, *names: str) -> dict[str, Counsellor]:
    """These have a shift from eight to six, South African time, every day."""
    people = tuple(Person(name, phone, ("en", "af"), 1) for name, phone in PHONES.items())
    with writing(engine) as connection:
        keep_counsellors(connection, ReadPeople(people, (), frozenset(), frozenset(), True), replace=True)
        found = {each.name: each for each in list_counsellors(connection)}
        keys = {name.casefold(): (each.key,) for name, each in found.items()}
        read = read_calendar(_calendar(names), NamedZone(ZONE), keys, AT)
        assert not read.problems
        keep_shifts(connection, read, replace=True)
    return found


def give_pin(engine: Engine, person: Counsellor) -> None:
    with writing(engine) as connection:
        set_pin(connection, person.key, PIN)


def roster(engine: Engine, at: datetime = AT) -> DutyRoster:
    """The roster as the snapshot would have it."""
    with reading(engine) as connection:
        people, shifts = list_counsellors(connection), list_shifts(connection)
        changes = list_changes(connection, at - timedelta(days=1))
    return make_roster(people, shifts, ZONE, *around(at, changes), changes)


def on_duty(engine: Engine, at: datetime = AT) -> list[str]:
    return sorted(each.name for each in roster(engine, at).on_duty(at))


def _calendar(names: tuple[str, ...]) -> bytes:
    events = [
        f"BEGIN:VEVENT\nUID:{name}\nSUMMARY:{name}\nDTSTART;TZID=Africa/Johannesburg:20260101T080000\n"
        "DTEND;TZID=Africa/Johannesburg:20260101T180000\nRRULE:FREQ=DAILY\nEND:VEVENT\n"
        for name in names
    ]
    return ("BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(events) + "END:VCALENDAR\n").encode()
