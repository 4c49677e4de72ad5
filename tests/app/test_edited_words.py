"""Staff edit words; callers hear the old until the new are spoken, and a recording until it would mislead."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.content import load
from ivr.sound.manifest import Entry, write_manifest
from ivr.speech.recipe import voice_of
from ivr.storage.announcements import add_announcement
from ivr.storage.engine import engine_for, writing
from ivr.storage.language_marks import withdraw_language
from ivr.storage.take_turns import add_live_take
from ivr.storage.takes import NewTake
from ivr.storage.wordings import edit_words
from tests.app.stage import LANGUAGES, Stage, make_stage
from tests.calls.harness import silence_wav

ENGLISH = "1"


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    """A stage with sounds of its own, made as a build would have made them."""
    shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
    content = load(tmp_path / "prompts")
    for code in LANGUAGES:
        voice = voice_of("espeak", content.languages[code])
        entries = {
            name: Entry(voice.key(each), each.words, "espeak", 0.01, -20.0, -3.0)
            for name, each in content.prompts[code].items()
        }
        write_manifest(tmp_path / "audio", code, entries)
        for each in entries.values() if code == "en" else ():
            (tmp_path / "audio" / code / each.file).write_bytes(silence_wav(0.01))
    return make_stage(tmp_path, tmp_path / "audio", database)


def edit(stage: Stage, prompt: str, text: str | None) -> None:
    """What another machine's console stores."""
    engine = engine_for(stage.parts.settings.database_url)
    with writing(engine) as connection:
        edit_words(connection, "en", prompt, text, "Thandi", stage.clock())
    engine.dispose()
    stage.background()


def played(stage: Stage, prompt: str = "welcome") -> str:
    """The sound of the prompt in the next call, after the language was chosen; "" if it is not said."""
    gather = stage.document("/voice").find("Gather")
    assert gather is not None
    document = stage.document(gather.attrib["action"], Digits=ENGLISH)
    plays = [each.text or "" for each in document.iter("Play")]
    return dict(zip(stage.heard(document), plays, strict=True)).get(prompt, "")


def record(stage: Stage, prompt: str) -> str:
    """A live take of the words as they are; its sound."""
    found = stage.parts.publication.current().content.prompts["en"][prompt]
    new = NewTake(
        prompt=prompt,
        language="en",
        words=found.words,
        values_hash=found.values_hash,
        text=found.text,
        file="e" * 64 + ".wav",
        original="",
        seconds=2.0,
        level=-20.0,
        problems=(),
        source="upload",
        made_by="Thandi",
        made_at=stage.clock(),
    )
    folder = stage.parts.settings.data_dir / "takes" / "en"
    folder.mkdir(parents=True)
    (folder / new.file).write_bytes(silence_wav(0.01))
    engine = engine_for(stage.parts.settings.database_url)
    with writing(engine) as connection:
        take = add_live_take(connection, new)
    engine.dispose()
    stage.background()
    return take.file


def remarks(stage: Stage) -> list[str]:
    """What the operator is told."""
    return list(stage.client.get("/readyz").json["remarks"])


def speak(stage: Stage) -> None:
    """What the task "speech" does, in the voice of the rest, for real."""
    while stage.parts.speaking.look() is not None:
        pass
    stage.background()


def test_callers_hear_the_old_words_until_the_new_are_spoken_and_then_these(stage: Stage) -> None:
    before = played(stage)
    edit(stage, "welcome", "Hello, you have reached {helpline_name}.")
    between, waiting = played(stage), remarks(stage)
    speak(stage)
    after = played(stage)

    status, sound, _ = stage.get(after)
    assert before == between != after
    assert "1 prompt still heard with old words until the new are spoken" in waiting
    assert "old words" not in str(remarks(stage))
    assert (200, b"RIFF") == (status, sound[:4])
    assert len(sound) > 8000  # more than half a second: it is really spoken


def test_going_back_brings_the_old_sound_back(stage: Stage) -> None:
    before = played(stage)
    edit(stage, "welcome", "Hello.")
    speak(stage)
    edit(stage, "welcome", None)
    speak(stage)

    assert before == played(stage)


def test_a_recording_becomes_stale_and_is_still_heard(stage: Stage) -> None:
    file = record(stage, "welcome")
    edit(stage, "welcome", "Hello, you have reached {helpline_name}.")
    speak(stage)

    assert played(stage).endswith(file)
    assert ("welcome",) == stage.parts.publication.current().sounds.outdated["en"]


def test_a_recording_whose_words_now_name_the_emergency_number_is_never_heard(stage: Stage) -> None:
    file = record(stage, "welcome")
    before = played(stage)
    edit(stage, "welcome", "Ring {emergency_number}.")
    between = played(stage)
    speak(stage)

    assert before.endswith(file)
    assert "" == between
    assert played(stage) not in {"", before}


def test_words_that_leave_out_their_key_change_nothing(stage: Stage) -> None:
    before = played(stage, "main.overdose")
    edit(stage, "main.overdose", "If someone has taken too much, press one.")
    speak(stage)

    assert before == played(stage, "main.overdose")


def test_a_typed_announcement_is_heard_once_it_is_spoken(stage: Stage) -> None:
    engine = engine_for(stage.parts.settings.database_url)
    with writing(engine) as connection:
        at = stage.clock()
        texts = {"en": "We are closed on Friday."}
        number = add_announcement(connection, "Closed", at, at + timedelta(days=1), texts, "Thandi", at)
    engine.dispose()
    stage.background()
    before = played(stage, f"announcement.{number}")
    speak(stage)

    assert "" == before
    assert stage.get(played(stage, f"announcement.{number}"))[1].startswith(b"RIFF")


def test_a_language_taken_back_is_not_said_and_the_key_of_the_next_stays(stage: Stage) -> None:
    engine = engine_for(stage.parts.settings.database_url)
    with writing(engine) as connection:
        withdraw_language(connection, "af", "Thandi", stage.clock())
    engine.dispose()
    stage.clock.at += timedelta(seconds=1)
    stage.background()

    asked = stage.document("/voice")
    plays = [each.text or "" for each in asked.iter("Play")]
    assert "language af is not offered: staff have withdrawn it" in remarks(stage)
    assert ["en", "zu", "sw"] == [each.split("/")[-2] for each in plays[:3]]
