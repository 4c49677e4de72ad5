"""Imports: matched by phone and by UID; what is absent stays unless replaced; what was bad is let be."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from ivr.duty.calendar import ReadCalendar, Shift, Spoiled
from ivr.duty.people import Person, ReadPeople
from ivr.storage.counsellors import Imported, keep_counsellors, list_counsellors
from ivr.storage.engine import reading, writing
from ivr.storage.revision import read_revision
from ivr.storage.shifts import keep_shifts, list_shifts

ALICE = Person("Alice", "+27821234501", ("en", "af"), 1)
BOB = Person("Bob", "+27821234502", ("en",), 2)


def people(*them: Person, phones: str = "", names: str = "", whole: bool = True) -> ReadPeople:
    return ReadPeople(them, (), frozenset({phones}), frozenset({names}), whole)


def calendar(*shifts: Shift, spoiled: tuple[Spoiled, ...] = (), whole: bool = True) -> ReadCalendar:
    return ReadCalendar(shifts, (), spoiled, whole)


def keep(engine: Engine, read: ReadPeople, *, replace: bool = False) -> Imported:
    with writing(engine) as connection:
        return keep_counsellors(connection, read, replace=replace)


def keep_all(engine: Engine, read: ReadCalendar, *, replace: bool = False) -> Imported:
    with writing(engine) as connection:
        return keep_shifts(connection, read, replace=replace)


def names(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [each.name for each in list_counsellors(connection)]


def uids(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return [(each.uid, each.recurrence) for each in list_shifts(connection)]


def shift(engine: Engine, uid: str, recurrence: str = "", note: str = "") -> Shift:
    with reading(engine) as connection:
        key = list_counsellors(connection)[0].key
    return Shift(uid, recurrence, key, f"BEGIN:VEVENT\nSUMMARY:Alice\nX:{note}\nEND:VEVENT")


def revision(engine: Engine) -> int:
    with reading(engine) as connection:
        return read_revision(connection)


def test_a_counsellor_is_matched_by_phone_and_keeps_the_key(engine: Engine) -> None:
    keep(engine, people(ALICE))
    with reading(engine) as connection:
        before = list_counsellors(connection)
    done = keep(engine, people(replace(ALICE, name="Alice B.", languages=("zu",))))

    with reading(engine) as connection:
        after = list_counsellors(connection)
    assert Imported(0, 1, 0) == done
    assert [("Alice B.", ("zu",), before[0].key)] == [(each.name, each.languages, each.key) for each in after]


def test_whoever_is_absent_stays_unless_replaced(engine: Engine) -> None:
    keep(engine, people(ALICE, BOB))
    keep(engine, people(ALICE))

    assert ["Alice", "Bob"] == names(engine)
    assert Imported(0, 0, 1) == keep(engine, people(ALICE), replace=True)
    assert ["Alice"] == names(engine)


@pytest.mark.parametrize(
    "bad", [people(ALICE, phones=BOB.phone), people(ALICE, names="bob"), people(ALICE, whole=False)]
)
def test_whoever_stands_in_a_bad_row_is_not_absent(engine: Engine, bad: ReadPeople) -> None:
    keep(engine, people(ALICE, BOB))
    keep(engine, bad, replace=True)

    assert ["Alice", "Bob"] == names(engine)


def test_an_import_that_changes_nothing_says_nothing_to_anybody(engine: Engine) -> None:
    keep(engine, people(ALICE))
    keep_all(engine, calendar(shift(engine, "1")))
    before = revision(engine)

    assert Imported(0, 0, 0) == keep(engine, people(ALICE))
    assert Imported(0, 0, 0) == keep_all(engine, calendar(shift(engine, "1")))
    assert before == revision(engine)


def test_every_change_of_people_and_shifts_is_a_new_revision(engine: Engine) -> None:
    seen = [revision(engine)]
    keep(engine, people(ALICE))
    seen.append(revision(engine))
    keep_all(engine, calendar(shift(engine, "1")))
    seen.append(revision(engine))
    keep_all(engine, calendar(), replace=True)
    seen.append(revision(engine))

    assert 4 == len(set(seen))


def test_events_are_matched_by_uid_and_what_is_absent_stays_unless_replaced(engine: Engine) -> None:
    keep(engine, people(ALICE))
    keep_all(engine, calendar(shift(engine, "1"), shift(engine, "2")))

    assert Imported(0, 1, 0) == keep_all(engine, calendar(shift(engine, "1", note="new")))
    assert [("1", ""), ("2", "")] == uids(engine)
    assert Imported(0, 0, 1) == keep_all(engine, calendar(shift(engine, "1", note="new")), replace=True)
    assert [("1", "")] == uids(engine)


def test_a_change_of_an_occurrence_that_was_taken_back_is_removed(engine: Engine) -> None:
    keep(engine, people(ALICE))
    keep_all(engine, calendar(shift(engine, "1"), shift(engine, "1", "20260402T060000Z")))
    keep_all(engine, calendar(shift(engine, "1")))

    assert [("1", "")] == uids(engine)


def test_a_change_of_an_occurrence_alone_leaves_the_series(engine: Engine) -> None:
    keep(engine, people(ALICE))
    keep_all(engine, calendar(shift(engine, "1")))
    keep_all(engine, calendar(shift(engine, "1", "20260402T060000Z")), replace=True)

    assert [("1", ""), ("1", "20260402T060000Z")] == uids(engine)


@pytest.mark.parametrize(
    ("spoiled", "whole"),
    [
        ((Spoiled("2", None),), True),
        ((Spoiled(None, "alice"),), True),
        ((Spoiled(None, None),), True),
        ((), False),
    ],
)
def test_a_stored_shift_stays_where_the_files_own_was_bad(
    engine: Engine, spoiled: tuple[Spoiled, ...], whole: bool
) -> None:
    keep(engine, people(ALICE))
    keep_all(engine, calendar(shift(engine, "1"), shift(engine, "2")))
    keep_all(engine, calendar(shift(engine, "1"), spoiled=spoiled, whole=whole), replace=True)

    assert [("1", ""), ("2", "")] == uids(engine)


def test_the_shifts_of_somebody_who_was_removed_are_nobodys(engine: Engine) -> None:
    keep(engine, people(ALICE, BOB))
    keep_all(engine, calendar(shift(engine, "1")))
    keep(engine, people(BOB), replace=True)

    with reading(engine) as connection:
        assert [None] == [each.counsellor for each in list_shifts(connection)]


def test_a_summary_with_parameters_says_whose_event_was_spoiled(engine: Engine) -> None:
    keep(engine, people(ALICE))
    stored = shift(engine, "1")
    keep_all(engine, calendar(replace(stored, text=stored.text.replace("SUMMARY", "SUMMARY;LANGUAGE=en-za"))))
    keep_all(engine, calendar(spoiled=(Spoiled(None, "Alice"),)), replace=True)

    assert [("1", "")] == uids(engine)
