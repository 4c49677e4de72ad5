"""What is counted of calls, by hour and place; kept up with every change of a call."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from ivr.storage.call_summary import CallEvent, Summary, measures, places
from ivr.storage.tables_calls import ALL_LANGUAGES, MEASURES, WHOLE_DAY, call_hours, call_places

Hour = tuple[int, str, date]
Place = tuple[str, date, str, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """A call with the hour under which it stands in the counts."""

    summary: Summary
    hour: datetime
    events: tuple[CallEvent, ...]


def counted(summary: Summary, events: Sequence[CallEvent], zone: ZoneInfo) -> Counted:
    """The call under the local hour of `zone` in which it began."""
    return Counted(summary, local_hour(summary.started, zone), tuple(events))


def local_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the hour on the clocks of `zone`, in UTC."""
    return at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def hours_of(language: str, local: datetime) -> tuple[Hour, ...]:
    """Where a call of that language counts that began then: in its hour and day, and in those of all."""
    pairs = [(hour, spoken) for hour in (local.hour, WHOLE_DAY) for spoken in (language, ALL_LANGUAGES)]
    return tuple((hour, spoken, local.date()) for hour, spoken in pairs)


def days_of(language: str, local: datetime) -> tuple[tuple[str, date], ...]:
    """Where its places count: under its language, and under all."""
    return (language, local.date()), (ALL_LANGUAGES, local.date())


def change(
    connection: Connection, before: Iterable[Counted], after: Iterable[Counted], zone: ZoneInfo
) -> None:
    """Take what calls counted before out of the counts, and put in what they count now."""
    hours: dict[Hour, Counter[str]] = {}
    found: Counter[Place] = Counter()
    for sign, some in ((-1, before), (1, after)):
        for each in some:
            _count(hours, found, each, sign, zone)
    for hour in sorted(hours):
        _add_hour(connection, hour, hours[hour])
    for place in sorted(place for place, number in found.items() if number):
        _add_place(connection, place, found[place])


def _count(
    hours: dict[Hour, Counter[str]], found: Counter[Place], each: Counted, sign: int, zone: ZoneInfo
) -> None:
    numbers = measures(each.summary, each.events)
    for hour in hours_of(each.summary.language, each.hour.astimezone(zone)):
        counts = hours.setdefault(hour, Counter())
        for name, number in numbers.items():
            counts[name] += sign * number
    for measure, place in places(each.summary, each.events):
        for language, day in days_of(each.summary.language, each.hour.astimezone(zone)):
            found[language, day, measure, place] += sign


def _add_hour(connection: Connection, key: Hour, counts: Counter[str]) -> None:
    numbers = {name: counts[name] for name in MEASURES if counts[name]}
    if numbers:
        values = dict(zip(("hour", "language", "day"), key, strict=True))
        _upsert(connection, call_hours, values, numbers)


def _add_place(connection: Connection, key: Place, number: int) -> None:
    values = dict(zip(("language", "day", "measure", "place"), key, strict=True))
    _upsert(connection, call_places, values, {"number": number})


def _upsert(connection: Connection, table: Table, key: dict[str, object], numbers: dict[str, int]) -> None:
    module = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = module.insert(table).values(**key, **numbers)
    added = {name: table.c[name] + new.excluded[name] for name in numbers}
    connection.execute(new.on_conflict_do_update(index_elements=list(key), set_=added))
