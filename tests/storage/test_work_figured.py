"""What the figures say of work that comes again and again, on either database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert

from ivr.storage.check_calls import CONFIRMED, SELF, add_check, note_check
from ivr.storage.engine import reading, writing
from ivr.storage.figures import due_work
from ivr.storage.figures_of_work import calls_of, due_calendars, due_words, last_self_test
from ivr.storage.studio_recordings import StudioRecording, keep_recording
from ivr.storage.subscriptions import subscribe
from ivr.storage.tables_calls import ALL_LANGUAGES, WHOLE_DAY, call_hours
from ivr.storage.tables_words import wordings

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
EVERY, LATE = timedelta(minutes=15), timedelta(minutes=4)


def test_nothing_is_due_in_an_empty_database(engine: Engine) -> None:
    with reading(engine) as connection:
        calendars, words = due_calendars(connection, AT, EVERY), due_words(connection, ())
        tested, calls = last_self_test(connection), calls_of(connection, AT.date())

    assert (0, None, 0, None) == (calendars.number, calendars.since, words.number, words.since)
    assert (None, {0}) == (tested, set(calls.values()))


def test_each_kind_is_late_since_it_was_due(engine: Engine) -> None:
    with writing(engine) as connection:
        subscribe(connection, "https://one.example/a.ics", AT - EVERY - LATE)
        keep_recording(connection, StudioRecording("RE1", 1, "Naledi", "en", {}, AT - LATE))
        row = {"language": "en", "prompt": "welcome", "replaced": "", "made_by": "Naledi", "text": "Hello."}
        connection.execute(insert(wordings).values(**row, made_at=AT - LATE))
    with reading(engine) as connection:
        calendars = due_calendars(connection, AT, EVERY)
        words = due_words(connection, {("en", "welcome")})
        recordings = {each.job: each for each in due_work(connection, AT)}["fetch recordings of staff"]

    assert [(1, AT - LATE)] * 3 == [(each.number, each.since) for each in (calendars, words, recordings)]


def test_what_was_done_last_and_what_a_day_has_come_to(engine: Engine) -> None:
    day = {"hour": WHOLE_DAY, "language": ALL_LANGUAGES, "day": AT.date(), "offered": 9, "answered": 4}
    with writing(engine) as connection:
        note_check(connection, add_check(connection, SELF, "", "00", "helpline", AT), CONFIRMED, AT)
        connection.execute(insert(call_hours).values(**day))
    with reading(engine) as connection:
        tested, calls = last_self_test(connection), calls_of(connection, AT.date())

    assert AT == tested
    assert (9, 4, 0) == (calls["offered"], calls["answered"], calls["abandoned"])
