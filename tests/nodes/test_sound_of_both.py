"""What staff change on one machine is heard by the callers of all, and every machine has its sound."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.content import load
from ivr.speech.espeak import speak
from tests.nodes.machines import Machine, until
from tests.nodes.town import PUBLIC, Line, Town

pytestmark = pytest.mark.slow
ELSEWHERE = f"{PUBLIC}/cdn"


def main_menu(town: Town, number: str) -> Line:
    """A caller who hears the main menu, each sound fetched from one machine or the other."""
    caller = town.call(number)
    caller.key("1")
    return caller


def unknown_sounds(town: Town) -> list[str]:
    """The sounds in both machines' menus that were not shipped; empty as long as they do not agree."""
    first, second = (main_menu(town, f"+2783111002{turn}").plays for turn in range(2))
    town.asked.clear()
    same = [url for url in first if url in second]
    return [url for url in same if "/".join(url.split("/")[-2:]) not in town.words]


def said_by(town: Town, machines: tuple[Machine, Machine], url: str) -> set[bytes]:
    answers = [town.sounds_at(each, url) for each in machines]
    assert {200} == {each.status_code for each in answers}
    assert all("immutable" in each.headers["Cache-Control"] for each in answers)
    return {each.content for each in answers}


@pytest.fixture
def third(running: tuple[Machine, Machine], audio: Path, tmp_path: Path) -> Iterator[Machine]:
    """Another machine of the same helpline; its sounds are fetched from elsewhere."""
    shutil.copytree(audio, tmp_path / "third" / "audio")
    made = Machine("third", tmp_path / "third", {**running[0].shared, "AUDIO_URL": ELSEWHERE})
    made.start()
    yield made
    made.kill()


def test_a_recording_made_on_one_machine_is_heard_by_callers_of_both(
    town: Town, machines: tuple[Machine, Machine], tmp_path: Path, audio: Path
) -> None:
    words = load(audio.parent / "prompts").prompts["en"]["main.someone"].text
    (tmp_path / "main.someone.wav").write_bytes(speak(words, "en", 150))
    machines[0].run("audio", "import", "en", str(tmp_path / "main.someone.wav"))
    url = until(lambda: unknown_sounds(town))[0]

    assert 1 == len(said_by(town, machines, url))


def test_words_edited_on_one_machine_are_spoken_on_both(
    town: Town, machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    before = set(unknown_sounds(town))
    (tmp_path / "en.toml").write_text('["main.drugs"]\ntext = "Press {key} for drugs, as we say it now."\n')
    machines[0].run("words", "import", "en", str(tmp_path / "en.toml"))
    url = until(lambda: set(unknown_sounds(town)) - before).pop()

    assert 1 == len(said_by(town, machines, url))


def test_sounds_may_be_fetched_from_elsewhere_and_every_machine_has_them(
    town: Town, third: Machine, machines: tuple[Machine, Machine]
) -> None:
    until(third.ready)
    there = Town((third,), town.provider, town.words)
    there.fetches = False
    plays = main_menu(there, "+27831110029").plays

    assert plays
    assert [] == [url for url in plays if not url.startswith(ELSEWHERE)]
    assert all(said_by(town, machines, url.replace("/cdn", "/audio")) for url in plays)
