"""What was counted of calls in a span of time: in all, by language, day and hour of the day, and by place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from ivr.storage.tables_calls import ALL_LANGUAGES, MEASURES, WHOLE_DAY, call_hours, call_places


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of calls, as MEASURES of the tables; `waited` are the seconds of all who were answered."""

    offered: int = 0
    asked: int = 0
    answered: int = 0
    answered_20: int = 0
    answered_30: int = 0
    waited: int = 0
    abandoned: int = 0
    abandoned_30: int = 0
    nobody_on_duty: int = 0
    nobody_answered: int = 0
    turned_away: int = 0
    messages: int = 0
    callbacks: int = 0
    heard: int = 0
    gone: int = 0
    overdose: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in MEASURES))

    @property
    def average_wait(self) -> int | None:
        """Seconds until a person was there, of those who were answered."""
        return round(self.waited / self.answered) if self.answered else None

    @property
    def otherwise(self) -> int:
        """Who asked for a person and left the wait for a promise, or is on the line still."""
        ends = self.answered + self.abandoned + self.nobody_on_duty + self.nobody_answered
        return max(0, self.asked - ends)

    def share(self, name: str, of: str = "asked") -> int | None:
        """One measure in percent of another; None of nothing."""
        whole = getattr(self, of)
        return round(100 * getattr(self, name) / whole) if whole else None


@dataclass(frozen=True, slots=True)
class Span:
    """Local days of the helpline, the last included; `language` "" is every language."""

    first: date
    last: date
    language: str = ""

    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(
            self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)
        )


@dataclass(frozen=True, slots=True)
class Statistics:
    """A span's counts; `hours` are 0 to 23 on the helpline's clocks."""

    total: Counts
    languages: Mapping[str, Counts]
    days: Mapping[date, Counts]
    hours: Mapping[int, Counts]


@dataclass(frozen=True, slots=True)
class Heard:
    """Calls in which a segment was begun, and those of them in which it was heard to its end."""

    segment: str
    begun: int
    heard: int

    @property
    def percent(self) -> int | None:
        """Heard to the end, of those begun."""
        return round(100 * self.heard / self.begun) if self.begun else None


@dataclass(frozen=True, slots=True)
class Places:
    """`segments`, those begun most often first; `left`: where calls ended, the most frequent place first."""

    segments: tuple[Heard, ...]
    left: tuple[tuple[str, int], ...]


def statistics(connection: Connection, span: Span) -> Statistics:
    """The counts of the span."""
    spoken = call_hours.c.language == span.language
    every = call_hours.c.language != ALL_LANGUAGES if span.language == ALL_LANGUAGES else spoken
    days = _by(connection, span, call_hours.c.day, call_hours.c.hour == WHOLE_DAY, spoken)
    hours = _by(connection, span, call_hours.c.hour, call_hours.c.hour.in_(range(24)), spoken)
    languages = _by(connection, span, call_hours.c.language, call_hours.c.hour == WHOLE_DAY, every)
    return Statistics(
        total=sum(days.values(), Counts()),
        languages=dict(sorted(languages.items(), key=lambda each: -each[1].offered)),
        days={day: days.get(day, Counts()) for day in span.days()},
        hours={hour: hours.get(hour, Counts()) for hour in range(24)},
    )


def places_of(connection: Connection, span: Span) -> Places:
    """What was heard, and where calls ended."""
    number = func.sum(call_places.c.number)
    query = select(call_places.c.measure, call_places.c.place, number)
    query = query.where(call_places.c.language == span.language)
    query = query.where(call_places.c.day >= span.first, call_places.c.day <= span.last)
    found: dict[str, Counter[str]] = {"begun": Counter(), "heard": Counter(), "left": Counter()}
    for measure, place, count in connection.execute(
        query.group_by(call_places.c.measure, call_places.c.place)
    ):
        found[measure][place] = int(count)
    begun, heard, left = (+found[name] for name in ("begun", "heard", "left"))
    segments = tuple(Heard(name, count, heard[name]) for name, count in begun.most_common())
    return Places(segments, tuple(left.most_common()))


def languages_counted(connection: Connection) -> tuple[str, ...]:
    """Every language of which there are counts."""
    days = (call_hours.c.hour == WHOLE_DAY, call_hours.c.language != ALL_LANGUAGES)
    query = select(call_hours.c.language).where(*days).distinct().order_by(call_hours.c.language)
    return tuple(connection.scalars(query))


def _by(
    connection: Connection, span: Span, column: ColumnElement[Any], *which: ColumnElement[bool]
) -> dict[Any, Counts]:
    sums = (func.coalesce(func.sum(call_hours.c[name]), 0) for name in MEASURES)
    within = (call_hours.c.day >= span.first, call_hours.c.day <= span.last)
    rows = connection.execute(select(column, *sums).where(*which, *within).group_by(column))
    return {key: Counts(*map(int, numbers)) for key, *numbers in rows}
