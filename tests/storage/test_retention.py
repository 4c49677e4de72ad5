"""What is older than it may be goes, on the day it is; what is promised or yet to be done stays for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from ivr.content.service import RetentionTable
from ivr.storage import notices
from ivr.storage.accounts_attempts import begin_attempt
from ivr.storage.audit import note
from ivr.storage.blocks import block
from ivr.storage.calls import note_events
from ivr.storage.check_calls import TEST, add_check
from ivr.storage.duty_changes import close
from ivr.storage.engine import reading, writing
from ivr.storage.line_answers import keep_answer
from ivr.storage.line_deeds import once
from ivr.storage.promise_states import give_up, keep
from ivr.storage.promises import Message, deleted, fetched, recordings_to_delete, store_message
from ivr.storage.purges import hold_purge, last_purge, may_purge, note_purge
from ivr.storage.retention import old_rows
from ivr.storage.studio_recordings import DRAFTED, StudioRecording, keep_recording, settle_recording
from ivr.storage.tables import counsellors, promises, recordings
from ivr.storage.tables_calls import call_events, call_hours
from ivr.storage.tables_reaching import conversations, waits
from ivr.storage.tallies import count
from tests.storage.calls_told import NOON as CALLED
from tests.storage.calls_told import reached_call

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TERMS = RetentionTable()
ID = "RE" + "1" * 32


def purge(connection: Connection, at: datetime) -> dict[str, int]:
    """How many of each kind were removed; those of which nothing was are left out."""
    removed = {each.kind: each.remove(connection, 100) for each in old_rows(TERMS, at)}
    return {kind: number for kind, number in removed.items() if number}


def counted(connection: Connection, at: datetime) -> dict[str, int]:
    found = {each.kind: each.count(connection) for each in old_rows(TERMS, at)}
    return {kind: number for kind, number in found.items() if number}


def a_message(connection: Connection) -> int:
    store_message(connection, Message("CA1", ID, 9, "en", 1, NOON))
    fetched(connection, ID, f"{ID}.wav", NOON)
    return 1 if (found := connection.scalar(select(promises.c.id))) is None else int(found)


def a_kept_message(connection: Connection) -> None:
    keep(connection, a_message(connection), NOON)


def a_message_given_up(connection: Connection) -> None:
    give_up(connection, a_message(connection), NOON, "no words in it")


def a_conversation(connection: Connection) -> None:
    who = {"call": "CA1", "leg_id": 1, "caller": "a keyed hash", "person": "k1", "language": "en"}
    how = {"started": NOON, "ended": NOON, "dropped": False, "outcome": "helped", "answer": ""}
    connection.execute(insert(conversations).values(**who, **how))


def a_conversation_of_nobody(connection: Connection) -> None:
    a_conversation(connection)
    connection.execute(update(conversations).values(caller=""))


def a_stay(connection: Connection) -> None:
    words = dict.fromkeys(("queue", "queue_sid", "topic", "told"), "") | {"language": "en", "state": "over"}
    numbers = {"entry": 1, "waited": 9, "tick": 1, "listening": False, "overdose": False}
    at = {"since": NOON, "seen": NOON, "ended": NOON}
    connection.execute(insert(waits).values(call="CA1", caller="a keyed hash", **words, **numbers, **at))


def a_notice(connection: Connection) -> None:
    notices.keep_notice(connection, "gap-ahead", "monday", {})
    [told] = notices.unaddressed(connection)
    notices.address(connection, told.id, [notices.Recipient("gap-ahead", "sms", "+27820000001", "en")], NOON)
    [delivery] = notices.due_deliveries(connection, NOON)
    notices.delivered(connection, delivery.id, NOON)


def a_studio_recording(connection: Connection) -> None:
    keep_recording(connection, StudioRecording(ID, 1, "Naledi", "en", {"id": "welcome"}, NOON))
    settle_recording(connection, ID, DRAFTED, 1)


def an_answer(connection: Connection) -> None:
    who = {"key": "k1", "name": "Thandi", "phone": "+27820000001", "languages": "en", "priority": 1}
    connection.execute(insert(counsellors).values(**who))
    once(connection, "SM1", NOON, lambda: "on")
    keep_answer(connection, "SM1", "k1", "You are on duty.", NOON)


def a_deed(connection: Connection) -> None:
    once(connection, "CA1.3", NOON, lambda: "on")


@pytest.mark.parametrize(
    ("kind", "days", "store"),
    [
        ("conversations", 365, a_conversation_of_nobody),
        ("callers of conversations", 30, a_conversation),
        ("waits", 7, a_stay),
        ("promises", 180, a_kept_message),
        ("promises", 180, a_message_given_up),
        ("notices", 90, a_notice),
        ("audit log", 1826, lambda connection: note(connection, NOON, "Naledi", "signed in", "")),
        ("roster changes", 90, lambda connection: close(connection, NOON - DAY, NOON, "", NOON)),
        ("recordings of staff", 30, a_studio_recording),
        ("deeds of counsellors", 2, a_deed),
        ("counts", 0, lambda connection: count(connection, "missed:x", "today", NOON + SECOND, 3)),
        ("wrong attempts", 1, lambda connection: begin_attempt(connection, "login:x", NOON + SECOND, 5)),
    ],
)
def test_each_kind_is_kept_to_the_day_and_counted_as_it_will_be_removed(
    engine: Engine, kind: str, days: int, store: Callable[[Connection], object]
) -> None:
    with writing(engine) as connection:
        store(connection)
        early = purge(connection, NOON + days * DAY)
        told = counted(connection, NOON + days * DAY + SECOND)
        late = purge(connection, NOON + days * DAY + SECOND)

        assert ({}, {kind: 1}, {kind: 1}) == (early, told, late)


def test_check_calls_go_and_what_staff_did_with_them_stays_longer(engine: Engine) -> None:
    with writing(engine) as connection:
        add_check(connection, TEST, "k1", "01", "Naledi", NOON)

        assert {"check calls": 1} == purge(connection, NOON + 400 * DAY + SECOND)


def test_a_block_goes_when_it_is_over(engine: Engine) -> None:
    with writing(engine) as connection:
        block(connection, "a keyed hash", "rude", NOON, NOON - DAY)

        assert {"blocks": 1} == purge(connection, NOON)


def test_a_promise_that_is_neither_kept_nor_given_up_stays_with_its_recording(engine: Engine) -> None:
    with writing(engine) as connection:
        a_message(connection)

        assert {} == purge(connection, NOON + 9999 * DAY)
        assert [(1, True)] == [
            (row.promise_id and 1, row.wanted) for row in connection.execute(select(recordings))
        ]


def test_the_recording_of_a_promise_that_went_is_still_to_be_deleted_at_the_provider(engine: Engine) -> None:
    late = NOON + 181 * DAY
    with writing(engine) as connection:
        a_kept_message(connection)
        deleted(connection, ID, NOON)
        purge(connection, late)
        due = [each.id for each in recordings_to_delete(connection, late)]
        deleted(connection, ID, late)

        assert [ID] == due
        assert {} == purge(connection, late + 30 * DAY)
        assert {"traces of recordings": 1} == purge(connection, late + 30 * DAY + SECOND)


def test_calls_go_with_what_happened_on_them_and_their_counts_stay(engine: Engine) -> None:
    with writing(engine) as connection:
        note_events(connection, reached_call(), ZoneInfo("UTC"))
        early = purge(connection, CALLED + 364 * DAY)
        late = purge(connection, CALLED + 366 * DAY)

        assert ({}, {"calls": 1}) == (early, late)
        assert [] == connection.execute(select(call_events)).all()
        assert 1 == connection.scalar(select(call_hours.c.answered).where(call_hours.c.answered > 0))


def test_what_somebody_is_still_to_be_told_stays(engine: Engine) -> None:
    with writing(engine) as connection:
        a_notice(connection)
        connection.execute(update(notices.deliveries).values(state=notices.WAITING))

        assert {} == purge(connection, NOON + 91 * DAY)


def test_a_recording_of_staff_that_is_still_to_be_fetched_stays(engine: Engine) -> None:
    with writing(engine) as connection:
        keep_recording(connection, StudioRecording(ID, 1, "Naledi", "en", {"id": "welcome"}, NOON))

        assert {} == purge(connection, NOON + 99 * DAY)


def test_an_answer_that_is_still_to_be_sent_stays(engine: Engine) -> None:
    with writing(engine) as connection:
        an_answer(connection)

        assert {"deeds of counsellors": 1} == purge(connection, NOON + 3 * DAY)


def test_a_change_of_the_roster_that_lasts_stays(engine: Engine) -> None:
    with writing(engine) as connection:
        close(connection, NOON, None, "", NOON)

        assert {} == purge(connection, NOON + 999 * DAY)


def test_it_is_done_once_a_day_and_begun_once_an_hour(engine: Engine) -> None:
    at = [NOON + timedelta(hours=hours) for hours in (0, 0, 1, 2, 12)]
    with writing(engine) as connection:
        begun = [may_purge(connection, each) for each in at[:3]]
        note_purge(connection, at[2])
        later = [may_purge(connection, each) for each in at[3:]]

    assert ([True, False, True], [False, True]) == (begun, later)


def test_whoever_has_begun_has_an_hour_whatever_the_clock_s_hand_says(engine: Engine) -> None:
    begins = NOON.replace(hour=10, minute=59, second=50)
    with writing(engine) as connection:
        begun = [may_purge(connection, begins + timedelta(seconds=each)) for each in (0, 10, 3599, 3600)]

    assert [True, False, False, True] == begun


def test_whoever_goes_on_has_another_hour(engine: Engine) -> None:
    with writing(engine) as connection:
        begun = [may_purge(connection, NOON)]
        hold_purge(connection, NOON + timedelta(minutes=50))
        begun += [may_purge(connection, NOON + timedelta(minutes=each)) for each in (61, 109, 110)]

    assert [True, False, False, True] == begun


def test_one_that_a_clock_that_was_ahead_has_begun_holds_up_nobody(engine: Engine) -> None:
    with writing(engine) as connection:
        begun = [may_purge(connection, each) for each in (NOON + 3 * timedelta(hours=1), NOON, NOON)]

    assert [True, True, False] == begun


def test_of_several_who_begin_at_once_one_does_it(engine: Engine) -> None:
    def begin(_: int) -> bool:
        with writing(engine) as connection:
            return may_purge(connection, NOON)

    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(begin, range(8)))

    assert 1 == sum(begun)


def test_the_last_day_is_known(engine: Engine) -> None:
    with writing(engine) as connection:
        before = last_purge(connection)
        note_purge(connection, NOON)
        note_purge(connection, NOON + DAY)
    with reading(engine) as connection:
        assert (None, (NOON + DAY).date()) == (before, last_purge(connection))
