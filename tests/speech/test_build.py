import json
import multiprocessing
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ivr.content.catalogue import Content, Language, Prompt
from ivr.sound.level import speech_activity
from ivr.sound.live import read_live
from ivr.sound.manifest import read_manifest
from ivr.sound.samples import read_wav
from ivr.speech.bench import Engines, Outcome
from ivr.speech.build import BuildError, build
from ivr.speech.choice import choose
from ivr.speech.engine import RefusedError, SpeechError
from ivr.speech.google import Google
from ivr.speech.plan import plan
from ivr.speech.status import read_status
from ivr.speech.wire import Wire

ALL = ("en", "tn", "zu")
OFFLINE = Engines(None)
Edit = Callable[[str, str, str], Content]


class Online:
    """The online engine: speaks `mp3`, or fails with what stands in `failures` for the words."""

    name = "gtts"

    def __init__(self, mp3: bytes, failures: Mapping[str, Exception] | None = None) -> None:
        self.mp3, self.failures = mp3, failures or {}
        self.asked: list[str] = []

    def speak(self, text: str, language: Language) -> bytes:
        self.asked.append(text)
        if text in self.failures:
            raise self.failures[text]
        return self.mp3


def run(
    content: Content,
    audio_dir: Path,
    engines: Engines = OFFLINE,
    voice: str | None = None,
    processes: int = 2,
) -> dict[tuple[str, str], Outcome]:
    outcomes: list[Outcome] = []
    build(plan(content, audio_dir, ALL, voice), audio_dir, engines, processes, outcomes.append)
    return {(each.order.language.code, each.order.prompt.id): each for each in outcomes}


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audio")


@pytest.fixture
def audio_dir(built_once: Path, content: Content) -> Path:
    """Everything espeak-ng can speak, spoken; each test has to leave it as it was."""
    run(content, built_once)
    return built_once


def wanted(
    content: Content, audio_dir: Path, voice: str | None = None, force: bool = False
) -> list[tuple[str, str]]:
    return [
        (each.language.code, order.prompt.id)
        for each in plan(content, audio_dir, ALL, voice, force)
        for order in each.orders
    ]


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


def test_the_better_voice_speaks_what_it_can_and_espeak_the_rest(
    content: Content, tmp_path: Path, mp3: bytes
) -> None:
    outcomes = run(content, tmp_path, Engines(Online(mp3)))

    assert {"gtts"} == {each.engine for (code, _), each in outcomes.items() if code == "en"}
    assert {"espeak"} == {each.engine for (code, _), each in outcomes.items() if code == "tn"}


def test_what_the_service_sends_becomes_a_master(content: Content, tmp_path: Path, service: Any) -> None:
    run(content, tmp_path, Engines(Google(Wire(pace=0), service.url)))

    entry = read_manifest(tmp_path, "en")["welcome"]
    sound = read_wav((tmp_path / "en" / entry.file).read_bytes())
    assert ("gtts", 8000) == (entry.engine, sound.rate)
    assert pytest.approx(-20, abs=0.5) == speech_activity(sound).level


def test_a_prompt_the_better_voice_fails_on_is_spoken_by_espeak_and_it_is_said(
    content: Content, tmp_path: Path, mp3: bytes
) -> None:
    online = Online(mp3, {"You are not alone.": SpeechError("answers 500")})

    outcomes = run(content, tmp_path, Engines(online))

    assert ("espeak", "answers 500") == (
        outcomes["en", "welcome"].engine,
        outcomes["en", "welcome"].instead_of,
    )
    assert "gtts" == outcomes["en", "menu"].engine
    assert {"welcome", "menu"} == set(read_manifest(tmp_path, "en"))


def test_sound_that_is_silent_is_spoken_by_espeak_too(content: Content, tmp_path: Path) -> None:
    outcomes = run(content, tmp_path, Engines(Online(b"no sound at all")))

    assert "espeak" == outcomes["en", "welcome"].engine
    assert "not sound" in outcomes["en", "welcome"].instead_of


def test_a_voice_that_was_asked_for_is_not_replaced_and_the_rest_is_kept(
    content: Content, tmp_path: Path, mp3: bytes
) -> None:
    online = Online(mp3, {"You are not alone.": SpeechError("answers 500")})

    outcomes = run(content, tmp_path, Engines(online, offline=False), "gtts")

    assert "answers 500" == outcomes["en", "welcome"].problem
    assert {"menu"} == set(read_manifest(tmp_path, "en"))


def test_a_service_that_refuses_is_not_asked_again(content: Content, tmp_path: Path, mp3: bytes) -> None:
    online = Online(mp3, {"You are not alone.": RefusedError("403")})

    run(content, tmp_path, Engines(online))

    assert ["You are not alone."] == online.asked


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


def test_without_a_voice_asked_for_the_online_one_is_taken_if_it_answers(
    content: Content, tmp_path: Path, mp3: bytes
) -> None:
    online = Online(mp3)
    plans = plan(content, tmp_path, ALL)

    assert (Engines(online), "") == choose(plans, None, online, lambda _: None)
    engines, note = choose(plans, None, online, lambda _: "no answer")
    assert Engines(None) == engines
    assert "no answer" in note


def test_a_voice_asked_for_that_cannot_be_had_is_an_error(
    content: Content, tmp_path: Path, mp3: bytes
) -> None:
    with pytest.raises(SpeechError, match="no answer"):
        choose(plan(content, tmp_path, ALL, "gtts"), "gtts", Online(mp3), lambda _: "no answer")


def test_the_online_voice_is_not_even_asked_for_espeak(content: Content, tmp_path: Path, mp3: bytes) -> None:
    def never(_: Language) -> str | None:
        raise AssertionError

    assert (Engines(None), "") == choose(plan(content, tmp_path, ALL, "espeak"), "espeak", Online(mp3), never)


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


def with_comfort(content: Content) -> Content:
    prompts = {
        code: {**texts, "comfort": Prompt("comfort", code, "", "", 15, 9, needed=False, wordless=True)}
        for code, texts in content.prompts.items()
    }
    return Content(content.helpline, content.languages, prompts)


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


def test_nobody_asks_the_service_for_a_sound_without_words(content: Content, tmp_path: Path) -> None:
    run(content, tmp_path)
    online = Online(b"")

    engines, _ = choose(plan(with_comfort(content), tmp_path, ALL), None, online, lambda _: "asked")

    assert (None, []) == (engines.online, online.asked)
