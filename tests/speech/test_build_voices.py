"""Which voice speaks: the better one where it can, espeak for the rest, and nothing in its place unsaid."""

from pathlib import Path
from typing import Any

import pytest

from ivr.content.catalogue import Content, Language
from ivr.sound.level import speech_activity
from ivr.sound.manifest import read_manifest
from ivr.sound.samples import read_wav
from ivr.speech.bench import Engines
from ivr.speech.choice import choose
from ivr.speech.engine import RefusedError, SpeechError
from ivr.speech.google import Google
from ivr.speech.plan import plan
from ivr.speech.wire import Wire
from tests.speech.builds import ALL, Online, run, with_comfort


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


def test_nobody_asks_the_service_for_a_sound_without_words(content: Content, tmp_path: Path) -> None:
    run(content, tmp_path)
    online = Online(b"")

    engines, _ = choose(plan(with_comfort(content), tmp_path, ALL), None, online, lambda _: "asked")

    assert (None, []) == (engines.online, online.asked)
