from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.content.catalogue import Prompt
from ivr.sound.intake import Origin, examine_for, expected_seconds, keep
from ivr.sound.live import sound_path
from ivr.sound.manifest import Entry
from ivr.sound.samples import Samples
from ivr.storage.engine import engine_for, migrate, reading, writing
from ivr.storage.takes import live_takes, takes, takes_of

PROMPT = Prompt(
    "overdose.signs",
    "en",
    "You are not alone. Press 1 to speak to a counsellor now. Press 2 for signs of an overdose.",
    "",
    15,
    7,
    (("key", "1"),),
)

Wav = Callable[..., bytes]
ORIGIN = Origin("Overdose.Signs.WAV", "upload", "Thandi", datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    yield engine
    engine.dispose()


def test_a_kept_recording_is_what_callers_hear(
    engine: Engine, tmp_path: Path, spoken: Samples, wav_of: Wav
) -> None:
    data = wav_of(spoken.values)

    kept = keep(engine, tmp_path / "takes", PROMPT, data, examine_for(PROMPT, data), ORIGIN)

    with reading(engine) as connection:
        assert (kept,) == live_takes(connection)
    assert ("overdose.signs", "en", PROMPT.words, True) == (kept.prompt, kept.language, kept.words, kept.live)
    assert sound_path(tmp_path / "audio", tmp_path / "takes", "en", kept.file) is not None
    assert data == (tmp_path / "takes" / "en" / kept.original).read_bytes()
    assert datetime(2026, 3, 1, 12, tzinfo=UTC) == kept.made_at


def test_a_second_recording_replaces_the_first_and_the_first_is_kept(
    engine: Engine, tmp_path: Path, spoken: Samples, wav_of: Wav
) -> None:
    first, second = wav_of(spoken.values), wav_of(spoken.values[::-1])
    for data in (first, second):
        keep(engine, tmp_path / "takes", PROMPT, data, examine_for(PROMPT, data), ORIGIN)

    with reading(engine) as connection:
        assert [True, False] == [each.live for each in takes_of(connection, "overdose.signs", "en")]


def test_a_recording_that_cannot_be_stored_leaves_no_file(
    engine: Engine, tmp_path: Path, spoken: Samples, wav_of: Wav
) -> None:
    data = wav_of(spoken.values)
    examined = examine_for(PROMPT, data)
    with writing(engine) as connection:
        takes.drop(connection)

    with pytest.raises(Exception, match="no such table"):
        keep(engine, tmp_path / "takes", PROMPT, data, examined, ORIGIN)

    assert [] == list((tmp_path / "takes" / "en").iterdir())


def test_a_rejected_recording_is_never_kept(
    engine: Engine, tmp_path: Path, spoken: Samples, wav_of: Wav
) -> None:
    quiet = wav_of(spoken.values * 0.02)

    with pytest.raises(ValueError, match="rejected"):
        keep(engine, tmp_path / "takes", PROMPT, quiet, examine_for(PROMPT, quiet), ORIGIN)


def test_the_length_expected_is_that_of_built_speech_for_the_same_words() -> None:
    entry = Entry("a" * 64, PROMPT.words, "espeak", 6.35, -20, -3.3)

    assert pytest.approx(6.0) == expected_seconds(PROMPT, entry)
    assert pytest.approx(len(PROMPT.text) / 13.6) == expected_seconds(PROMPT, replace(entry, words="other"))


def test_ethiopic_letters_take_longer_than_latin_ones() -> None:
    amharic = replace(PROMPT, language="am", text="ሰላም እንደምን አለህ ዛሬ")

    assert expected_seconds(amharic) > expected_seconds(replace(amharic, text="a" * len(amharic.text)))
