"""The purge removes what is old everywhere: rows, files on this disk, drafts, what the provider still has."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ivr.content.service import RetentionTable, Service
from ivr.jobs.departures import Departures
from ivr.jobs.messages import Messages
from ivr.jobs.retention import Purged, Retention
from ivr.jobs.retention_files import OldFiles
from ivr.jobs.retention_records import MOST, OldRecords
from ivr.journal.takes import TakeJournal
from ivr.sound.store import FolderStore
from ivr.sound.take_files import TakeFiles
from ivr.sound.takes import Takes
from ivr.storage.announcements import add_announcement
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.promise_states import keep
from ivr.storage.promises import (
    Message,
    deleted,
    drop_recording,
    fetched,
    list_promises,
    recordings_to_delete,
    store_message,
)
from ivr.storage.purges import last_purge
from ivr.storage.take_turns import add_live_take
from ivr.storage.takes import NewTake, add_draft, live_takes, takes_of
from tests.storage.test_retention import NOON, a_stay

OURS, THEIRS = "CA1", "CA2"
HERE, UNKNOWN, SOMEBODY_S = ("RE" + each * 32 for each in "123")


class AwayError(Exception):
    """The provider does not answer."""


@dataclass
class Provider:
    """Lists recordings as the provider does."""

    there: list[tuple[str, str, datetime]] = field(default_factory=list)
    away: bool = False

    def older_than(self, moment: datetime) -> Iterable[tuple[str, str, datetime]]:
        if self.away:
            raise AwayError("the network is away")
        return [each for each in self.there if each[2] < moment]


@dataclass
class Records:
    """The provider's records of calls and texts: what it was asked to delete."""

    there: int = 0
    away: bool = False
    asked: list[tuple[tuple[str, ...], datetime, int]] = field(default_factory=list)

    def count_older(self, own: Iterable[str], before: datetime, most: int) -> int:
        del own, before
        return min(self.there, most)

    def delete_older(self, own: Iterable[str], before: datetime, most: int) -> int:
        if self.away:
            raise AwayError("the network is away")
        self.asked.append((tuple(own), before, most))
        return min(self.there, most)


@dataclass
class House:
    """A helpline's data folder, and what removes things from it."""

    folder: Path
    at: datetime = NOON
    provider: Provider = field(default_factory=Provider)
    records: Records = field(default_factory=Records)
    service: Service = field(default_factory=Service)
    woken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = engine_for(f"sqlite:///{self.folder}/helpline.db")
        self.messages = Messages(self.folder / "messages", b"secret", lambda: self.at)
        departures = Departures(self.folder / "departures")
        own = (self.messages, departures, self.folder / "journal")
        self.files = OldFiles(self.engine, *own, RetentionTable, lambda: self.at)
        store = TakeFiles(FolderStore(self.folder / "takes"))
        journal = TakeJournal(self.folder / "journal" / "takes")
        self.takes = Takes(self.engine, store, journal, lambda: self.at)
        self.retention = Retention(
            engine=self.engine,
            terms=RetentionTable,
            now=lambda: self.at,
            files=self.files,
            records=OldRecords(self.records, "+27105550100", lambda: self.service, (AwayError,)),
            takes=self.takes,
            provider=self.provider,
            failures=(AwayError,),
            soon=self.woken.append,
        )

    def message(self, recording: str = HERE, call: str = OURS) -> None:
        """One that was left at noon, and fetched."""
        with writing(self.engine) as connection:
            store_message(connection, Message(call, recording, 9, "en", 1, NOON))
            fetched(connection, recording, self.messages.keep(recording, b"RIFF"), NOON)
            deleted(connection, recording, NOON)
        self.written(recording, NOON)

    def kept(self, promise: int = 1) -> None:
        with writing(self.engine) as connection:
            keep(connection, promise, NOON)

    def written(self, recording: str, at: datetime) -> None:
        os.utime(self.folder / "messages" / f"{recording}.wav", (at.timestamp(),) * 2)

    def heard(self) -> set[str]:
        return set(self.messages.kept())

    def to_delete(self) -> list[str]:
        with reading(self.engine) as connection:
            return [each.id for each in recordings_to_delete(connection, self.at)]

    def purged(self) -> dict[str, int]:
        return numbers(self.retention.purge())


def numbers(found: Iterable[Purged]) -> dict[str, int]:
    return {each.kind: each.number for each in found if each.number}


@pytest.fixture
def house(tmp_path: Path, database: Path) -> House:
    (tmp_path / "helpline.db").write_bytes(database.read_bytes())
    return House(tmp_path)


def passes(house: House, days: float) -> None:
    house.at = NOON + timedelta(days=days)


def test_a_message_goes_from_disk_and_from_the_provider_half_a_year_after_it_was_settled(
    house: House,
) -> None:
    house.message()
    house.kept()
    passes(house, 180)
    early = (house.purged(), house.heard())
    passes(house, 180.1)
    late = (house.purged(), house.heard())

    assert ({}, {HERE}) == early
    assert ({"promises": 1, "files of messages": 1}, set()) == late
    assert [HERE] == house.to_delete()
    assert "recordings" in house.woken


def test_a_message_that_is_still_promised_is_heard_for_ever(house: House) -> None:
    house.message()
    passes(house, 9999)

    assert ({}, {HERE}) == (house.purged(), house.heard())


def test_counting_says_what_the_purge_will_do_and_changes_nothing(house: House) -> None:
    house.message()
    house.kept()
    with writing(house.engine) as connection:
        a_stay(connection)
    house.provider.there = [(UNKNOWN, OURS, NOON)]
    passes(house, 181)
    told = numbers(house.retention.counted())
    again = numbers(house.retention.counted())
    with reading(house.engine) as connection:
        left = len(list_promises(connection))

    assert {"promises": 1, "waits": 1, "recordings at the provider": 1} == told == again
    assert (1, {HERE}) == (left, house.heard())
    assert {**told, "files of messages": 1} == house.purged()


def test_what_the_provider_still_has_of_our_calls_is_deleted_there_and_nothing_else(house: House) -> None:
    house.message()
    house.provider.there = [(UNKNOWN, OURS, NOON), (SOMEBODY_S, THEIRS, NOON)]
    passes(house, 179)
    early = (house.purged(), house.to_delete())
    passes(house, 181)
    late = (house.purged(), house.to_delete())

    assert ({}, []) == early
    assert ({"recordings at the provider": 1}, [UNKNOWN]) == late


def test_what_was_deleted_at_the_provider_and_is_there_again_is_deleted_again(house: House) -> None:
    house.message()
    house.provider.there = [(HERE, OURS, NOON)]
    passes(house, 3)
    house.purged()

    assert [HERE] == house.to_delete()
    assert {HERE} == house.heard()


def test_what_is_on_its_way_is_left_alone_at_the_provider(house: House) -> None:
    with writing(house.engine) as connection:
        store_message(connection, Message(OURS, HERE, 9, "en", 1, NOON))
    house.provider.there = [(HERE, OURS, NOON)]
    passes(house, 400)

    assert ({}, []) == (house.purged(), house.to_delete())


def test_a_provider_that_does_not_answer_holds_nothing_else_up(house: House) -> None:
    house.message()
    house.kept()
    house.provider.away = True
    passes(house, 181)
    found = house.retention.purge()

    assert [Purged("recordings at the provider", 0, "the network is away")] == [
        each for each in found if each.problem
    ]
    assert 1 == numbers(found)["promises"]


def test_a_provider_that_starts_with_us_is_waited_for_once_and_nothing_is_said_of_it(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    retention = replace(house.retention, starting=timedelta(seconds=10))
    house.provider.away = True
    first, logged = retention.look(), list(caplog.messages)
    retention.look()

    assert (timedelta(seconds=10), []) == (first, logged)
    assert ["The provider's recordings could not be listed (AwayError)"] == caplog.messages


def test_what_was_too_old_goes_once_the_provider_that_started_with_us_answers(house: House) -> None:
    retention = replace(house.retention, starting=timedelta(seconds=10))
    house.provider.away = True
    retention.look()
    house.provider.away = False
    retention.look()

    with reading(house.engine) as connection:
        assert NOON.date() == last_purge(connection)


def test_the_provider_s_records_of_calls_go_with_ours_of_all_our_numbers_and_only_so_many_a_day(
    house: House,
) -> None:
    numbers_too = {"missed_call": {"numbers": ["+27105550111"]}, "staff": {"number": "+27105550122"}}
    house.service = Service.model_validate(numbers_too)
    house.records.there = 5
    told, done = house.retention.counted(), house.purged()

    own = ("+27105550100", "+27105550111", "+27105550122")
    assert {"calls and texts at the provider": 5} == done == numbers(told)
    assert [(own, NOON - timedelta(days=365), MOST)] == house.records.asked


def test_they_are_left_to_the_provider_where_that_is_set(house: House) -> None:
    house.service = Service.model_validate({"retention": {"provider_records": 0}})
    house.records.there = 5

    assert ({}, []) == (house.purged(), house.records.asked)


def test_records_that_cannot_be_deleted_hold_nothing_else_up(house: House) -> None:
    house.message()
    house.kept()
    house.records.away = True
    passes(house, 181)
    found = house.retention.purge()

    assert [Purged("calls and texts at the provider", 0, "the network is away")] == [
        each for each in found if each.problem
    ]
    assert 1 == numbers(found)["promises"]


def test_a_file_that_another_machine_has_let_go_of_goes_here_too(house: House) -> None:
    house.messages.keep(HERE, b"RIFF")
    with writing(house.engine) as connection:
        drop_recording(connection, HERE, NOON)
    house.files.look()

    assert set() == house.heard()


def test_a_file_that_a_new_database_does_not_know_waits_as_long_as_a_settled_message(house: House) -> None:
    house.messages.keep(HERE, b"RIFF")
    house.written(HERE, NOON)
    passes(house, 180)
    house.files.look()
    before = house.heard()
    passes(house, 180.1)
    house.files.look()

    assert ({HERE}, set()) == (before, house.heard())


def test_where_a_caller_went_on_is_forgotten_a_day_later(house: House) -> None:
    house.files.departures.note("CA1", 1, "zu", "v")
    house.at = NOON.replace(year=2100)
    house.files.look()

    assert None is Departures(house.folder / "departures").find("CA1", 1)


def a_take(prompt: str, seconds: float = 1.0) -> NewTake:
    files = {
        "file": "a" * 64 + ".wav",
        "original": "b" * 64 + ".wav",
        "seconds": seconds,
        "level": -20.0,
        "problems": (),
    }
    what = {"prompt": prompt, "language": "en", "words": "x", "values_hash": "y", "text": "Welcome"}
    return NewTake(**what, **files, source="phone", made_by="Naledi", made_at=NOON)


def test_a_draft_that_nobody_has_accepted_goes_with_its_files(house: House) -> None:
    with writing(house.engine) as connection:
        add_draft(connection, a_take("welcome"))
    passes(house, 90)
    early = house.purged()
    passes(house, 91)
    late = house.purged()
    with reading(house.engine) as connection:
        left = takes_of(connection, "welcome", "en")

    assert ({}, {"drafts of takes": 1}, ()) == (early, late, left)


def test_what_is_recorded_of_an_announcement_goes_with_it_and_nothing_else_that_is_heard(
    house: House,
) -> None:
    with writing(house.engine) as connection:
        for title, days in (("Closed", 1), ("Open", 9999), ("Newest", 1)):
            add_announcement(connection, title, NOON, NOON + timedelta(days=days), {}, "Naledi", NOON)
        connection.exec_driver_sql("DELETE FROM audit")
        for prompt in ("announcement.1", "announcement.2", "announcement.3", "welcome"):
            add_live_take(connection, a_take(prompt))
        add_draft(connection, a_take("announcement.1", 2.0))
    passes(house, 366)
    early = house.purged()
    passes(house, 366.1)
    told = numbers(house.retention.counted())
    late = house.purged()
    with reading(house.engine) as connection:
        heard = sorted(each.prompt for each in live_takes(connection))
        left = takes_of(connection, "announcement.1", "en")

    assert ({"drafts of takes": 1}, {"announcements": 1, "takes of announcements": 1}) == (early, late)
    assert told == late
    assert (["announcement.2", "announcement.3", "welcome"], ()) == (heard, left)


def test_the_daily_look_does_it_once_and_the_next_day_again(house: House) -> None:
    done = []
    for hours in (0, 1, 30):
        with writing(house.engine) as connection:
            a_stay(connection)
        house.at = NOON + timedelta(days=8, hours=hours)
        house.retention.look()
        done.append(numbers(house.retention.counted()).get("waits", 0))
        with writing(house.engine) as connection:
            connection.exec_driver_sql("DELETE FROM waits")

    assert [0, 1, 0] == done
