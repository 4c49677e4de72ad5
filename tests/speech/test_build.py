"""Builds: what is spoken, what stays, and what becomes of a build that ends early."""

import json
import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.content.catalogue import Content
from ivr.sound.level import speech_activity
from ivr.sound.live import read_live
from ivr.sound.manifest import read_manifest
from ivr.sound.samples import read_wav
from ivr.speech.bench import Engines, Outcome
from ivr.speech.build import BuildError, build
from ivr.speech.plan import plan
from ivr.speech.status import read_status
from tests.speech.builds import ALL, OFFLINE, Edit, Online, run, wanted, with_comfort


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audio")


@pytest.fixture
def audio_dir(built_once: Path, content: Content) -> Path:
    """Everything espeak-ng can speak, spoken; each test has to leave it as it was."""
    run(content, built_once)
    return built_once


def test_a_build_makes_telephone_masters_and_lists_them(content: Content, audio_dir: Path) -> None:
    entries = read_manifest(audio_dir, "tn")

    assert {"welcome", "menu"} == set(entries)
    for entry in entries.values():
        sound = read_wav((audio_dir / "tn" / entry.file).read_bytes())
        assert pytest.approx(sound.seconds, abs=0.001) == entry.seconds
        assert pytest.approx(-20, abs=0.5) == speech_activity(sound).level


def test_what_is_built_is_not_built_again(content: Content, audio_dir: Path) -> None:
    assert {} == run(content, audio_dir)


def test_only_changed_words_are_spoken_again(content: Content, audio_dir: Path, edited: Edit) -> None:
    assert [("tn", "menu")] == wanted(edited("tn", "menu", "Mafoko a mašwa."), audio_dir)


def test_a_changed_voice_or_speed_is_spoken_again(content: Content, audio_dir: Path) -> None:
    slower = replace(
        content, languages=content.languages | {"tn": replace(content.languages["tn"], words_per_minute=120)}
    )

    assert [("tn", "welcome"), ("tn", "menu")] == wanted(slower, audio_dir)


def test_a_missing_file_is_made_again(content: Content, tmp_path: Path) -> None:
    run(content, tmp_path)
    (tmp_path / "tn" / read_manifest(tmp_path, "tn")["menu"].file).unlink()

    assert [("tn", "menu")] == wanted(content, tmp_path)


def test_sound_from_the_other_engine_counts_until_a_voice_is_asked_for(
    content: Content, audio_dir: Path
) -> None:
    assert [] == wanted(content, audio_dir)
    assert [] == wanted(content, audio_dir, "espeak")
    assert [("en", "welcome"), ("en", "menu")] == wanted(content, audio_dir, "gtts")


def test_force_speaks_everything_again(content: Content, audio_dir: Path) -> None:
    assert 4 == len(wanted(content, audio_dir, None, True))


def test_a_language_for_recordings_only_has_nothing_to_build(content: Content, audio_dir: Path) -> None:
    assert () == plan(content, audio_dir, ("zu",))[0].orders


def test_the_same_words_give_the_same_files_in_any_number_of_processes(
    content: Content, audio_dir: Path, tmp_path: Path
) -> None:
    run(content, tmp_path, processes=1)

    for name in ("welcome", "menu"):
        file = read_manifest(tmp_path, "tn")[name].file
        assert (audio_dir / "tn" / file).read_bytes() == (tmp_path / "tn" / file).read_bytes()


def test_files_that_no_prompt_needs_are_listed_and_others_are_left_alone(
    content: Content, tmp_path: Path
) -> None:
    folder = tmp_path / "tn"
    folder.mkdir()
    for name in ("e" * 64 + ".wav", "half.x1.part", "notes.txt"):
        (folder / name).write_bytes(b"")

    assert [folder / ("e" * 64 + ".wav"), folder / "half.x1.part"] == list(
        plan(content, tmp_path, ("tn",))[0].unused
    )


def test_an_interrupted_build_keeps_what_it_made(content: Content, tmp_path: Path) -> None:
    def stop(_: Outcome) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(plan(content, tmp_path, ALL), tmp_path, Engines(None), 1, stop)

    made = sum(len(read_manifest(tmp_path, code)) for code in ALL)
    assert 1 == made
    assert 3 == len(wanted(content, tmp_path))


def test_a_damaged_manifest_is_told_and_built_again(content: Content, tmp_path: Path) -> None:
    (tmp_path / "tn").mkdir()
    (tmp_path / "tn" / "manifest.json").write_text(json.dumps({"version": 99}))

    found = plan(content, tmp_path, ("tn",))[0]

    assert "manifest.json" in found.damage
    assert 2 == len(found.orders)


def test_the_status_counts_what_is_there(content: Content, audio_dir: Path) -> None:
    states = {
        each.language: each for each in read_status(content, audio_dir, read_live(content, audio_dir, []))
    }

    assert (2, 0, 0) == (states["tn"].built, states["tn"].stale, states["tn"].missing)
    assert (0, 0, 2, 0.0) == (
        states["zu"].built,
        states["zu"].stale,
        states["zu"].missing,
        states["zu"].seconds,
    )
    seconds = sum(entry.seconds for entry in read_manifest(audio_dir, "tn").values())
    assert pytest.approx(seconds, abs=0.1) == states["tn"].seconds


def test_changed_words_are_stale_not_missing(content: Content, audio_dir: Path, edited: Edit) -> None:
    changed = edited("tn", "menu", "Mafoko a mašwa.")

    state = read_status(changed, audio_dir, read_live(changed, audio_dir, []))[1]

    assert (1, 1, 0) == (state.built, state.stale, state.missing)


def test_a_file_that_is_not_whole_is_made_again(content: Content, tmp_path: Path) -> None:
    run(content, tmp_path)
    entry = read_manifest(tmp_path, "en")["welcome"]
    path = tmp_path / "en" / entry.file
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    status = read_status(content, tmp_path, read_live(content, tmp_path, ()))

    assert 1 == status[0].built
    assert [("en", "welcome")] == list(run(content, tmp_path))
    assert whole == path.read_bytes()


def test_a_killed_process_ends_the_build_in_words_and_what_was_made_is_kept(
    content: Content, tmp_path: Path
) -> None:
    def kill(_: Outcome) -> None:
        for child in multiprocessing.active_children():
            child.kill()
            child.join()

    words = {f"w{number}": replace(content.prompts["en"]["welcome"], id=f"w{number}") for number in range(9)}
    many = replace(content, prompts={"en": words})

    with pytest.raises(BuildError, match="was killed"):
        build(plan(many, tmp_path, ("en",)), tmp_path, OFFLINE, 1, kill)
    assert read_manifest(tmp_path, "en")


def test_a_sound_without_words_is_made_for_every_language_whoever_speaks_it(
    content: Content, tmp_path: Path
) -> None:
    outcomes = run(with_comfort(content), tmp_path, Engines(Online(b"")))

    assert {"tones"} == {outcomes[code, "comfort"].engine for code in ALL}
    assert all(outcomes[code, "comfort"].entry for code in ALL)
    assert {"comfort"} == set(read_manifest(tmp_path, "zu"))
    assert [] == [each for each in wanted(with_comfort(content), tmp_path, "gtts") if each[1] == "comfort"]


def test_a_sound_without_words_is_heard_and_no_reason_to_offer_or_hold_back_a_language(
    content: Content, tmp_path: Path
) -> None:
    heard = with_comfort(content)
    before = read_live(heard, tmp_path, ())
    run(heard, tmp_path)
    after = read_live(heard, tmp_path, ())

    assert before.find("comfort", "zu") is None
    assert after.find("comfort", "zu") is not None
    assert ("welcome", "menu") == before.missing("zu") == after.missing("zu")
    assert ("en", "tn") == after.offered
