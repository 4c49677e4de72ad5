"""How far a prompt is, as staff are told."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline
from ivr.sound.live import LiveSounds, read_live
from ivr.sound.manifest import Entry, write_manifest
from ivr.sound.states import TakeState, states_of, to_record
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


@dataclass(frozen=True)
class Seen:
    """The content with its sounds, as of isiZulu."""

    content: Content
    sounds: LiveSounds

    @property
    def states(self) -> dict[str, TakeState]:
        return states_of(self.content, self.sounds, "zu")

    def queue(self, what: str) -> list[str]:
        return [each.id for each in to_record(self.content.prompts["zu"], self.states, what)]


def seen(content: Content, folder: object, *takes: Take) -> Seen:
    return Seen(content, read_live(content, folder, takes))  # type: ignore[arg-type]


def speak(folder: object, *names: str) -> None:
    entries = {
        name: Entry(PROMPTS[name].words, PROMPTS[name].words, "espeak", 1.0, -20, -3) for name in names
    }
    write_manifest(folder, "zu", entries)  # type: ignore[arg-type]


def test_a_take_of_the_words_as_they_are_is_live(content: Content, tmp_path: object) -> None:
    assert TakeState.LIVE is seen(content, tmp_path, take(PROMPTS["welcome"])).states["welcome"]


def test_a_take_of_other_words_is_stale_and_still_heard(content: Content, tmp_path: object) -> None:
    world = seen(content, tmp_path, take(PROMPTS["welcome"], words="other"))

    assert TakeState.STALE is world.states["welcome"]
    assert world.sounds.find("welcome", "zu")
    assert ["welcome"] == world.queue("stale")
    assert "welcome" not in world.queue("missing")


def test_a_take_of_another_value_is_never_heard_even_without_speech(
    content: Content, tmp_path: object
) -> None:
    world = seen(content, tmp_path, take(PROMPTS["menu"], words="other", values_hash="other"))

    assert TakeState.NEVER is world.states["menu"]
    assert world.sounds.find("menu", "zu") is None
    assert ["menu"] == world.queue("stale")
    assert ["welcome", "menu", "bye"] == world.queue("missing")


def test_what_an_engine_speaks_is_speech_and_what_nobody_says_is_missing(
    content: Content, tmp_path: object
) -> None:
    speak(tmp_path, "welcome")
    world = seen(content, tmp_path)

    assert (TakeState.SPEECH, TakeState.MISSING) == (world.states["welcome"], world.states["menu"])


def test_what_ought_to_be_said_and_is_not_written_has_no_words(content: Content, tmp_path: object) -> None:
    used = replace(content, uses={"zu": {"no.such.prompt": ()}})
    world = seen(used, tmp_path)

    assert TakeState.WORDLESS is world.states["no.such.prompt"]
    assert ["welcome", "menu", "bye", "tone"] == world.queue("all")


def test_what_is_missing_comes_in_the_order_of_the_script_without_tones(
    content: Content, tmp_path: object
) -> None:
    speak(tmp_path, "welcome")

    assert ["menu", "bye"] == seen(content, tmp_path).queue("missing")


def test_where_an_engine_speaks_everything_what_nobody_has_recorded_is_missing(
    content: Content, tmp_path: object
) -> None:
    speak(tmp_path, "welcome", "menu", "bye")
    world = seen(content, tmp_path, take(PROMPTS["menu"]))

    assert TakeState.MISSING is world.states["tone"]
    assert ["welcome", "bye"] == world.queue("missing")
