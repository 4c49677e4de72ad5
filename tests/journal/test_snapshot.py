"""Callers are served from memory: new when storage is up, the last one when it is away, at a start too."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from ivr.duty.calendar import ReadCalendar, Shift
from ivr.duty.people import Person, ReadPeople
from ivr.journal.snapshot import Snapshot
from ivr.storage.counsellors import keep_counsellors, list_counsellors
from ivr.storage.duty_changes import set_duty
from ivr.storage.engine import engine_for, prepare, writing
from ivr.storage.revision import bump
from ivr.storage.shifts import keep_shifts

ZONE = ZoneInfo("Africa/Johannesburg")
NIGHTS = (
    "BEGIN:VEVENT\nUID:1\nSUMMARY:Alice\nDTSTART:20261122T220000\nDTEND:20261123T060000\n"
    "RRULE:FREQ=DAILY\nEND:VEVENT"
)


class Clock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(found)
    yield found
    found.dispose()


def put_on_duty(engine: Engine, name: str = "Alice") -> None:
    with writing(engine) as connection:
        person = Person(name, "+27821234501", ("en",), 1)
        keep_counsellors(connection, ReadPeople((person,), (), frozenset(), frozenset(), True), replace=False)
        key = list_counsellors(connection)[0].key
        shifts = (Shift("1", "", key, NIGHTS),)
        keep_shifts(connection, ReadCalendar(shifts, (), (), whole=True), replace=False)


def away() -> Engine:
    return engine_for("postgresql://ivr@127.0.0.1:1/ivr")


def on_duty(snapshot: Snapshot, clock: Clock) -> list[str]:
    return [each.name for each in snapshot.current().roster.on_duty(clock.at)]


def test_a_change_is_seen_at_the_next_refresh(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    snapshot = Snapshot(engine, tmp_path / "snapshot.json", ZONE, clock)
    snapshot.load()
    before = on_duty(snapshot, clock)
    put_on_duty(engine)

    assert [] == before
    assert snapshot.refresh()
    assert ["Alice"] == on_duty(snapshot, clock)


def test_with_nothing_changed_the_roster_is_the_same_and_confirmed_anew(
    engine: Engine, tmp_path: Path, clock: Clock
) -> None:
    put_on_duty(engine)
    snapshot = Snapshot(engine, tmp_path / "snapshot.json", ZONE, clock)
    snapshot.load()
    before = snapshot.current()
    clock.at += timedelta(seconds=30)
    age = snapshot.current().age(clock.at)
    snapshot.refresh()

    assert timedelta(seconds=30) == age
    assert before.roster is snapshot.current().roster
    assert timedelta() == snapshot.current().age(clock.at)


def test_started_without_storage_it_serves_what_was_kept_on_disk_for_weeks(
    engine: Engine, tmp_path: Path, clock: Clock
) -> None:
    put_on_duty(engine)
    Snapshot(engine, tmp_path / "snapshot.json", ZONE, clock).load()
    clock.at += timedelta(days=40)
    later = Snapshot(away(), tmp_path / "snapshot.json", ZONE, clock)
    later.load()

    assert ["Alice"] == on_duty(later, clock)
    assert timedelta(days=40) == later.current().age(clock.at)
    clock.at += timedelta(days=40)
    assert not later.refresh()
    assert ["Alice"] == on_duty(later, clock)


def test_storage_that_goes_away_takes_nobody_off_duty(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    put_on_duty(engine)
    snapshot = Snapshot(engine, tmp_path / "snapshot.json", ZONE, clock)
    snapshot.load()
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE revision RENAME TO gone"))
    clock.at += timedelta(days=60)

    assert not snapshot.refresh()
    assert ["Alice"] == on_duty(snapshot, clock)


def test_with_neither_storage_nor_disk_nobody_is_on_duty(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "snapshot.json").write_text("{")
    snapshot = Snapshot(away(), tmp_path / "snapshot.json", ZONE, clock)
    snapshot.load()

    assert [] == on_duty(snapshot, clock)
    assert snapshot.current().age(clock.at) is None


def test_changes_of_duty_are_kept_on_disk_too(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    put_on_duty(engine)
    with writing(engine) as connection:
        key = list_counsellors(connection)[0].key
        set_duty(connection, key, "pause", clock.at, clock.at + timedelta(hours=1), "", clock.at)
        set_duty(connection, key, "off", clock.at + timedelta(hours=2), None, "", clock.at)
    Snapshot(engine, tmp_path / "snapshot.json", ZONE, clock).load()
    later = Snapshot(away(), tmp_path / "snapshot.json", ZONE, clock)
    later.load()

    paused = on_duty(later, clock)
    clock.at += timedelta(hours=1)
    assert ([], ["Alice"]) == (paused, on_duty(later, clock))
    clock.at += timedelta(hours=1)
    assert [] == on_duty(later, clock)


def test_a_snapshot_of_an_earlier_version_is_read(tmp_path: Path, clock: Clock) -> None:
    person = {"key": "k", "name": "Alice", "phone": "+27821234501", "languages": ["en"], "priority": 1}
    shift = {"uid": "1", "recurrence": "", "counsellor": "k", "text": NIGHTS}
    kept = {"at": clock.at.isoformat(), "revision": 7, "people": [person], "shifts": [shift], "rows": {}}
    (tmp_path / "snapshot.json").write_text(json.dumps(kept))
    snapshot = Snapshot(away(), tmp_path / "snapshot.json", ZONE, clock)
    snapshot.load()

    assert ["Alice"] == on_duty(snapshot, clock)


def test_rows_of_other_parts_are_carried_and_kept_on_disk(
    engine: Engine, tmp_path: Path, clock: Clock
) -> None:
    found = [{"prompt": "welcome", "file": "a.wav"}]
    snapshot = Snapshot(engine, tmp_path / "snapshot.json", ZONE, clock, {"takes": lambda _: list(found)})
    snapshot.load()
    found.append({"prompt": "bye", "file": "b.wav"})
    with writing(engine) as connection:
        bump(connection)
    snapshot.refresh()
    again = Snapshot(away(), tmp_path / "snapshot.json", ZONE, clock)
    again.load()

    assert found == list(again.current().rows("takes"))
    assert () == again.current().rows("unknown")


def test_the_thread_sees_a_change_within_two_seconds(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    snapshot = Snapshot(engine, tmp_path / "snapshot.json", ZONE, clock)
    snapshot.start()
    put_on_duty(engine)
    deadline = monotonic() + 2
    while not on_duty(snapshot, clock) and monotonic() < deadline:
        sleep(0.02)
    snapshot.stop()

    assert ["Alice"] == on_duty(snapshot, clock)


def test_no_number_reaches_the_log(
    engine: Engine, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    put_on_duty(engine)
    Snapshot(engine, tmp_path / "snapshot.json", ZONE, clock).load()
    Snapshot(away(), tmp_path / "snapshot.json", ZONE, clock).load()

    assert "27821234501" not in caplog.text
    assert "Storage is away" in caplog.text
