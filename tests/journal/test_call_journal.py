"""Notes of calls: on disk within a second, in the database once, whatever ends in between."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from ivr.flow.call import Call, Kind, Place
from ivr.flow.call_note import ENDED, CallNote, CallWord
from ivr.flow.events import Pressed
from ivr.flow.turns import Gather, Turn
from ivr.journal.calls import CallJournal
from ivr.storage.engine import engine_for, reading
from ivr.storage.tables_calls import call_events

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
AWAY = "postgresql://ivr@127.0.0.1:1/ivr"


def journal_of(engine: Engine, tmp_path: Path) -> CallJournal:
    return CallJournal(engine, tmp_path / "notes", UTC_ZONE)


def ended(number: int) -> CallWord:
    return CallWord(f"CA{number}", ENDED, NOON + timedelta(seconds=number))


def pressed(key: str, token: str = "", state: str = "m123456") -> CallNote:
    before = Call("en", Place(Kind.MENU, "main"))
    after = replace(before, place=Place(Kind.SEGMENT, "tolerance"))
    return CallNote("CA1", ("g", state, key, token), before, after, Pressed(NOON, key), Turn((), Gather(5)))


def stored(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return sorted(connection.scalars(select(call_events.c.call)))


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "notes").glob("*"))


def test_a_note_is_in_the_database_once_however_often_the_network_repeats_itself(
    either_engine: Engine, tmp_path: Path
) -> None:
    journal = journal_of(either_engine, tmp_path)
    for _ in range(3):
        journal.note(pressed("2"))
        journal.drain()
    another_process = journal_of(either_engine, tmp_path)
    another_process.note(pressed("2"))
    another_process.drain()

    assert ["CA1"] == stored(either_engine)


def test_a_caller_who_does_the_same_again_is_told_from_a_repeat_by_the_token_of_the_network(
    either_engine: Engine, tmp_path: Path
) -> None:
    journal = journal_of(either_engine, tmp_path)
    for token in ("first", "second", "second"):
        journal.note(pressed("2", token))
    journal.drain()

    assert ["CA1", "CA1"] == stored(either_engine)


def test_while_storage_is_away_notes_wait_on_disk_and_follow_once(
    either_engine: Engine, tmp_path: Path
) -> None:
    journal = journal_of(engine_for(AWAY), tmp_path)
    for number in range(5):
        journal.note(ended(number))
        journal.drain()
    journal.stop()
    later = journal_of(either_engine, tmp_path)
    later.drain()
    later.drain()

    assert [f"CA{number}" for number in range(5)] == stored(either_engine)
    assert [] == files(tmp_path)


def test_what_a_killed_process_had_written_is_brought_in_once_by_another(
    either_engine: Engine, tmp_path: Path
) -> None:
    url = either_engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.journal.call_writer", str(tmp_path / "notes"), url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        while int(process.stdout.readline()) < 120:
            continue
        process.kill()
        written = 120 + len(process.stdout.readlines())
    journal_of(either_engine, tmp_path).drain()
    found = stored(either_engine)

    assert len(set(found)) == len(found)
    assert {f"CA{number}" for number in range(1, written + 1)} <= set(found)
    assert len(found) <= written + 1  # one may have been written, and not told of
    assert [] == files(tmp_path)


def test_the_notes_of_a_process_that_lives_are_left_to_it(either_engine: Engine, tmp_path: Path) -> None:
    living = journal_of(engine_for(AWAY), tmp_path)
    living.note(ended(1))
    living.write()
    journal_of(either_engine, tmp_path).drain()

    assert [] == stored(either_engine)
    assert 1 == len(files(tmp_path))


def test_a_crash_after_the_commit_and_before_the_file_is_shortened_counts_once(
    either_engine: Engine, tmp_path: Path
) -> None:
    journal = journal_of(either_engine, tmp_path)
    journal.note(ended(1))
    journal.write()
    content = files(tmp_path)[0].read_bytes()
    journal.store()
    (tmp_path / "notes" / "1-dead.notes").write_bytes(content)
    journal_of(either_engine, tmp_path).drain()

    assert ["CA1"] == stored(either_engine)


def test_a_line_cut_off_by_a_loss_of_power_takes_no_other_with_it(
    either_engine: Engine, tmp_path: Path
) -> None:
    journal = journal_of(engine_for(AWAY), tmp_path)
    for number in range(3):
        journal.note(ended(number))
    journal.stop()
    path = files(tmp_path)[0]
    first, second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second[:20] + b"\n" + third + first[:30])
    journal_of(either_engine, tmp_path).drain()

    assert ["CA0", "CA2"] == stored(either_engine)


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", refuse)
        yield


def test_with_a_full_disk_notes_go_to_the_database_from_memory(
    either_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = journal_of(either_engine, tmp_path)
    with full_disk(monkeypatch):
        journal.note(ended(1))
        journal.write()
        on_disk = b"".join(path.read_bytes() for path in files(tmp_path))
        journal.store()
    journal.note(ended(2))
    journal.drain()

    assert b"" == on_disk
    assert ["CA1", "CA2"] == stored(either_engine)


def test_a_thread_brings_notes_in_within_seconds_and_leaves_no_file(
    either_engine: Engine, tmp_path: Path
) -> None:
    journal = journal_of(either_engine, tmp_path)
    journal.start()
    journal.note(ended(1))
    deadline = monotonic() + 5
    while not stored(either_engine) and monotonic() < deadline:
        sleep(0.05)
    found = stored(either_engine)
    journal.note(ended(2))
    journal.stop()

    assert ["CA1"] == found
    assert ["CA1", "CA2"] == stored(either_engine)
    assert [] == files(tmp_path)


def test_no_number_that_a_caller_keys_in_is_written_anywhere(either_engine: Engine, tmp_path: Path) -> None:
    journal = journal_of(either_engine, tmp_path)
    keying = replace(pressed("0821234567"), before=Call("en", Place(Kind.KEYING)))
    for note in (keying, replace(keying, webhook=("g", "o", "7", ""), event=Pressed(NOON, "7"))):
        journal.note(note)
    journal.write()
    written = files(tmp_path)[0].read_text()
    journal.drain()
    with reading(either_engine) as connection:
        keys = list(connection.scalars(select(call_events.c.pressed)))

    assert "0821234567" not in written
    assert ["", ""] == keys
    assert "0821234567" not in repr(keying)
