"""What the recording line says of a prompt: its number, its words, a live take, a draft."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.content import Content, load
from ivr.flow.studio_line_state import Among
from ivr.jobs.publication import publish
from ivr.jobs.studio_prompts import Manifests, StudioPrompts, code_of_prompt
from ivr.sound.live import read_live
from ivr.sound.manifest import Entry, write_manifest
from ivr.storage.takes import Take

PROMPTS = Path(__file__).parents[2] / "prompts"
AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def content() -> Content:
    return load(PROMPTS)


@pytest.fixture
def audio(tmp_path: Path, content: Content) -> Path:
    """English is spoken; isiZulu, which has no voice, is not."""
    entries = {
        name: Entry(prompt.words, prompt.words, "espeak", 1.0, -20.0, -3.0)
        for name, prompt in content.prompts["en"].items()
    }
    write_manifest(tmp_path, "en", entries)
    return tmp_path


def take_of(content: Content, prompt: str, language: str, *, live: bool) -> Take:
    words = content.prompts[language][prompt]
    return Take(
        *(prompt, language, words.words, words.values_hash, words.text, f"{'a' * 64}.wav", "b.original"),
        *(2.0, -20.0, (), "phone", "Nomsa", AT),
        id=7,
        live=live,
        accepted_at=AT if live else None,
    )


def prompts_of(content: Content, audio: Path, *takes: Take) -> StudioPrompts:
    published = publish(content, read_live(content, audio, takes))
    live = {(take.language, take.prompt): take for take in takes if take.live}
    return StudioPrompts(lambda: published, lambda: live, Manifests(audio))


def test_the_words_of_a_language_without_a_voice_are_read_in_english(content: Content, audio: Path) -> None:
    prompts = prompts_of(content, audio)
    welcome = content.prompts["zu"]["welcome"]

    assert ("en", f"{content.prompts['en']['welcome'].words}.wav") == prompts.reading("zu", welcome)


def test_words_that_were_built_otherwise_are_not_read(content: Content, audio: Path) -> None:
    other = Entry("0" * 64, "other words", "espeak", 1.0, -20.0, -3.0)
    write_manifest(audio, "en", {"welcome": other})

    assert prompts_of(content, audio).reading("en", content.prompts["en"]["welcome"]) is None


def test_speech_that_is_built_in_the_meantime_is_known(content: Content, audio: Path) -> None:
    manifests = Manifests(audio)
    before = manifests("af")
    entry = Entry("0" * 64, "words", "espeak", 1.0, -20.0, -3.0)
    write_manifest(audio, "af", {"welcome": entry})

    assert ({}, {"welcome": entry}) == (before, manifests("af"))


def test_a_prompt_is_found_by_its_number_and_by_its_code(content: Content, audio: Path) -> None:
    prompts, welcome = prompts_of(content, audio), content.prompts["zu"]["welcome"]

    assert welcome == prompts.numbered("zu", welcome.number)
    assert welcome == prompts.coded("zu", code_of_prompt("welcome"))
    assert (None, None) == (prompts.numbered("zu", 8999), prompts.coded("zu", "0000000000"))


def test_a_draft_and_a_live_take_are_told(content: Content, audio: Path) -> None:
    live, draft = (take_of(content, "welcome", "zu", live=live) for live in (True, False))
    prompts, welcome = prompts_of(content, audio, live), content.prompts["zu"]["welcome"]

    told = prompts.item(welcome, draft)
    assert (welcome.number, 4, True, True, 7) == (
        told.number,
        told.longest,
        told.spoken,
        told.live,
        told.draft,
    )
    assert 0 == prompts.item(welcome, live).draft
    assert f"{'a' * 64}.wav" == prompts.live_file("zu", welcome)


def test_what_is_missing_comes_in_the_order_of_the_script_and_what_is_live_is_left_out(
    content: Content, audio: Path
) -> None:
    needed = [each for each in content.prompts["zu"].values() if each.needed]
    first, second = sorted(needed, key=lambda each: each.number)[:2]
    prompts = prompts_of(content, audio, take_of(content, first.id, "zu", live=True))

    assert second == prompts.next("zu", Among.MISSING, 0)
    following = prompts.next("zu", Among.MISSING, second.number)
    assert following
    assert following.number > second.number
    assert prompts.next("zu", Among.MISSING, 99999) is None


def test_a_take_of_other_words_is_stale(content: Content, audio: Path) -> None:
    stale = replace(take_of(content, "welcome", "zu", live=True), words="other")

    assert content.prompts["zu"]["welcome"] == prompts_of(content, audio, stale).next("zu", Among.STALE, 0)
    assert prompts_of(content, audio).next("zu", Among.STALE, 0) is None


def test_what_callers_need_is_asked_for_before_what_only_staff_hear(content: Content, audio: Path) -> None:
    prompts, asked = prompts_of(content, audio), [0]
    while found := prompts.next("zu", Among.MISSING, asked[-1]):
        asked.append(found.number)
    needed = {each.number: each.needed for each in content.prompts["zu"].values()}

    told = [needed[number] for number in asked[1:]]
    assert sorted(told, reverse=True) == told
    assert {True, False} == set(told)
    assert len(set(asked)) == len(asked)
