"""Messages of several machines: whichever fetched one, all of them find it, and answer as one."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.jobs.message_answers import MessageAnswers
from ivr.jobs.messages import Messages
from ivr.sound.store import FolderStore, StoreAwayError
from ivr.storage.engine import engine_for, prepare

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
ONE, OTHER = "RE" + "1" * 32, "RE" + "2" * 32
SOUND = b"RIFF a caller's own voice"


class AwayStore(FolderStore):
    """Answers nothing."""

    def put(self, name: str, content: bytes) -> None:
        raise StoreAwayError("away")

    def get(self, name: str) -> bytes | None:
        raise StoreAwayError("away")

    def has(self, name: str) -> bool:
        raise StoreAwayError("away")

    def listed(self, folder: str) -> dict[str, datetime]:
        raise StoreAwayError("away")

    def delete(self, name: str) -> None:
        raise StoreAwayError("away")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = engine_for(f"sqlite:///{tmp_path}/shared.db")
    prepare(found)
    yield found
    found.dispose()


@pytest.fixture
def machines(tmp_path: Path, engine: Engine) -> tuple[Messages, Messages]:
    """Two with disks of their own, one store, one database."""
    store = FolderStore(tmp_path / "store")
    first, second = (machine(tmp_path / name, store, engine) for name in ("first", "second"))
    return first, second


def machine(folder: Path, store: FolderStore, engine: Engine, at: datetime = AT) -> Messages:
    return Messages(folder, b"a secret", lambda: at, (), store, MessageAnswers(engine, lambda: at))


def put_at(tmp_path: Path, recording: str, at: datetime) -> None:
    os.utime(tmp_path / "store" / "messages" / f"{recording}.wav", (at.timestamp(),) * 2)


def test_what_one_machine_has_fetched_is_heard_from_the_other(
    machines: tuple[Messages, Messages], tmp_path: Path
) -> None:
    first, second = machines
    first.keep(ONE, SOUND)
    put_at(tmp_path, ONE, AT)
    own, lent = second.heard(first.token(ONE)), second.heard(first.lend(ONE))

    assert own
    assert lent
    assert (SOUND, 0o600) == (own.read_bytes(), own.stat().st_mode & 0o777)
    assert second.arrived(ONE, 1)


def test_another_machines_copy_can_be_heard_no_longer_than_the_first(
    machines: tuple[Messages, Messages], tmp_path: Path
) -> None:
    first, second = machines
    first.keep(ONE, SOUND)
    put_at(tmp_path, ONE, AT - timedelta(minutes=10, seconds=1))

    assert (None, None) == (second.heard(first.token(ONE)), second.heard(first.token(ONE)))


def test_a_repeated_tick_is_answered_alike_by_the_other_machine(machines: tuple[Messages, Messages]) -> None:
    first, second = machines
    before = first.arrived(ONE, 1)
    second.keep(ONE, SOUND)

    assert (False, False, True) == (before, second.arrived(ONE, 1), second.arrived(ONE, 2))


def test_removed_on_one_machine_it_is_gone_from_the_store(machines: tuple[Messages, Messages]) -> None:
    first, second = machines
    first.keep(ONE, SOUND)
    first.remove(ONE)

    assert ({}, None) == (second.kept(), second.find(ONE))


def test_any_machine_knows_what_the_store_holds(machines: tuple[Messages, Messages], tmp_path: Path) -> None:
    machines[0].keep(ONE, SOUND)
    put_at(tmp_path, ONE, AT)

    assert {ONE: AT} == machines[1].kept()


def test_a_recording_that_only_one_disk_has_is_not_called_kept(tmp_path: Path, engine: Engine) -> None:
    alone = machine(tmp_path / "first", AwayStore(tmp_path / "store"), engine)
    with pytest.raises(StoreAwayError):
        alone.keep(ONE, SOUND)

    assert alone.arrived(ONE, 1)
    assert alone.heard(alone.token(ONE))


def test_while_the_store_is_away_nothing_fails(tmp_path: Path, engine: Engine) -> None:
    alone = machine(tmp_path / "first", AwayStore(tmp_path / "store"), engine)
    alone.files.share()
    alone.remove(OTHER)

    assert (False, None, {}) == (alone.arrived(ONE, 1), alone.heard(alone.token(ONE)), alone.kept())


def test_what_lay_on_one_disk_before_there_was_a_store_is_shared(
    machines: tuple[Messages, Messages], tmp_path: Path
) -> None:
    Messages(tmp_path / "first", b"a secret", lambda: AT).keep(ONE, SOUND)
    machines[0].files.share()
    found = machines[1].find(ONE)

    assert found
    assert SOUND == found.read_bytes()
