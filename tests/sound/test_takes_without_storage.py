"""Staff record and accept while the database is away: nothing is lost, and it follows in the right order."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.content.catalogue import Prompt
from ivr.settings import read_settings
from ivr.sound.intake import Origin
from ivr.sound.report import Examined, Master, Report
from ivr.sound.takes import NotKeptError, Takes, open_takes
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import engine_for, migrate, reading
from ivr.storage.takes import Take, live_takes

PROMPT = Prompt("welcome", "zu", "Sawubona.", "", 5, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """Another second each time somebody looks."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def takes(engine: Engine, tmp_path: Path) -> Takes:
    return open_takes(read_settings({"DATA_DIR": str(tmp_path)}), engine, Clock())


@pytest.fixture
def goes(tmp_path: Path) -> Callable[[], None]:
    """Takes the database away, or brings it back."""

    def move() -> None:
        here, there = tmp_path / "helpline.db", tmp_path / "elsewhere.db"
        (here.rename(there) if here.exists() else there.rename(here))

    return move


def drafted(takes: Takes, sound: bytes = b"one") -> Take:
    examined = Examined(Report(2.0, 1.8, -20.0, ()), Master(b"RIFF" + sound, 2.0, -20.0, -3.0))
    take = takes.draft_of(PROMPT, sound, examined, Origin("a.wav", "phone", "Thandi", NOON)).take
    assert take
    return take


def heard(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [each.id for each in live_takes(connection)]


def test_a_take_accepted_while_storage_is_away_is_heard_when_it_is_back(
    engine: Engine, takes: Takes, goes: Callable[[], None]
) -> None:
    draft = drafted(takes)
    goes()
    accepted = takes.accept(draft.id, "Thandi", "phone")

    assert (draft.id, False, "kept") == (accepted.id, accepted.live, accepted.state)
    assert 1 == takes.follow()

    goes()

    assert [] == heard(engine)
    assert 0 == takes.follow()
    assert [draft.id] == heard(engine)
    with reading(engine) as connection:
        assert ["take accepted"] == [each.action for each in entries(connection, Wanted())]


def test_what_waits_on_disk_is_brought_in_by_whoever_starts_next(
    engine: Engine, takes: Takes, goes: Callable[[], None], tmp_path: Path
) -> None:
    draft = drafted(takes)
    goes()
    takes.accept(draft.id, "Thandi")
    goes()
    started = open_takes(read_settings({"DATA_DIR": str(tmp_path)}), engine, Clock())

    assert 0 == started.follow() == started.follow()
    assert [draft.id] == heard(engine)


def test_a_take_recorded_and_accepted_while_storage_is_away_follows_too(
    engine: Engine, takes: Takes, goes: Callable[[], None]
) -> None:
    goes()
    draft = drafted(takes)
    takes.accept(draft.id, "Thandi")
    goes()

    assert draft.id < 0
    assert 0 == takes.follow()
    assert ["live"] == [each.state for each in takes.of("welcome", "zu")]
    assert b"RIFFone" == takes.master(takes.of("welcome", "zu")[0])


def test_a_draft_of_that_time_keeps_its_number(
    engine: Engine, takes: Takes, goes: Callable[[], None]
) -> None:
    goes()
    draft = drafted(takes)

    assert draft == takes.find(draft.id)

    goes()
    takes.follow()
    takes.follow()
    accepted = takes.accept(draft.id, "Thandi")

    assert [accepted.id] == [each.id for each in takes.of("welcome", "zu")] == heard(engine)


def test_a_draft_of_that_time_can_be_discarded(
    takes: Takes, goes: Callable[[], None], tmp_path: Path
) -> None:
    goes()
    draft = drafted(takes)
    goes()

    assert takes.discard(draft.id, "Ann")
    assert 0 == takes.follow()
    assert () == takes.of("welcome", "zu")
    assert [] == list((tmp_path / "takes" / "zu").iterdir())


def test_what_was_accepted_later_is_not_replaced_by_what_comes_in_late(
    engine: Engine, takes: Takes, goes: Callable[[], None]
) -> None:
    first, second = drafted(takes, b"1"), drafted(takes, b"2")
    goes()
    takes.accept(first.id, "Thandi")
    goes()
    takes.accept(second.id, "Ann")
    takes.follow()

    assert [second.id] == heard(engine)
    assert ["live", "kept"] == [each.state for each in takes.of("welcome", "zu")]


def test_without_storage_and_disk_nothing_is_confirmed(
    takes: Takes, goes: Callable[[], None], tmp_path: Path
) -> None:
    draft = drafted(takes)
    goes()
    journal = tmp_path / "journal" / "takes"
    journal.rename(tmp_path / "drafts")
    journal.write_text("a file in the way")

    with pytest.raises(NotKeptError):
        takes.accept(draft.id, "Thandi")


def test_a_recording_that_lies_on_another_machine_is_not_confirmed_without_storage(
    engine: Engine, takes: Takes, goes: Callable[[], None], tmp_path: Path
) -> None:
    draft = drafted(takes)
    other = open_takes(read_settings({"DATA_DIR": str(tmp_path / "other")}), engine, Clock())
    goes()

    with pytest.raises(NotKeptError, match="does not lie on this machine"):
        other.accept(draft.id, "Thandi")
