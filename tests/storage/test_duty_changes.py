"""What is said about duty: kept in the order in which it was said, once however often it is said."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ivr.duty.changes import Change, Kind
from ivr.duty.people import Person, ReadPeople
from ivr.storage.counsellors import keep_counsellors, list_counsellors
from ivr.storage.duty_changes import (
    UnknownCounsellorError,
    close,
    list_changes,
    reopen,
    set_duty,
    swap,
    take_back,
)
from ivr.storage.engine import reading, writing
from ivr.storage.revision import read_revision

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def keys(engine: Engine) -> tuple[str, str]:
    """The keys of Alice and Bob."""
    people = (Person("Alice", "+27821234501", ("en",), 1), Person("Bob", "+27821234502", ("en",), 1, 2))
    with writing(engine) as connection:
        keep_counsellors(connection, ReadPeople(people, (), frozenset(), frozenset(), True), replace=True)
        alice, bob = list_counsellors(connection)
    return alice.key, bob.key


def say(engine: Engine, key: str, kind: str, start: datetime = NINE, end: datetime | None = None) -> bool:
    with writing(engine) as connection:
        return set_duty(connection, key, kind, start, end, "", start)


def kept(engine: Engine, since: datetime | None = None) -> list[Change]:
    with reading(engine) as connection:
        return list(list_changes(connection, since))


def spans(engine: Engine) -> list[tuple[str, datetime, datetime | None]]:
    return [(each.kind.value, each.start, each.end) for each in kept(engine)]


def revision(engine: Engine) -> int:
    with reading(engine) as connection:
        return read_revision(connection)


def test_what_is_said_is_kept_with_its_note_and_seen_by_every_process(
    engine: Engine, keys: tuple[str, str]
) -> None:
    before = revision(engine)
    with writing(engine) as connection:
        assert set_duty(connection, keys[0], "off", NINE, NINE + HOUR, "dentist", NINE)
    found = kept(engine)

    expected = Change(found[0].uid, Kind.OFF, NINE, NINE + HOUR, keys[0], None, "dentist")
    assert [expected] == found
    assert before + 1 == revision(engine)


def test_a_repeat_has_no_second_effect_and_the_same_word_hours_later_has(
    engine: Engine, keys: tuple[str, str]
) -> None:
    say(engine, keys[0], "off")
    before = revision(engine)
    repeated = say(engine, keys[0], "off", NINE + timedelta(seconds=20))
    same = revision(engine)
    meant = say(engine, keys[0], "off", NINE + 5 * HOUR)

    assert (False, True) == (repeated, meant)
    assert before == same
    assert 2 == len(kept(engine))


def test_going_on_ends_an_open_pause_and_leaves_one_that_begins_tomorrow(
    engine: Engine, keys: tuple[str, str]
) -> None:
    tomorrow = NINE + 24 * HOUR
    with writing(engine) as connection:
        set_duty(connection, keys[0], "pause", tomorrow, None, "", NINE)
    say(engine, keys[0], "pause")
    say(engine, keys[0], "on", NINE + HOUR)

    expected = [("pause", tomorrow, None), ("pause", NINE, NINE + HOUR), ("on", NINE + HOUR, None)]
    assert expected == spans(engine)


def test_an_on_of_days_ago_is_closed_by_the_next_word_and_one_of_today_is_not(
    engine: Engine, keys: tuple[str, str]
) -> None:
    say(engine, keys[0], "on")
    say(engine, keys[0], "on", NINE + HOUR)
    before = spans(engine)
    say(engine, keys[0], "on", NINE + 49 * HOUR)

    assert [None, None] == [end for _, _, end in before]
    assert [NINE + 49 * HOUR, NINE + 49 * HOUR, None] == [end for _, _, end in spans(engine)]


def test_one_persons_word_changes_nothing_about_anothers(engine: Engine, keys: tuple[str, str]) -> None:
    say(engine, keys[0], "pause")
    say(engine, keys[1], "on", NINE + HOUR)

    assert [("pause", NINE, None), ("on", NINE + HOUR, None)] == spans(engine)


def test_who_is_not_a_counsellor_is_refused(engine: Engine) -> None:
    with pytest.raises(UnknownCounsellorError, match="nobody"):
        say(engine, "nobody", "on")


def test_what_a_removed_counsellor_has_said_goes_with_them(engine: Engine, keys: tuple[str, str]) -> None:
    say(engine, keys[0], "off")
    with writing(engine) as connection:
        keep_counsellors(connection, ReadPeople((), (), frozenset(), frozenset(), True), replace=True)

    assert [] == kept(engine)


def test_a_swap_is_kept_once(engine: Engine, keys: tuple[str, str]) -> None:
    with writing(engine) as connection:
        first = swap(connection, *keys, NINE, NINE + HOUR, "", NINE)
        again = swap(connection, *keys, NINE, NINE + HOUR, "", NINE)
        back = swap(connection, keys[1], keys[0], NINE, NINE + HOUR, "", NINE)

    assert (True, False, True) == (first, again, back)
    assert [keys, (keys[1], keys[0])] == [(each.person, each.other) for each in kept(engine)]


def test_a_closure_is_kept_once_and_ends_when_the_helpline_reopens(engine: Engine) -> None:
    with writing(engine) as connection:
        closed = [close(connection, NINE, None, "strike", NINE) for _ in range(2)]
        before = reopen(connection, NINE - HOUR)
        opened = [reopen(connection, NINE + HOUR) for _ in range(2)]

    assert [True, False] == closed
    assert (0, [1, 0]) == (before, opened)
    assert [("closure", NINE, NINE + HOUR)] == spans(engine)


def test_a_change_is_taken_back_by_its_id(engine: Engine, keys: tuple[str, str]) -> None:
    say(engine, keys[0], "off")
    uid = kept(engine)[0].uid
    with writing(engine) as connection:
        taken = [take_back(connection, uid) for _ in range(2)]

    assert [1, 0] == taken
    assert [] == kept(engine)


def test_what_has_ended_is_left_out_unless_something_open_may_depend_on_it(
    engine: Engine, keys: tuple[str, str]
) -> None:
    say(engine, keys[1], "on", NINE, NINE + HOUR)
    with writing(engine) as connection:
        swap(connection, *keys, NINE + 2 * HOUR, NINE + 9 * HOUR, "", NINE)
    ended = kept(engine, NINE + 48 * HOUR)
    say(engine, keys[1], "off", NINE + 3 * HOUR)

    assert [] == ended
    assert ["swap", "off"] == [each.kind.value for each in kept(engine, NINE + 48 * HOUR)]


def test_a_tier_is_kept_and_changed(engine: Engine, keys: tuple[str, str]) -> None:
    second = Person("Alice", "+27821234501", ("en",), 1, 2)
    with writing(engine) as connection:
        read = ReadPeople((second,), (), frozenset(), frozenset(), True)
        done = keep_counsellors(connection, read, replace=False)
        tiers = [each.tier for each in list_counsellors(connection)]

    assert 1 == done.changed
    assert [2, 2] == tiers
