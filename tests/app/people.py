"""Named counsellors and their shifts, put where the imports would put them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.duty.calendar import read_calendar
from ivr.duty.people import Person, ReadPeople
from ivr.duty.zones import NamedZone
from ivr.settings import Settings
from ivr.storage.counsellors import keep_counsellors, list_counsellors
from ivr.storage.engine import engine_for, prepare, writing
from ivr.storage.shifts import keep_shifts

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday; two in the afternoon for the helpline
MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class OnDuty:
    """A counsellor and their one shift, in UTC; by default the whole of that Monday."""

    name: str
    phone: str
    languages: tuple[str, ...] = ("en",)
    priority: int = 1
    start: datetime = MIDNIGHT
    end: datetime = MIDNIGHT + timedelta(days=1)
    tier: int = 1


THANDI = OnDuty("Thandi", "+27821110001", ("af", "en"))
SIPHO = OnDuty("Sipho", "+27821110002", ("zu", "en"), priority=2)


def keep_people(settings: Settings, people: Sequence[OnDuty]) -> None:
    """Put the counsellors and their shifts where the imports would put them."""
    persons = tuple(
        Person(each.name, each.phone, each.languages, each.priority, each.tier) for each in people
    )
    engine = engine_for(settings.database_url)
    prepare(engine)
    with writing(engine) as connection:
        keep_counsellors(connection, ReadPeople(persons, (), frozenset(), frozenset(), True), replace=True)
        names = {each.name.casefold(): (each.key,) for each in list_counsellors(connection)}
        read = read_calendar(_calendar(people), NamedZone(ZoneInfo("UTC")), names, NOON)
        assert not read.problems
        keep_shifts(connection, read, replace=True)
    engine.dispose()


def _calendar(people: Sequence[OnDuty]) -> bytes:
    events = [
        f"BEGIN:VEVENT\nUID:{number}\nSUMMARY:{each.name}\nDTSTART:{each.start:%Y%m%dT%H%M%SZ}\n"
        f"DTEND:{each.end:%Y%m%dT%H%M%SZ}\nEND:VEVENT\n"
        for number, each in enumerate(people)
    ]
    return ("BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(events) + "END:VCALENDAR\n").encode()
