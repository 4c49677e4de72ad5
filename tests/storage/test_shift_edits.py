"""Shifts, counsellors and calendar links as staff edit them, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, select

from ivr.duty.edits import Edited, planned, taken_out
from ivr.duty.people import Person
from ivr.duty.plans import Plan, Weekly
from ivr.duty.recurring import Series
from ivr.storage.calendar_links import find_link, list_links, make_link, note_use, take_back_link
from ivr.storage.counsellor_edits import (
    TakenPhoneError,
    add_counsellor,
    change_counsellor,
    find_counsellor,
    person_version,
    remove_counsellor,
)
from ivr.storage.engine import reading, writing
from ivr.storage.revision import read_revision
from ivr.storage.shift_edits import (
    ChangedMeanwhileError,
    KeptElsewhereError,
    hand_over,
    keep_edit,
    remove_shifts_of,
    series_of,
    source_of,
    version_of,
    wait_for_others,
)
from ivr.storage.shifts import list_shifts
from ivr.storage.subscriptions import list_subscriptions, subscribe
from ivr.storage.tables_calendar_links import calendar_links
from ivr.storage.tables_duty import subscribed

ZONE = ZoneInfo("Africa/Johannesburg")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 1, tzinfo=UTC)
ALICE = Person("Alice", "+27821234501", ("en", "af"), 1)
BOB = Person("Bob", "+27821234502", ("en",), 2, 2)


@pytest.fixture
def alice(engine: Engine) -> str:
    with writing(engine) as connection:
        return add_counsellor(connection, ALICE)


def week(person: str) -> Edited:
    start, end = datetime.fromisoformat("2026-03-02 18:00"), datetime.fromisoformat("2026-03-02 20:00")
    return planned(Plan(person, "Alice", start, end, weekly=Weekly(frozenset({0}))), "week", ZONE, NOW)


def keep(engine: Engine, edited: Edited, uid: str = "", version: str = "") -> None:
    with writing(engine) as connection:
        keep_edit(connection, edited, uid, version)


def stored(engine: Engine) -> Series:
    with reading(engine) as connection:
        return Series(series_of(connection, "week"), ZONE)


def test_a_planned_shift_is_stored_and_tells_every_process(engine: Engine, alice: str) -> None:
    with reading(engine) as connection:
        before = read_revision(connection)
    keep(engine, week(alice))
    with reading(engine) as connection:
        after = read_revision(connection)

    assert week(alice).shifts["week"] == stored(engine).shifts
    assert before + 1 == after


def test_a_series_that_is_gone_leaves_nothing(engine: Engine, alice: str) -> None:
    keep(engine, week(alice))
    keep(engine, Edited({"week": ()}), "week", version_of(stored(engine).shifts))

    assert () == stored(engine).shifts


def test_the_second_of_two_who_change_the_same_shift_is_told(engine: Engine, alice: str) -> None:
    keep(engine, week(alice))
    seen = stored(engine)
    version = version_of(seen.shifts)
    keep(engine, taken_out(seen, "20260309T160000Z"), "week", version)
    first = stored(engine).shifts

    with pytest.raises(ChangedMeanwhileError):
        keep(engine, taken_out(seen, "20260316T160000Z"), "week", version)
    assert first == stored(engine).shifts


def test_of_two_at_the_same_moment_one_is_told(engine: Engine, alice: str) -> None:
    keep(engine, week(alice))
    seen = stored(engine)
    told = []

    def change(stamp: str) -> None:
        try:
            keep(engine, taken_out(seen, stamp), "week", version_of(seen.shifts))
            told.append("kept")
        except ChangedMeanwhileError:
            told.append("told")

    both = [Thread(target=change, args=(f"202603{day}T160000Z",)) for day in ("09", "16")]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert ["kept", "told"] == sorted(told)


def test_of_two_who_copy_a_week_at_the_same_moment_the_second_sees_what_the_first_has_added(
    engine: Engine, alice: str
) -> None:
    found: list[int] = []
    first_waits = Barrier(2)

    def copy(uid: str) -> None:
        first_waits.wait()
        with writing(engine) as connection:
            wait_for_others(connection)
            found.append(len(list_shifts(connection)))
            shift = week(alice).shifts["week"][0]
            keep_edit(connection, Edited({uid: (replace(shift, uid=uid),)}), "", "")

    both = [Thread(target=copy, args=(uid,)) for uid in ("first", "second")]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert [0, 1] == sorted(found)


def test_a_shift_of_a_counsellor_who_has_gone_meanwhile_is_not_nobodys(engine: Engine, alice: str) -> None:
    with writing(engine) as connection:
        remove_counsellor(connection, alice)

    with pytest.raises(ChangedMeanwhileError):
        keep(engine, week(alice))
    assert () == stored(engine).shifts


def test_what_a_followed_calendar_brings_is_changed_there(engine: Engine, alice: str) -> None:
    keep(engine, week(alice))
    with writing(engine) as connection:
        subscribe(connection, "https://calendar.example/a.ics", NOW)
        (number,) = (each.id for each in list_subscriptions(connection))
        row = {"uid": "week", "recurrence": "", "subscription_id": number}
        connection.execute(insert(subscribed).values(**row))
        source = source_of(connection, "week")

    assert number == source
    with pytest.raises(KeptElsewhereError):
        keep(engine, Edited({"week": ()}), "week", version_of(stored(engine).shifts))


def test_a_counsellors_shifts_can_be_given_to_another_for_good(engine: Engine, alice: str) -> None:
    keep(engine, week(alice))
    with writing(engine) as connection:
        bob = add_counsellor(connection, BOB)
        count = hand_over(connection, alice, bob)

    assert 1 == count
    assert [bob] == [each.counsellor for each in stored(engine).shifts]


def test_a_counsellor_goes_with_their_shifts_if_that_is_wanted(engine: Engine, alice: str) -> None:
    keep(engine, week(alice))
    with writing(engine) as connection:
        count = remove_shifts_of(connection, alice)
        gone = remove_counsellor(connection, alice)
        left = list_shifts(connection)

    assert (1, True, ()) == (count, gone, left)


def test_nobody_is_given_the_shifts_of_somebody_who_has_gone(engine: Engine, alice: str) -> None:
    with pytest.raises(ChangedMeanwhileError), writing(engine) as connection:
        hand_over(connection, alice, "nobody")


def test_a_phone_is_one_counsellors_alone(engine: Engine, alice: str) -> None:
    with pytest.raises(TakenPhoneError) as refused, writing(engine) as connection:
        add_counsellor(connection, Person("Alicia", ALICE.phone, ("en",), 1))

    assert "Alice" == str(refused.value)
    with reading(engine) as connection:
        assert find_counsellor(connection, alice) is not None


def test_the_second_of_two_who_change_the_same_counsellor_is_told(engine: Engine, alice: str) -> None:
    with reading(engine) as connection:
        seen = find_counsellor(connection, alice)
    assert seen is not None
    version = person_version(seen)
    with writing(engine) as connection:
        change_counsellor(connection, alice, Person("Alice Two", ALICE.phone, ("en",), 3), version)
    with pytest.raises(ChangedMeanwhileError), writing(engine) as connection:
        change_counsellor(connection, alice, BOB, version)

    with reading(engine) as connection:
        now = find_counsellor(connection, alice)
    assert now is not None
    assert ("Alice Two", ("en",), 3) == (now.name, now.languages, now.priority)


def test_a_calendar_link_is_found_by_its_secret_which_is_not_stored(engine: Engine, alice: str) -> None:
    with writing(engine) as connection:
        token = make_link(connection, alice, "Rosa", NOW)
        whole = make_link(connection, None, "Rosa", NOW)
    with reading(engine) as connection:
        mine, all_of_it = find_link(connection, token), find_link(connection, whole)
        other, kept = find_link(connection, "guess"), connection.execute(select(calendar_links)).all()

    assert mine is not None
    assert all_of_it is not None
    assert (alice, "Alice", "Rosa", None) == (mine.person, mine.name, mine.made_by, all_of_it.person)
    assert other is None
    assert token not in repr(kept)


def test_the_use_of_a_link_is_noted_once_a_day_and_a_link_can_be_taken_back(engine: Engine) -> None:
    with writing(engine) as connection:
        make_link(connection, None, "Rosa", NOW)
        for at in (NOW, NOW.replace(hour=20), LATER):
            note_use(connection, list_links(connection)[0], at)
        (link,) = list_links(connection)
        gone = take_back_link(connection, link.id), take_back_link(connection, link.id)
        left = list_links(connection)

    assert LATER == link.used
    assert ((True, False), ()) == (gone, left)
