"""How far a prompt is, as staff are told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline
from ivr.sound.live import LiveSounds, read_live
from ivr.sound.manifest import Entry, write_manifest
from ivr.sound.states import LiveTakes, TakeState, by_prompt, missing, stale, state_of
from ivr.storage.takes import Take

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = (("key", "1"),)
PROMPTS = {
    "welcome": Prompt("welcome", "zu", "Sawubona.", "", 5, 1),
    "menu": Prompt("menu", "zu", "Cindezela 1.", "", 5, 2, KEY),
    "bye": Prompt("bye", "zu", "Hamba kahle.", "", 5, 3),
    "tone": Prompt("tone", "zu", "", "", 5, 4, wordless=True),
}


def take(prompt: Prompt, **other: object) -> Take:
    made = Take(
        prompt=prompt.id,
        language="zu",
        words=prompt.words,
        values_hash=prompt.values_hash,
        text=prompt.text,
        file="f" * 64 + ".wav",
        original="o",
        seconds=1.0,
        level=-20.0,
        problems=(),
        source="phone",
        made_by="Thandi",
        made_at=NOON,
        id=1,
        live=True,
    )
    return replace(made, **other)  # type: ignore[arg-type]


@pytest.fixture
def content() -> Content:
    helpline = Helpline("Themba", ("zu",), "main", "overdose", {}, {})
    return Content(helpline, {"zu": Language("zu", "isiZulu")}, {"zu": PROMPTS})


def seen(content: Content, folder: object, *takes: Take) -> tuple[Content, LiveSounds, LiveTakes]:
    return content, read_live(content, folder, takes), by_prompt(takes)  # type: ignore[arg-type]


def speak(folder: object, *names: str) -> None:
    entries = {
        name: Entry(PROMPTS[name].words, PROMPTS[name].words, "espeak", 1.0, -20, -3) for name in names
    }
    write_manifest(folder, "zu", entries)  # type: ignore[arg-type]


def test_a_take_of_the_words_as_they_are_is_live(content: Content, tmp_path: object) -> None:
    assert TakeState.LIVE is state_of(*seen(content, tmp_path, take(PROMPTS["welcome"])), "welcome", "zu")


def test_a_take_of_other_words_is_stale_and_still_heard(content: Content, tmp_path: object) -> None:
    world = seen(content, tmp_path, take(PROMPTS["welcome"], words="other"))

    assert TakeState.STALE is state_of(*world, "welcome", "zu")
    assert world[1].find("welcome", "zu")
    assert ["welcome"] == [each.id for each in stale(*world, "zu")]


def test_a_take_of_another_value_is_never_heard_even_without_speech(
    content: Content, tmp_path: object
) -> None:
    world = seen(content, tmp_path, take(PROMPTS["menu"], words="other", values_hash="other"))

    assert TakeState.NEVER is state_of(*world, "menu", "zu")
    assert world[1].find("menu", "zu") is None
    assert ["menu"] == [each.id for each in stale(*world, "zu")]


def test_what_an_engine_speaks_is_speech_and_what_nobody_says_is_missing(
    content: Content, tmp_path: object
) -> None:
    speak(tmp_path, "welcome")
    world = seen(content, tmp_path)

    assert TakeState.SPEECH is state_of(*world, "welcome", "zu")
    assert TakeState.MISSING is state_of(*world, "menu", "zu")
    assert TakeState.MISSING is state_of(*world, "no.such.prompt", "zu")


def test_what_is_missing_comes_in_the_order_of_the_script_without_tones(
    content: Content, tmp_path: object
) -> None:
    speak(tmp_path, "welcome")

    assert ["menu", "bye"] == [each.id for each in missing(*seen(content, tmp_path), "zu")]


def test_where_an_engine_speaks_everything_what_nobody_has_recorded_is_missing(
    content: Content, tmp_path: object
) -> None:
    speak(tmp_path, *PROMPTS)
    world = seen(content, tmp_path, take(PROMPTS["menu"]))

    assert ["welcome", "bye"] == [each.id for each in missing(*world, "zu")]
