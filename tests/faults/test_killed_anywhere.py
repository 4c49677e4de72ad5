"""Whoever keeps promises is killed at any moment, hundreds of times: what was confirmed is there, once."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from ivr.journal.calls import CallJournal
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.storage.engine import engine_for, prepare, reading
from ivr.storage.tables_calls import call_events
from tests.faults.serving import ROOT
from tests.faults.stored import promised

KILLS = 200


@pytest.mark.slow
def test_what_was_confirmed_is_there_once(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(engine)
    engine.dispose()
    command = [sys.executable, "-m", "tests.faults.keeper", str(tmp_path), str(KILLS), "7"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=100)
    words = [line.split() for line in done.stdout.splitlines()]
    confirmed = {kind: {each[1] for each in words if each[0] == kind} for kind in ("promise", "call")}
    PromiseJournal(engine, tmp_path / "journal", Sealing(b"a secret of the test")).drain()
    CallJournal(engine, tmp_path / "journal" / "calls", ZoneInfo("UTC")).drain()
    kept = Counter(promised(engine))
    with reading(engine) as connection:
        noted = Counter(connection.scalars(select(call_events.c.call)))
    left = [path.name for path in (tmp_path / "journal").rglob("*") if path.suffix in {".json", ".notes"}]
    engine.dispose()

    assert KILLS == sum(each == ["begun"] for each in words)
    assert len(confirmed["promise"]) > 50
    assert [] == sorted(confirmed["promise"] - set(kept))
    assert [] == sorted(confirmed["call"] - set(noted))
    assert {1} == set(kept.values()) == set(noted.values())
    assert [] == left
