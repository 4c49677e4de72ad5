"""Whom a web worker turns away: what staff have blocked reaches it without a restart."""

from datetime import timedelta
from pathlib import Path

from ivr.app.parts import Parts
from ivr.flow.helpline import Welcome
from ivr.privacy import hashed
from ivr.storage.blocks import block, unblock
from ivr.storage.engine import engine_for, writing
from tests.app.stage import make_stage

AWAY = "postgresql://ivr@127.0.0.1:1/ivr"
CALLER = "+27821112233"


def caller_of(parts: Parts) -> str:
    secret = parts.settings.secret_key or (parts.settings.data_dir / "secret-key").read_text("ascii")
    return hashed(secret.encode(), CALLER)


def test_a_number_that_staff_block_and_free_is_turned_away_and_let_in(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    parts = make_stage(tmp_path, audio, database).parts
    engine, at = engine_for(parts.settings.database_url), parts.now()
    seen = []
    for change in (
        lambda connection: None,
        lambda connection: block(connection, caller_of(parts), "threats", at + timedelta(days=1), at),
        lambda connection: unblock(connection, caller=caller_of(parts)),
    ):
        with writing(engine) as connection:
            change(connection)
        parts.snapshot.refresh()
        seen.append(parts.judge.of(CALLER))

    assert [Welcome.FREE, Welcome.BLOCKED, Welcome.FREE] == seen


def test_a_blocked_number_is_turned_away_by_a_worker_that_starts_without_its_database(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database)
    parts, at = stage.parts, stage.parts.now()
    with writing(engine_for(parts.settings.database_url)) as connection:
        block(connection, caller_of(parts), "threats", at + timedelta(days=1), at)
    parts.snapshot.refresh()
    without = make_stage(tmp_path, audio, environ={"DATABASE_URL": AWAY}).parts
    without.snapshot.load()

    assert Welcome.BLOCKED is without.judge.of(CALLER)
