"""`ivr check` as staff meet it: what it prints, how it ends, what it leaves alone."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.cli import main
from ivr.content import Content, load

SHIPPED = Path(__file__).parents[2] / "prompts"
UNREVIEWED = "language.reviewed_by: nobody who speaks the language has reviewed it; say who did"


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left on the terminal."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class House:
    """A helpline's folders."""

    prompts: Path
    audio: Path
    run: Callable[..., Result]

    def write_sounds(self, code: str, seconds: float = 1.0, **longer: float) -> None:
        """A list of built sounds, as the build would leave it; the sounds themselves are not looked at."""
        entries = {
            name: {
                "key": f"{number:064x}",
                "words": prompt.words,
                "engine": "espeak",
                "seconds": longer.get(name.replace(".", "_"), seconds),
                "level": -20.0,
                "peak": -3.0,
            }
            for number, (name, prompt) in enumerate(self.content().prompts[code].items())
        }
        (self.audio / code).mkdir(parents=True)
        text = json.dumps({"version": 1, "prompts": entries})
        (self.audio / code / "manifest.json").write_text(text, "utf-8")

    def content(self) -> Content:
        return load(self.prompts)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    shutil.copytree(SHIPPED, tmp_path / "prompts")
    for name in ("data", "prompts", "audio"):
        monkeypatch.setenv(f"{name.upper()}_DIR", str(tmp_path / name))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        return Result(int(end.value.code or 0), *capsys.readouterr())

    return House(tmp_path / "prompts", tmp_path / "audio", run)


@pytest.mark.slow
def test_as_shipped_and_built_nothing_is_wrong_and_what_is_open_is_named(house: House) -> None:
    for code in ("en", "af", "sw"):
        house.write_sounds(code)
    result = house.run("check")
    needed = sum(each.needed for each in house.content().prompts["zu"].values())

    assert 0 == result.exit_code
    assert [
        *(f"warning: {code}.toml: {UNREVIEWED}" for code in ("af", "en", "sw", "zu")),
        f"warning: zu.toml: not offered: {needed} prompts to record; print: ivr audio script zu",
        "0 problems, 5 warnings",
    ] == result.stdout.splitlines()


@pytest.mark.slow
def test_open_and_wrong_things_are_told_side_by_side_even_while_the_database_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    house.write_sounds("en", welcome=4.5)
    result = house.run("check")

    assert 1 == result.exit_code
    assert "warning: recordings are not looked at" in result.stderr
    assert "problem: en.toml: welcome: takes 4.5 s; at most 4 s: shorten it" in result.stdout.splitlines()
    assert "prompts without sound; run: ivr audio build" in result.stdout
    assert result.stdout.endswith("1 problem, 7 warnings\n")


def test_content_that_cannot_be_loaded_is_told_whole(house: House) -> None:
    (house.prompts / "sw.toml").write_bytes(b"\xff")
    (house.prompts / "af.toml").write_text("[language\n", "utf-8")
    result = house.run("check")
    first, second, summary = result.stdout.splitlines()

    assert 1 == result.exit_code
    assert first.startswith("problem: af.toml:1: is not TOML: ")
    assert second.startswith("problem: sw.toml:1: has letters that are not UTF-8")
    assert "2 problems, 0 warnings" == summary


def test_a_folder_that_is_not_there_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMPTS_DIR", str(house.prompts / "nowhere"))
    result = house.run("check")

    assert 1 == result.exit_code
    assert str(house.prompts / "nowhere" / "helpline.toml") in result.stdout


def test_a_damaged_list_of_sounds_says_how_to_make_another(house: House) -> None:
    (house.audio / "en").mkdir(parents=True)
    (house.audio / "en" / "manifest.json").write_text("{", "utf-8")
    result = house.run("check")

    assert 1 == result.exit_code
    assert "delete it and run: ivr audio build" in result.stderr


def test_the_picture_needs_neither_sound_nor_database(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    result = house.run("check", "--draw")

    assert 0 == result.exit_code
    assert result.stdout.startswith("flowchart LR\n")
    assert not house.audio.exists()


@pytest.mark.slow
def test_every_shipped_prompt_as_really_spoken_keeps_to_its_seconds(house: House) -> None:
    assert 0 == house.run("audio", "build", "--voice", "espeak").exit_code

    result = house.run("check")

    assert 0 == result.exit_code
    assert result.stdout.endswith("0 problems, 5 warnings\n")
