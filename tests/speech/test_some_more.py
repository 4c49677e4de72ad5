"""A few prompts more, beside a server: in the voice of the rest, each in a process of its own."""

from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from ivr.content.catalogue import Content, Language
from ivr.sound.level import speech_activity
from ivr.sound.manifest import Entry, read_manifest, write_manifest
from ivr.sound.samples import read_wav
from ivr.sound.trouble import SoundError
from ivr.speech.alone import BusyError, alone
from ivr.speech.apart import do_apart
from ivr.speech.bench import Engines, Outcome
from ivr.speech.choice import choose_alike
from ivr.speech.engine import RefusedError
from ivr.speech.plan import LanguagePlan, plan
from ivr.speech.some import build_some
from ivr.speech.work import Work


class Online:
    """The online engine: speaks `mp3`, or refuses."""

    name = "gtts"

    def __init__(self, mp3: bytes) -> None:
        self.mp3 = mp3

    def speak(self, text: str, language: Language) -> bytes:
        if not self.mp3:
            raise RefusedError("too many requests")
        return self.mp3


def planned(content: Content, folder: Path, *engines: str) -> LanguagePlan:
    """English, of which as many prompts as there are engines were spoken by these."""
    entries = {f"p{n}": Entry(f"{n:064x}", "", engine, 0.5, -20.0, -3.0) for n, engine in enumerate(engines)}
    return replace(plan(content, folder, ("en",))[0], entries=entries)


def never(language: Language) -> str | None:
    raise AssertionError(f"nobody needs to ask for {language.code}")


def answers(language: Language) -> str | None:
    return None


def test_what_espeak_has_spoken_it_goes_on_speaking_and_nobody_is_asked(
    content: Content, tmp_path: Path
) -> None:
    online = Online(b"mp3")

    assert Engines(None) == choose_alike(
        planned(content, tmp_path, "espeak", "espeak", "gtts", "tones", "tones", "tones"), online, never
    )


@pytest.mark.parametrize("engines", [("gtts", "gtts", "espeak"), ("tones",), ()])
def test_what_google_has_spoken_or_nobody_yet_google_speaks_if_it_answers(
    content: Content, tmp_path: Path, engines: tuple[str, ...]
) -> None:
    online = Online(b"mp3")
    mine = planned(content, tmp_path, *engines)

    assert Engines(online) == choose_alike(mine, online, answers)
    assert Engines(None) == choose_alike(mine, online, lambda _: "no answer")


def some(content: Content, folder: Path, engines: Engines) -> list[Outcome]:
    outcomes: list[Outcome] = []
    build_some(plan(content, folder, ("en",))[0], folder, engines, do_apart, outcomes.append)
    return outcomes


def test_some_prompts_are_telephone_masters_like_those_of_a_build(
    content: Content, tmp_path: Path, mp3: bytes
) -> None:
    outcomes = some(content, tmp_path, Engines(Online(mp3)))
    entries = read_manifest(tmp_path, "en")

    assert {("welcome", "gtts"), ("menu", "gtts")} == {
        (each.order.prompt.id, each.engine) for each in outcomes
    }
    for entry in entries.values():
        sound = read_wav((tmp_path / "en" / entry.file).read_bytes())
        assert pytest.approx(-20, abs=0.5) == speech_activity(sound).level


def test_when_the_service_refuses_espeak_stands_in(content: Content, tmp_path: Path) -> None:
    outcomes = some(content, tmp_path, Engines(Online(b"")))

    assert {("espeak", "too many requests")} == {(each.engine, each.instead_of) for each in outcomes}
    assert {"welcome", "menu"} == set(read_manifest(tmp_path, "en"))


def test_one_that_cannot_be_made_leaves_the_others_and_what_was_there(
    content: Content, tmp_path: Path
) -> None:
    def make(work: Work) -> Entry:
        if "Press" in work.text:
            raise SoundError("too loud")
        return Entry(work.key, work.words, work.engine, 0.5, -20.0, -3.0)

    old = Entry("a" * 64, "", "espeak", 0.0, -20.0, -3.0)
    write_manifest(tmp_path, "en", {"menu": old})
    (tmp_path / "en" / old.file).write_bytes(bytes(44))
    outcomes: list[Outcome] = []
    build_some(plan(content, tmp_path, ("en",))[0], tmp_path, Engines(None), make, outcomes.append)

    assert ["too loud"] == [each.problem for each in outcomes if each.problem]
    assert {"menu", "welcome"} == set(read_manifest(tmp_path, "en"))
    assert old == read_manifest(tmp_path, "en")["menu"]


def test_a_process_that_cannot_speak_says_why(tmp_path: Path) -> None:
    work = Work(tmp_path, "a" * 64, "", "espeak", "Words.", "no such voice", 150)

    with pytest.raises(SoundError, match="no such voice"):
        do_apart(work)


def test_only_one_builds_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(BusyError), alone(tmp_path):
        pass


def test_who_waits_is_told_and_goes_on_afterwards(tmp_path: Path) -> None:
    told, done = Event(), Event()

    def wait() -> None:
        with alone(tmp_path, told.set):
            done.set()

    waiting = Thread(target=wait)
    with alone(tmp_path):
        waiting.start()
        heard, early = told.wait(10), done.is_set()
    waiting.join(10)

    assert (True, False, True) == (heard, early, done.is_set())
