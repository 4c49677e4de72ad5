"""What SQLite has acknowledged is there when the power fails, whenever that is, and the file is whole."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest
from sqlalchemy import Connection, Engine, event, text

from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.promises import claim_fetch, due_fetches, list_promises
from ivr.storage.wordings import edit_words, newest_wordings
from tests.faults.power_sqlite import recorded
from tests.faults.test_power_cut import CUTS, Story

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
ROUNDS = 12
LEASE = timedelta(minutes=2)


def go(engine: Engine, journal: PromiseJournal, number: int, told: Callable[[str], None]) -> None:
    """A message and a call-back are promised, the message's fetch is claimed, and words are edited."""
    journal.keep_message(f"CA{number}", f"RE{number}", 12, "zu", 1, AT)
    told(f"promise CA{number}")
    journal.keep_callback(f"CB{number}", "+27823334444", "zu", "now", 1, AT)
    told(f"promise CB{number}")
    with writing(engine) as connection:
        assert claim_fetch(connection, f"RE{number}", AT, LEASE)
    told(f"claim RE{number}")
    with writing(engine) as connection:
        edit_words(connection, "en", f"goodbye.{number}", f"Go well {number}.", "Thandi", AT)
    told(f"words Go well {number}.")


def found_in(connection: Connection) -> set[str]:
    unclaimed = {each.id for each in due_fetches(connection, AT, 10_000)}
    promises = {f"promise {each.call}" for each in list_promises(connection)}
    messages = {f"RE{each.call[2:]}" for each in list_promises(connection) if each.call.startswith("CA")}
    words = {f"words {each.text}" for each in newest_wordings(connection)}
    return promises | words | {f"claim {each}" for each in messages - unclaimed}


def after(folder: Path) -> tuple[str, set[str]]:
    """What SQLite says of the file that is left, and what is in it."""
    engine = engine_for(f"sqlite:///{folder}/helpline.db")
    event.listen(
        engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF")
    )  # only to be quick
    try:
        with reading(engine) as connection:
            return str(connection.scalar(text("PRAGMA integrity_check"))), found_in(connection)
    finally:
        engine.dispose()


@pytest.mark.slow
def test_no_promise_claim_or_edit_is_lost_by_a_thousand_power_cuts(tmp_path: Path, database: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "helpline.db").write_bytes(database.read_bytes())
    with recorded(data / "helpline.db") as disk:
        story = Story(disk)
        engine = engine_for(f"sqlite:///{data}/helpline.db")
        journal = PromiseJournal(engine, data / "journal", Sealing(b"a secret of the test"))
        for number in range(ROUNDS):
            go(engine, journal, number, lambda told: story.acknowledged.update({told: len(disk.events)}))
            if number == ROUNDS // 2:
                with engine.connect() as connection:
                    connection.exec_driver_sql("COMMIT")
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
    chance, lost, broken = Random(11), [], []
    for number in range(CUTS):
        cut = chance.randint(0, len(disk.events))
        left = tmp_path / f"after-{number}"
        disk.left(cut, chance, left)
        said, found = after(left)
        broken += [(cut, said)] if said != "ok" else []
        lost += [(cut, missing)] if (missing := story.owed(cut) - found) else []
        rmtree(left)

    assert 4 * ROUNDS == len(story.acknowledged)
    assert ([], []) == (broken, lost)
