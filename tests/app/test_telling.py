"""What staff are told is put together so that it works: watches see the roster, and tasks run."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.app.telling import TellingParts, Texting
from ivr.storage.engine import engine_for, reading
from ivr.storage.tables_notices import notices
from ivr.telephony.twilio.rest import UnreachableError
from tests.app.people import NOON, THANDI, OnDuty
from tests.app.stage import Stage, make_stage


def watched(stage: Stage) -> list[tuple[str, object, object]]:
    parts = stage.parts
    engine = engine_for(parts.settings.database_url)
    telling = TellingParts(
        parts.settings, engine, stage.clock, parts.publication, parts.snapshot, parts.account
    )
    telling.watches().work()
    with reading(engine) as connection:
        told = [
            (each.kind, each.facts["start"], each.facts["end"])
            for each in connection.execute(select(notices))
        ]
    engine.dispose()
    return told


def test_a_gap_in_the_roster_is_told_in_the_helplines_time(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    later = OnDuty("Sipho", "+27821110002", start=NOON.replace(day=6, hour=3), end=NOON.replace(day=9))
    told = watched(make_stage(tmp_path, audio, database, people=(THANDI, later)))

    assert [("gap-ahead", "2026-01-06T02:00:00+02:00", "2026-01-06T05:00:00+02:00")] == told


def test_nights_without_anybody_are_told_in_one_notice(tmp_path: Path, audio: Path, database: Path) -> None:
    first, last = NOON.replace(hour=6), NOON.replace(hour=16)
    days = [
        OnDuty(f"N{day}", f"+2782111{day:04}", start=first.replace(day=day), end=last.replace(day=day))
        for day in range(5, 12)
    ]
    told = watched(make_stage(tmp_path, audio, database, people=days))

    assert [("gap-ahead", "2026-01-05T18:00:00+02:00", "2026-01-06T08:00:00+02:00")] == told


def test_without_counsellors_there_are_no_gaps_to_tell(tmp_path: Path, audio: Path, database: Path) -> None:
    assert [] == watched(make_stage(tmp_path, audio, database))


def test_every_task_of_telling_is_among_those_that_run(tmp_path: Path, audio: Path) -> None:
    assert {"notices", "watches"} <= set(make_stage(tmp_path, audio).parts.tasks.names)


def test_while_the_exchange_is_not_running_a_message_waits(tmp_path: Path, audio: Path) -> None:
    parts = make_stage(tmp_path, audio, exchange=True).parts

    with pytest.raises(UnreachableError):
        Texting(parts.settings, parts.account, parts.publication).send_sms("+27820000001", "a")
