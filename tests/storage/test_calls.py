"""Calls and counts in the database: each webhook once, whatever order and however often it is told."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from ivr.storage.call_summary import CallEvent, measures, places, summarise
from ivr.storage.calls import counting, forget_calls, note_events, unended
from ivr.storage.engine import reading
from ivr.storage.tables_calls import MEASURES, call_events, call_hours, call_places, calls
from tests.storage.calls_told import after, heard_segment, left_waiting, reached_call, told

ZONE = ZoneInfo("Africa/Johannesburg")


def note(engine: Engine, events: list[CallEvent]) -> int:
    with counting(engine) as connection:
        return note_events(connection, events, ZONE)


def evening() -> list[list[CallEvent]]:
    """Sixty calls of three kinds, a minute apart."""
    made = (reached_call, left_waiting, heard_segment)
    return [made[each % 3](f"CB{each}", begun=60.0 * each) for each in range(60)]


def counted(engine: Engine) -> Counter[str]:
    with reading(engine) as connection:
        rows = connection.execute(select(call_hours)).mappings().all()
    found = {
        (spoken, whole): +Counter({name: sum(row[name] for row in some) for name in MEASURES})
        for spoken in (True, False)
        for whole in (True, False)
        if (some := [row for row in rows if (row["language"] != "", row["hour"] < 0) == (spoken, whole)])
    }
    # By language or for all, by the hour or by the day, it is the same.
    assert all(each == found[True, False] for each in found.values())
    return found[True, False]


def placed(engine: Engine) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    with reading(engine) as connection:
        for row in connection.execute(select(call_places).where(call_places.c.language == "")):
            found[row.measure, row.place] += row.number
    return +found


def expected(of: list[list[CallEvent]]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """The same counted from the events alone, without the database."""
    numbers: Counter[str] = Counter()
    for events in of:
        numbers.update(measures(summarise(events), events))
    return numbers, Counter(place for events in of for place in places(summarise(events), events))


def test_counts_are_those_of_the_calls_in_whatever_pieces_order_and_repeats_they_come(engine: Engine) -> None:
    told_calls = evening()
    events = [event for each in told_calls for event in each]
    chance = random.Random(11)
    sent = events + chance.sample(events, 100)
    chance.shuffle(sent)
    new = sum(note(engine, sent[first : first + 23]) for first in range(0, len(sent), 23))

    assert len(events) == new
    assert expected(told_calls) == (counted(engine), placed(engine))


def test_the_same_again_changes_nothing(engine: Engine) -> None:
    note(engine, reached_call())
    before = counted(engine), placed(engine)

    assert 0 == note(engine, reached_call())
    assert before == (counted(engine), placed(engine))


def test_several_processes_may_tell_of_the_same_calls_at_once(engine: Engine) -> None:
    told_calls = evening()
    events = [event for each in told_calls for event in each]
    orders = [random.Random(number).sample(events, len(events)) for number in range(3)]

    def tell(order: list[CallEvent]) -> int:
        return sum(note(engine, order[first : first + 31]) for first in range(0, len(order), 31))

    with ThreadPoolExecutor(3) as pool:
        new = sum(pool.map(tell, orders))

    assert len(events) == new
    assert expected(told_calls) == (counted(engine), placed(engine))


def test_a_language_chosen_later_moves_the_call_to_that_language(engine: Engine) -> None:
    note(engine, [told(0, "language", "answered", language="en")])
    note(engine, [told(5, "menu main", language="zu")])
    with reading(engine) as connection:
        rows = connection.execute(select(call_hours).where(call_hours.c.hour >= 0)).all()

    assert {"en": 0, "zu": 1, "": 1} == {row.language: row.offered for row in rows}


def test_a_call_counts_in_the_local_hour_in_which_it_began(engine: Engine) -> None:
    india = ZoneInfo("Asia/Kolkata")
    with counting(engine) as connection:
        note_events(connection, reached_call(begun=20 * 60), india)  # 17:50 there
        hours = {(f"{row.day}", row.hour) for row in connection.execute(select(call_hours))}

    assert {("2026-01-05", 17), ("2026-01-05", -1)} == hours


def test_an_end_that_comes_first_waits_for_its_call(engine: Engine) -> None:
    events = left_waiting()
    note(engine, [events[-1]])
    note(engine, events[:-1])
    with reading(engine) as connection:
        row = connection.execute(select(calls.c.outcome, calls.c.waited, calls.c.ended)).one()

    assert ("abandoned", 45, after(56)) == tuple(row)


def test_a_call_of_which_nothing_more_is_told_can_be_found(engine: Engine) -> None:
    note(engine, [*reached_call("CA5")[:2], *left_waiting("CA6")])
    with reading(engine) as connection:
        found = unended(connection, after(3600), 10)

    assert (("CA5", after(10)),) == found


def test_old_calls_are_forgotten_and_what_was_counted_stays(engine: Engine) -> None:
    note(engine, [*reached_call("CA7"), *reached_call("CA8", begun=7200)])
    with counting(engine) as connection:
        forgotten = forget_calls(connection, after(3600), 10)
        left = connection.scalars(select(call_events.c.call).distinct()).all()

    assert (1, ["CA8"]) == (forgotten, left)
    assert 2 == counted(engine)["offered"]
