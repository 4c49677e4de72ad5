"""Subscriptions as stored: one try at a time, problems with their time, shifts that know their source."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ivr.duty.calendar import ReadCalendar, Shift
from ivr.storage.engine import reading, writing
from ivr.storage.revision import read_revision
from ivr.storage.shifts import foreign, keep_shifts, shifts_from
from ivr.storage.subscriptions import (
    Subscription,
    claim,
    is_orphaned,
    list_subscriptions,
    note_bad,
    note_good,
    subscribe,
    unsubscribe,
)

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def shift(uid: str, recurrence: str = "") -> Shift:
    return Shift(uid, recurrence, None, f"BEGIN:VEVENT\nUID:{uid}\nSTATUS:CANCELLED\nEND:VEVENT")


@pytest.fixture
def sources(engine: Engine) -> tuple[int, int]:
    with writing(engine) as connection:
        for name in ("one", "two"):
            assert subscribe(connection, f"https://host.example/{name}.ics", NINE)
        assert not subscribe(connection, "https://host.example/one.ics", NINE)
        one, two = list_subscriptions(connection)
    return one.id, two.id


def keep(engine: Engine, source: int | None, *shifts: Shift) -> None:
    with writing(engine) as connection:
        keep_shifts(connection, ReadCalendar(shifts, (), (), whole=True), replace=True, source=source)


def listed(engine: Engine) -> list[Subscription]:
    with reading(engine) as connection:
        return list(list_subscriptions(connection))


def test_a_try_is_one_processs(engine: Engine, sources: tuple[int, int]) -> None:
    with writing(engine) as connection:
        first = [claim(connection, sources[0], NINE - MINUTE, NINE) for _ in range(2)]
        later = claim(connection, sources[0], NINE, NINE + MINUTE)

    assert [True, False] == first
    assert later
    assert [NINE + MINUTE, None] == [each.tried_at for each in listed(engine)]


def test_a_problem_is_told_once_with_its_beginning_and_is_over_when_all_is_good(
    engine: Engine, sources: tuple[int, int]
) -> None:
    with writing(engine) as connection:
        new = [note_bad(connection, sources[0], "gone", NINE + wait * MINUTE) for wait in range(2)]
        other = note_bad(connection, sources[0], "cut off", NINE + 2 * MINUTE)
    bad = listed(engine)[0]
    with writing(engine) as connection:
        note_good(connection, sources[0], '"v"', "", "", NINE + 3 * MINUTE)
    good = listed(engine)[0]

    assert ([True, False], True) == (new, other)
    assert ("cut off", NINE, None) == (bad.problem, bad.since, bad.good_at)
    assert ("", None, NINE + 3 * MINUTE, '"v"') == (good.problem, good.since, good.good_at, good.etag)


def test_every_process_sees_that_a_problem_has_come_or_gone(engine: Engine, sources: tuple[int, int]) -> None:
    seen = []
    for problem in ("gone", "gone", ""):
        with writing(engine) as connection:
            note_bad(connection, sources[0], problem, NINE)
            seen.append(read_revision(connection))

    assert [0, 0, 1] == [number - seen[0] for number in seen]


def test_each_source_replaces_its_own_shifts_alone(engine: Engine, sources: tuple[int, int]) -> None:
    keep(engine, None, shift("hand"))
    keep(engine, sources[0], shift("a"), shift("b"), shift("b", "20260101"), shift("hand"))
    keep(engine, sources[1], shift("c"), shift("a", "20260101"))
    keep(engine, sources[0], shift("b"))
    with reading(engine) as connection:
        found = [[each.uid for each in shifts_from(connection, source)] for source in sources]
        elsewhere = foreign(connection, None)

    assert [["b"], ["c"]] == found
    assert {"b", "c"} == elsewhere
    assert [1, 1] == [each.shifts for each in listed(engine)]


def test_shifts_of_nobody_are_noticed(engine: Engine, sources: tuple[int, int]) -> None:
    keep(engine, sources[0], shift("a"))
    with reading(engine) as connection:
        found = [is_orphaned(connection, source) for source in sources]

    assert [True, False] == found


def test_a_subscription_is_forgotten_with_its_shifts(engine: Engine, sources: tuple[int, int]) -> None:
    keep(engine, None, shift("hand"))
    keep(engine, sources[0], shift("a"), shift("a", "20260101"))
    with writing(engine) as connection:
        gone = unsubscribe(connection, sources[0])
        noted = note_good(connection, sources[0], "", "", "", NINE)

    assert (2, False) == (gone, noted)
    assert [sources[1]] == [each.id for each in listed(engine)]
