"""What staff write is spoken in the background: only that, bounded, and never by two at once."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.content import NO_EDITS, Announcement, Content, Edits, load
from ivr.jobs.speaking import AT_ONCE, Speaking
from ivr.sound.manifest import Entry, read_manifest, write_manifest
from ivr.speech.alone import alone
from ivr.speech.bench import Engines
from ivr.speech.engine import SpeechError
from ivr.speech.plan import LanguagePlan
from ivr.speech.recipe import voice_of
from ivr.speech.work import Work

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
BYE = {("en", "goodbye"): "Farewell."}


@dataclass
class Booth:
    """A builder whose engine is a fake that notes what it speaks."""

    folder: Path
    edits: Edits = NO_EDITS
    at: datetime = AT
    dumb: set[str] = field(default_factory=set)
    spoken: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.edit()
        self.speaking = Speaking(
            self.folder / "audio", lambda: self.content, lambda: self.at, self.voices, self.make
        )

    def edit(self, **edits: object) -> None:
        self.edits = replace(self.edits, **edits)  # type: ignore[arg-type]
        self.content: Content = load(self.folder / "prompts", self.edits)

    def voices(self, plan: LanguagePlan) -> Engines:
        self.asked.append(plan.language.code)
        return Engines(None)

    def make(self, work: Work) -> Entry:
        if work.text in self.dumb:
            raise SpeechError("no voice for it")
        self.spoken.append(work.text)
        path = work.folder / f"{work.key}.wav"
        path.write_bytes(bytes(8044))
        return Entry(work.key, work.words, work.engine, 0.5, -20.0, -3.0)

    def until_done(self) -> None:
        """Look until nothing is left to do."""
        looks = iter(range(20))
        while self.speaking.look() is not None:
            next(looks)

    def entry(self, language: str = "en", prompt: str = "goodbye") -> Entry | None:
        return read_manifest(self.folder / "audio", language).get(prompt)


@pytest.fixture
def booth(tmp_path: Path, audio: Path) -> Booth:
    shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
    content = load(tmp_path / "prompts")
    for code in ("en", "af"):
        voice = voice_of("espeak", content.languages[code])
        entries = {}
        for name, prompt in content.prompts[code].items():
            entries[name] = Entry(voice.key(prompt), prompt.words, "espeak", 0.5, -20.0, -3.0)
            path = tmp_path / "audio" / code / entries[name].file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(8044))
        write_manifest(tmp_path / "audio", code, entries)
    return Booth(tmp_path)


def test_edited_words_are_spoken_and_the_other_sounds_stay(booth: Booth) -> None:
    before = read_manifest(booth.folder / "audio", "en")
    booth.edit(words=BYE)
    booth.until_done()
    after = read_manifest(booth.folder / "audio", "en")

    assert ["Farewell."] == booth.spoken
    assert {"goodbye"} == {name for name in before | after if before.get(name) != after.get(name)}


def test_without_edits_nothing_is_spoken_though_the_files_have_changed(booth: Booth) -> None:
    path = booth.folder / "prompts" / "en.toml"
    path.write_text(path.read_text().replace("Goodbye, and", "Farewell, and"))
    booth.edit()
    booth.until_done()

    assert ([], []) == (booth.spoken, booth.asked)


def test_the_files_words_are_spoken_again_when_staff_go_back_to_them(booth: Booth) -> None:
    booth.edit(words=BYE)
    booth.until_done()
    booth.edit(words={}, restored=frozenset(BYE))
    booth.until_done()

    assert booth.content.prompts["en"]["goodbye"].text == booth.spoken[-1]


def test_an_announcement_is_spoken_where_it_has_words(booth: Booth) -> None:
    notice = Announcement(3, "Closed", AT, AT + timedelta(days=1), {"en": "Closed on Friday.", "af": ""})
    booth.edit(announcements=(notice,))
    booth.until_done()

    assert (["Closed on Friday."], None) == (booth.spoken, booth.entry("af", "announcement.3"))


def test_a_language_without_an_engine_is_left_to_its_readers(booth: Booth) -> None:
    booth.edit(words={("zu", "goodbye"): "Hamba kahle."})
    booth.until_done()

    assert [] == booth.spoken


def test_many_edits_are_spoken_some_at_a_time(booth: Booth) -> None:
    names = [name for name, each in booth.content.prompts["en"].items() if each.written and not each.values]
    booth.edit(words={("en", name): f"Number {n}." for n, name in enumerate(names[:30])})

    assert 30 > AT_ONCE > 1
    assert timedelta(0) == booth.speaking.look()
    assert AT_ONCE == len(booth.spoken)
    booth.until_done()
    assert 30 == len(booth.spoken)


def test_what_cannot_be_spoken_is_tried_again_later_and_holds_up_nothing(
    booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    booth.dumb = {"Farewell."}
    booth.edit(words={**BYE, ("en", "welcome"): "Here we are."})
    booth.until_done()
    booth.dumb = set()
    booth.until_done()
    early = list(booth.spoken)
    booth.at += timedelta(minutes=11)
    booth.until_done()

    assert (["Here we are."], ["Here we are.", "Farewell."]) == (early, booth.spoken)
    assert "en goodbye: not spoken: no voice for it" in caplog.text


def test_while_another_builds_nothing_is_done_twice(booth: Booth) -> None:
    booth.edit(words=BYE)
    with alone(booth.folder / "audio"):
        again = booth.speaking.look()
    booth.until_done()

    assert timedelta(seconds=2) == again
    assert ["Farewell."] == booth.spoken


def test_a_second_process_finds_it_spoken(booth: Booth) -> None:
    booth.edit(words=BYE)
    booth.until_done()
    other = Booth(booth.folder, booth.edits)
    other.until_done()

    assert [] == other.spoken


def test_a_list_of_sounds_that_is_damaged_is_left_as_it_is(booth: Booth) -> None:
    (booth.folder / "audio" / "en" / "manifest.json").write_text("{")
    booth.edit(words=BYE)
    booth.until_done()

    assert "{" == (booth.folder / "audio" / "en" / "manifest.json").read_text()


def test_a_folder_that_cannot_be_written_is_said_and_tried_again(
    booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    booth.edit(words=BYE)
    booth.speaking.audio_dir = booth.folder / "prompts" / "en.toml"

    assert timedelta(minutes=10) == booth.speaking.look()
    assert "AUDIO_DIR" in caplog.text


def test_other_machines_get_the_sound_before_callers_hear_of_it(booth: Booth) -> None:
    before, heard = booth.entry(), []
    booth.speaking.share = lambda name: heard.append((name, booth.entry() == before))
    booth.edit(words=BYE)
    booth.until_done()
    after = booth.entry()

    assert after
    assert [(f"en/{after.file}", True)] == heard
