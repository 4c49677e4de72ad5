from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline
from ivr.sound.live import read_live, sound_path
from ivr.sound.manifest import Entry, ManifestError, write_manifest
from ivr.storage.takes import Take

PROMPTS = {
    code: {
        "welcome": Prompt("welcome", code, f"Welcome {code}.", "", 10, 1),
        "menu": Prompt("menu", code, f"Press 0 {code}.", "", 10, 2, (("key", "0"),)),
        "extra": Prompt("extra", code, f"More {code}.", "", 10, 3, needed=False),
    }
    for code in ("en", "zu")
}


@pytest.fixture
def content() -> Content:
    helpline = Helpline("Themba", ("en", "zu"), "main", "overdose", {}, {})
    languages = {"en": Language("en", "English"), "zu": Language("zu", "isiZulu", fallback="en")}
    return Content(helpline, languages, PROMPTS)


def entry(prompt: Prompt, letter: str) -> Entry:
    return Entry(letter * 64, prompt.words, "espeak", 2.0, -20.0, -3.3)


def take(prompt: Prompt, letter: str, **changed: object) -> Take:
    values = {
        "id": 1,
        "prompt": prompt.id,
        "language": prompt.language,
        "words": prompt.words,
        "values_hash": prompt.values_hash,
        "text": prompt.text,
        "file": f"{letter * 64}.wav",
        "original": "",
        "seconds": 3.0,
        "level": -20.0,
        "problems": (),
        "source": "upload",
        "made_by": "Thandi",
        "made_at": datetime(2026, 3, 1, tzinfo=UTC),
        "live": True,
    }
    return Take(**(values | changed))


@pytest.fixture
def audio_dir(tmp_path: Path) -> Path:
    english = {
        name: entry(prompt, letter)
        for (name, prompt), letter in zip(PROMPTS["en"].items(), "abc", strict=True)
    }
    write_manifest(tmp_path, "en", english)
    return tmp_path


def test_a_live_take_is_heard_before_built_speech(content: Content, audio_dir: Path) -> None:
    sounds = read_live(content, audio_dir, [take(PROMPTS["en"]["menu"], "d")])

    assert f"{'d' * 64}.wav" == sounds.find("menu", "en").file
    assert "take" == sounds.find("menu", "en").source


def test_a_take_that_is_not_live_is_not_heard(content: Content, audio_dir: Path) -> None:
    sounds = read_live(content, audio_dir, [take(PROMPTS["en"]["menu"], "d", live=False)])

    assert "espeak" == sounds.find("menu", "en").source


def test_without_a_sound_of_its_own_a_language_borrows_its_fallbacks(
    content: Content, audio_dir: Path
) -> None:
    sounds = read_live(content, audio_dir, [take(PROMPTS["en"]["menu"], "d")])

    assert ("en", f"{'d' * 64}.wav") == (sounds.find("menu", "zu").language, sounds.find("menu", "zu").file)
    assert "a" * 64 + ".wav" == sounds.find("welcome", "zu").file


def test_a_take_that_names_another_key_is_never_heard(content: Content, audio_dir: Path) -> None:
    before = replace(PROMPTS["en"]["menu"], values=(("key", "5"),))

    sounds = read_live(content, audio_dir, [take(before, "d")])

    assert "espeak" == sounds.find("menu", "en").source
    assert ("menu",) == sounds.outdated["en"]


def test_a_take_with_last_years_words_is_heard_until_it_is_recorded_again(
    content: Content, audio_dir: Path
) -> None:
    before = replace(PROMPTS["en"]["menu"], text="Press 0 for somebody.")

    sounds = read_live(content, audio_dir, [take(before, "d")])

    assert "take" == sounds.find("menu", "en").source
    assert ("menu",) == sounds.outdated["en"]


def test_speech_built_for_other_words_is_not_heard(content: Content, audio_dir: Path) -> None:
    changed = PROMPTS | {"en": PROMPTS["en"] | {"menu": replace(PROMPTS["en"]["menu"], text="Other words.")}}

    sounds = read_live(replace(content, prompts=changed), audio_dir, [])

    assert sounds.find("menu", "en") is None
    assert ("menu",) == sounds.missing("en")


def test_a_language_is_offered_when_nothing_needed_is_missing(content: Content, audio_dir: Path) -> None:
    half = [take(PROMPTS["zu"]["menu"], "d")]
    whole = [*half, take(PROMPTS["zu"]["welcome"], "e")]

    assert ("en",) == read_live(content, audio_dir, half).offered
    assert ("welcome",) == read_live(content, audio_dir, half).missing("zu")
    assert ("en", "zu") == read_live(content, audio_dir, whole).offered


def test_an_outdated_take_keeps_its_language_offered(content: Content, audio_dir: Path) -> None:
    before = replace(PROMPTS["zu"]["menu"], values=(("key", "5"),))
    takes = [take(before, "d"), take(PROMPTS["zu"]["welcome"], "e")]

    sounds = read_live(content, audio_dir, takes)

    assert ("en", "zu") == sounds.offered
    assert "en" == sounds.find("menu", "zu").language


def test_the_default_language_is_offered_without_any_sound(content: Content, tmp_path: Path) -> None:
    assert ("en",) == read_live(content, tmp_path, []).offered


def test_a_language_without_a_written_word_is_not_offered(content: Content, audio_dir: Path) -> None:
    unwritten = replace(content, prompts={"en": PROMPTS["en"], "zu": {}})

    assert ("en",) == read_live(unwritten, audio_dir, []).offered


def test_a_file_leads_back_to_its_prompt(content: Content, audio_dir: Path) -> None:
    sounds = read_live(content, audio_dir, [])

    assert "menu" == sounds.by_file("en", "b" * 64 + ".wav")
    assert sounds.by_file("zu", "b" * 64 + ".wav") is None


def test_a_damaged_manifest_is_named_with_what_to_do(content: Content, audio_dir: Path) -> None:
    (audio_dir / "en" / "manifest.json").write_text("{half")

    with pytest.raises(ManifestError, match=r"en/manifest\.json.*ivr audio build"):
        read_live(content, audio_dir, [])


def test_masters_are_served_from_both_folders(tmp_path: Path) -> None:
    for folder, letter in (("audio", "a"), ("takes", "b")):
        path = tmp_path / folder / "en" / f"{letter * 64}.wav"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"RIFF")

    for folder, letter in (("audio", "a"), ("takes", "b")):
        found = sound_path(tmp_path / "audio", tmp_path / "takes", "en", f"{letter * 64}.wav")
        assert tmp_path / folder / "en" / f"{letter * 64}.wav" == found


@pytest.mark.parametrize(
    ("language", "file"),
    [
        ("..", "a" * 64 + ".wav"),
        ("en/..", "a" * 64 + ".wav"),
        ("en", "../secret"),
        ("en", "manifest.json"),
        ("en", "a" * 64 + ".wav\n"),
        ("en", "a" * 64 + ".original.wav"),
        ("en\x00", "a" * 64 + ".wav"),
    ],
)
def test_nothing_but_masters_is_served(tmp_path: Path, language: str, file: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "manifest.json").write_text("{}")
    (tmp_path / "en" / ("a" * 64 + ".original.wav")).write_bytes(b"RIFF")

    assert sound_path(tmp_path, tmp_path, language, file) is None
