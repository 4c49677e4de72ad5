"""/metrics says how late every kind of later work is, what was last done of it, and how today's calls end."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from ivr.flow.call_note import ENDED, CallWord
from ivr.jobs.calendars import REFRESH_EVERY
from ivr.journal.call_notes import write_note
from ivr.storage import check_calls
from ivr.storage.check_calls import CONFIRMED, FAILED, SELF
from ivr.storage.engine import writing
from ivr.storage.purges import note_purge
from ivr.storage.studio_recordings import StudioRecording, keep_recording
from ivr.storage.subscriptions import subscribe
from ivr.storage.tables_duty import subscriptions
from ivr.storage.tables_words import wordings
from tests.app.people import NOON, THANDI
from tests.app.stage import CALL, Stage, action, make_stage, recording
from tests.app.test_figures import figures

LATE = timedelta(minutes=7)
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, people=(THANDI,), queue=False)


def lag(stage: Stage, job: str) -> tuple[float, float]:
    """How much of it is due, and for how many seconds."""
    found = figures(stage)
    return found[f'ivr_jobs_due{{job="{job}"}}'], found[f'ivr_job_lag_seconds{{job="{job}"}}']


def test_recordings_of_staff(stage: Stage) -> None:
    made = StudioRecording(recording(1), 1, "Naledi", "en", {}, NOON - LATE)
    with writing(stage.parts.engine) as connection:
        keep_recording(connection, made)

    assert (1, LATE.total_seconds()) == lag(stage, "fetch recordings of staff")


def test_calendars_are_late_from_when_they_were_to_be_asked_again(stage: Stage) -> None:
    with writing(stage.parts.engine) as connection:
        subscribe(connection, "https://one.example/a.ics", NOON)
        subscribe(connection, "https://two.example/b.ics", NOON - LATE - REFRESH_EVERY)
        tried = update(subscriptions).where(subscriptions.c.url.like("%one%"))
        connection.execute(tried.values(tried_at=NOON - timedelta(minutes=1)))

    assert (1, LATE.total_seconds()) == lag(stage, "follow calendars")


def test_edited_words_that_are_not_spoken_yet(stage: Stage) -> None:
    words = {"language": "en", "prompt": "welcome", "replaced": "", "made_by": "Naledi"}
    with writing(stage.parts.engine) as connection:
        for text, at in (("Before.", NOON - 3 * LATE), ("Welcome to the new line.", NOON - LATE)):
            connection.execute(insert(wordings).values(text=text, made_at=at, **words))
        connection.execute(
            insert(wordings).values(**{**words, "prompt": "menu"}, text="Else.", made_at=NOON - 9 * LATE)
        )
    held = stage.parts.publication.current()
    object.__setattr__(held, "held", frozenset({("en", "welcome")}))

    assert (1, LATE.total_seconds()) == lag(stage, "speak edited words")


def test_nothing_is_late_where_nothing_is_to_be_done(stage: Stage) -> None:
    found = figures(stage)

    assert {0.0} == {value for name, value in found.items() if name.startswith("ivr_job_lag_seconds")}


def test_when_what_was_too_old_was_last_removed(stage: Stage) -> None:
    before = figures(stage)
    with writing(stage.parts.engine) as connection:
        note_purge(connection, NOON)
    stage.clock.passes(seconds=5)

    assert "ivr_last_purge_timestamp_seconds" not in before
    midnight = datetime(NOON.year, NOON.month, NOON.day, tzinfo=UTC).timestamp()
    assert midnight == figures(stage)["ivr_last_purge_timestamp_seconds"]


def test_when_the_helpline_last_rang_itself_and_whether_that_came_in(stage: Stage) -> None:
    before = figures(stage)
    with writing(stage.parts.engine) as connection:
        for at, state in ((NOON - timedelta(days=1), CONFIRMED), (NOON, FAILED)):
            check = check_calls.add_check(connection, SELF, "", "00", "helpline", at)
            check_calls.note_check(connection, check, state, at)
    stage.clock.passes(seconds=5)
    after = figures(stage)

    assert "ivr_last_self_test_timestamp_seconds" not in before
    assert (NOON - timedelta(days=1)).timestamp() == after["ivr_last_self_test_timestamp_seconds"]


def test_how_long_the_oldest_line_of_each_journal_has_waited(stage: Stage) -> None:
    journal = stage.parts.settings.data_dir / "journal"
    (journal / "calls").mkdir(parents=True)
    (journal / "one.json").write_bytes(b"{}")
    os.utime(journal / "one.json", (NOON.timestamp() - 60, NOON.timestamp() - 60))
    lines = [write_note(CallWord(CALL, ENDED, NOON - age)) for age in (LATE, timedelta(seconds=1))]
    (journal / "calls" / "1-a.notes").write_text("".join(f"{line}\n" for line in lines))
    (journal / "calls" / "2-b.notes").write_text("cut o")
    found = figures(stage)

    assert 60 == found['ivr_journal_age_seconds{what="promises"}']
    assert LATE.total_seconds() == found['ivr_journal_age_seconds{what="calls"}']


def test_an_empty_journal_is_of_no_age(stage: Stage) -> None:
    found = figures(stage)

    assert (0, 0) == tuple(
        found[f'ivr_journal_age_seconds{{what="{each}"}}'] for each in ("promises", "calls")
    )


def test_how_todays_calls_have_ended_and_what_they_waited_whichever_way_phones_are_rung(stage: Stage) -> None:
    ends = action(stage.document("/voice/en/g/l", Digits="0"))
    stage.post("/voice")
    stage.clock.passes(seconds=12)
    stage.post(ends, DialCallStatus="completed", DialBridged="true", DialCallDuration="2")
    stage.parts.calls.drain()
    today = figures(stage)
    stage.clock.passes(days=1)
    tomorrow = figures(stage)

    assert (1, 1, 0) == tuple(
        today[f'ivr_calls_today{{what="{each}"}}'] for each in ("asked", "answered", "gone")
    )
    assert 10 == today["ivr_waited_today_seconds"]
    assert (0, 0) == (tomorrow['ivr_calls_today{what="answered"}'], tomorrow["ivr_waited_today_seconds"])


def test_every_figure_that_the_readme_names_is_told(stage: Stage) -> None:
    with writing(stage.parts.engine) as connection:
        note_purge(connection, NOON)
        check = check_calls.add_check(connection, SELF, "", "00", "helpline", NOON)
        check_calls.note_check(connection, check, CONFIRMED, NOON)
    told = set(re.findall(r"^# HELP (\w+)", stage.get("/metrics")[1].decode(), re.MULTILINE))
    named = set(re.findall(r"`(ivr_[a-z_]+)", README.read_text()))

    assert set() == named - told
    assert len(named) > 10
