"""Drafts, and the one take of each prompt that callers hear."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.content.catalogue import Prompt
from ivr.settings import read_settings
from ivr.sound.intake import Origin
from ivr.sound.live import sound_path
from ivr.sound.report import Examined, Master, Report
from ivr.sound.samples import Samples
from ivr.sound.takes import NotKeptError, Takes, UnknownTakeError, open_takes
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import engine_for, migrate, reading, writing
from ivr.storage.tables_takes import takes as table
from ivr.storage.takes import Take, live_takes

PROMPT = Prompt(
    "overdose.signs",
    "en",
    "You are not alone. Press 1 to speak to a counsellor now. Press 2 for signs of an overdose.",
    "",
    15,
    7,
    (("key", "1"),),
)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = Origin("Overdose.Signs.WAV", "upload", "Thandi", NOON)
GOOD = Report(2.0, 1.8, -20.0, ())
Wav = Callable[..., bytes]


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


def drafted(takes: Takes, sound: bytes, prompt: Prompt = PROMPT) -> Take:
    """A draft of a recording that was found good."""
    master = Master(wav=b"RIFF" + sound, seconds=2.0, level=-20.0, peak=-3.0)
    found = takes.draft_of(prompt, sound, Examined(GOOD, master), ORIGIN)
    assert found.take
    return found.take


def heard(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [each.id for each in live_takes(connection)]


def test_a_recording_is_a_draft_that_nobody_hears_until_it_is_accepted(
    engine: Engine, takes: Takes, tmp_path: Path, spoken: Samples, wav_of: Wav
) -> None:
    data = wav_of(spoken.values)
    draft = takes.draft(PROMPT, data, ORIGIN)

    assert draft.take
    assert [] == heard(engine)
    assert "draft" == draft.take.state
    assert data == takes.original(draft.take)

    accepted = takes.accept(draft.take.id, "Thandi")

    assert [accepted.id] == heard(engine)
    assert ("live", "Thandi", PROMPT.words) == (accepted.state, accepted.accepted_by, accepted.words)
    path = sound_path(tmp_path / "audio", tmp_path / "takes", "en", accepted.file)
    assert path
    assert takes.master(accepted) == path.read_bytes()


def test_a_rejected_recording_is_no_take(takes: Takes, spoken: Samples, wav_of: Wav, tmp_path: Path) -> None:
    draft = takes.draft(PROMPT, wav_of(spoken.values * 0.02), ORIGIN)

    assert draft.take is None
    assert ["quiet"] == [each.check for each in draft.report.findings if each.rejects]
    assert not (tmp_path / "takes").exists()


def test_going_back_leads_to_the_take_before_each_time_further(engine: Engine, takes: Takes) -> None:
    first, second, third = [drafted(takes, letter) for letter in (b"1", b"2", b"3")]
    for each in (first, second, third):
        takes.accept(each.id, "Thandi")

    went = [takes.back(PROMPT.id, "en", "Ann") for _ in range(3)]

    assert [second.id, first.id, None] == [each and each.id for each in went]
    assert [first.id] == heard(engine)
    assert ["kept", "kept", "live"] == [each.state for each in takes.of(PROMPT.id, "en")]


def test_a_withdrawn_take_is_one_action_away(engine: Engine, takes: Takes) -> None:
    take = takes.accept(drafted(takes, b"1").id, "Thandi")
    takes.withdraw(PROMPT.id, "en", "Ann")

    assert [] == heard(engine)

    takes.back(PROMPT.id, "en", "Ann")

    assert [take.id] == heard(engine)


def test_a_take_that_is_taken_up_again_is_not_gone_back_to_itself(engine: Engine, takes: Takes) -> None:
    first, second = drafted(takes, b"1"), drafted(takes, b"2")
    for each in (first, second, first):
        takes.accept(each.id, "Thandi")

    takes.back(PROMPT.id, "en", "Ann")

    assert [second.id] == heard(engine)


def test_every_step_is_in_the_audit_log(engine: Engine, takes: Takes) -> None:
    for letter in (b"1", b"2"):
        takes.accept(drafted(takes, letter).id, "Thandi", "phone", patience=60)
    takes.back(PROMPT.id, "en", "Ann")
    takes.withdraw(PROMPT.id, "en", "Ann")
    takes.discard(2, "Ann")

    with reading(engine) as connection:
        noted = [(each.by, each.action, each.about, each.way) for each in entries(connection, Wanted())]
    assert [
        ("Ann", "take discarded", "en overdose.signs, take 2", "console"),
        ("Ann", "take withdrawn", "en overdose.signs, take 1", "console"),
        ("Ann", "take gone back to", "en overdose.signs, take 1", "console"),
        ("Thandi", "take accepted", "en overdose.signs, take 2", "phone"),
        ("Thandi", "take accepted", "en overdose.signs, take 1", "phone"),
    ] == noted


def test_what_is_discarded_is_gone_with_its_files_and_nothing_else_is(takes: Takes, tmp_path: Path) -> None:
    kept, gone = drafted(takes, b"the same"), drafted(takes, b"the same")

    assert takes.discard(gone.id, "Ann")
    assert (kept,) == takes.of(PROMPT.id, "en")
    assert {kept.file, kept.original} == {path.name for path in (tmp_path / "takes" / "en").iterdir()}
    with pytest.raises(UnknownTakeError):
        takes.accept(gone.id, "Thandi")


def test_what_callers_hear_cannot_be_discarded(engine: Engine, takes: Takes) -> None:
    take = takes.accept(drafted(takes, b"1").id, "Thandi")

    assert not takes.discard(take.id, "Ann")
    assert [take.id] == heard(engine)


def test_a_take_of_one_language_leaves_the_others_alone(engine: Engine, takes: Takes) -> None:
    english = takes.accept(drafted(takes, b"1").id, "Thandi")
    zulu = takes.accept(drafted(takes, b"2", replace(PROMPT, language="zu")).id, "Thandi")

    assert [english.id, zulu.id] == heard(engine)


def test_a_take_whose_files_are_gone_is_never_given_to_callers(
    engine: Engine, takes: Takes, tmp_path: Path
) -> None:
    draft = drafted(takes, b"1")
    (tmp_path / "takes" / "en" / draft.file).unlink()

    with pytest.raises(LookupError, match="record it again"):
        takes.accept(draft.id, "Thandi")
    assert [] == heard(engine)


def test_a_recording_that_cannot_be_stored_leaves_no_file(
    engine: Engine, takes: Takes, tmp_path: Path
) -> None:
    with writing(engine) as connection:
        table.drop(connection)
    master = Master(wav=b"RIFF", seconds=2.0, level=-20.0, peak=-3.0)

    with pytest.raises(Exception, match="no such table"):
        takes.keep(PROMPT, b"1", Examined(GOOD, master), ORIGIN)

    assert [] == list((tmp_path / "takes" / "en").iterdir())


def test_a_recording_that_the_disk_does_not_take_is_not_confirmed(takes: Takes, tmp_path: Path) -> None:
    (tmp_path / "takes").write_text("a file in the way")

    with pytest.raises(NotKeptError, match="cannot be kept"):
        drafted(takes, b"1")
