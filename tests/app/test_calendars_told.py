"""Whoever asks whether all is well hears of a calendar that cannot be refreshed."""

from datetime import UTC, datetime
from pathlib import Path

from ivr.app.readiness import readiness
from ivr.storage.engine import engine_for, writing
from ivr.storage.subscriptions import list_subscriptions, note_bad, subscribe
from tests.app.people import THANDI
from tests.app.stage import make_stage

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_calendar_that_cannot_be_refreshed_is_a_remark(tmp_path: Path, audio: Path, database: Path) -> None:
    parts = make_stage(tmp_path, audio, database, people=(THANDI,)).parts
    engine = engine_for(parts.settings.database_url)
    with writing(engine) as connection:
        subscribe(connection, "https://calendar.example/secret.ics", NINE)
        wrong = "no counsellor is called 'Thandi Mokoena'; import this counsellor first"
        note_bad(connection, list_subscriptions(connection)[0].id, wrong, NINE)
    engine.dispose()
    parts.snapshot.load()
    able, told = readiness(parts)

    assert able
    assert "calendar 1 has a problem; see: ivr roster subscriptions" in told["remarks"]
    assert "Mokoena" not in str(told), "the page is open to everybody"
