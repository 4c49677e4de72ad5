"""Words that staff edit wait, each by itself, until they can be spoken; callers hear the old meanwhile."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.content import NO_EDITS, Announcement, Edits, Prompt, load
from ivr.jobs.publication import Publication
from ivr.sound.manifest import Entry, read_manifest, write_manifest
from ivr.storage.takes import Take

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
FAREWELL = {("en", "goodbye"): "Farewell."}
WELCOME = {("en", "welcome"): "Here is {helpline_name}."}


@dataclass
class House:
    """A publication whose edits and takes are what the test says."""

    folder: Path
    edits: Edits = NO_EDITS
    takes: list[Take] = field(default_factory=list)
    publication: Publication = field(init=False)

    def __post_init__(self) -> None:
        self.start()
        self.publication.refresh()

    def start(self) -> None:
        """As a process starts: with what was kept on disk, before storage has answered."""
        self.publication = Publication(
            self.folder / "prompts", self.folder / "audio", tuple, self.folder / "last"
        )
        self.first = self.said()
        self.publication.hear(lambda: self.takes, lambda: self.edits)

    def edit(self, **edits: object) -> None:
        self.edits = replace(self.edits, **edits)  # type: ignore[arg-type]
        self.publication.refresh()

    def speak(self, *prompts: str, edits: Edits | None = None) -> None:
        """Build the wanted words of these prompts, as far as the list of sounds goes."""
        content = load(self.folder / "prompts", edits or self.edits)
        entries = read_manifest(self.folder / "audio", "en")
        entries |= {name: entry(content.prompts["en"][name]) for name in prompts}
        write_manifest(self.folder / "audio", "en", entries)
        self.publication.refresh()

    def said(self, prompt: str = "goodbye", language: str = "en") -> tuple[str, str]:
        """What is said, in one word, and from which sound."""
        current = self.publication.current()
        sound = current.sounds.find(prompt, language)
        found = current.content.prompt(language, prompt)
        assert found
        return found.text.split()[0].strip(",."), sound.source if sound else ""

    def record(self, prompt: str = "goodbye") -> None:
        """A live take of the words that are said now."""
        found = self.publication.current().content.prompts["en"][prompt]
        self.takes.append(take(found))
        self.publication.refresh()


def entry(prompt: Prompt) -> Entry:
    return Entry(prompt.words, prompt.words, "espeak", 1.0, -20.0, -3.0)


def take(prompt: Prompt) -> Take:
    return Take(
        id=1,
        live=True,
        prompt=prompt.id,
        language=prompt.language,
        file="f" * 64 + ".wav",
        original="",
        text=prompt.text,
        words=prompt.words,
        values_hash=prompt.values_hash,
        seconds=2.0,
        level=-20.0,
        source="phone",
        made_by="",
        made_at=AT,
        problems=(),
    )


@pytest.fixture
def house(tmp_path: Path, audio: Path) -> House:
    shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
    for code in ("en", "af", "zu", "sw"):
        write_manifest(tmp_path / "audio", code, read_manifest(audio, code))
    return House(tmp_path)


def test_edited_words_wait_until_they_are_spoken(house: House) -> None:
    house.edit(words=FAREWELL)
    before, held = house.said(), house.publication.current().held
    house.speak("goodbye")

    assert (("Goodbye", "espeak"), {("en", "goodbye")}) == (before, held)
    assert ("Farewell", "espeak") == house.said()
    assert frozenset() == house.publication.current().held


def test_pages_see_edited_words_at_once(house: House) -> None:
    house.edit(words=FAREWELL)

    assert "Farewell." == house.publication.current().wanted.prompts["en"]["goodbye"].text


def test_one_edit_that_cannot_be_spoken_holds_up_no_other(house: House) -> None:
    house.edit(words=FAREWELL | WELCOME)
    house.speak("welcome")

    assert ("Here", "Goodbye") == (house.said("welcome")[0], house.said()[0])
    assert "" == house.publication.remark


def test_words_edited_twice_are_heard_as_they_were_last_spoken(house: House) -> None:
    house.edit(words=FAREWELL)
    house.speak("goodbye")
    house.edit(words={("en", "goodbye"): "Adieu."} | WELCOME)
    house.speak("welcome")
    before = house.said(), house.said("welcome")
    house.speak("goodbye")

    assert (("Farewell", "espeak"), ("Here", "espeak")) == before
    assert ("Adieu", "espeak") == house.said()


@pytest.mark.parametrize(("prompt", "old"), [("goodbye", "Goodbye"), ("screen.language.sw", "The")])
def test_an_edit_overtaken_while_it_was_spoken_is_never_silence(house: House, prompt: str, old: str) -> None:
    house.edit(words={("en", prompt): "Farewell."})
    first = house.edits
    house.edit(words={("en", prompt): "Adieu."})
    house.speak(prompt, edits=first)
    between = house.said(prompt)
    house.speak(prompt)

    assert (old, "espeak") == between
    assert ("Adieu", "espeak") == house.said(prompt)


def test_going_back_to_the_files_words_waits_for_their_sound_too(house: House) -> None:
    house.edit(words=FAREWELL)
    house.speak("goodbye")
    house.edit(words={}, restored=frozenset(FAREWELL))
    before = house.said()
    house.speak("goodbye")

    assert (("Farewell", "espeak"), ("Goodbye", "espeak")) == (before, house.said())


def test_a_recording_of_other_words_is_stale_and_still_heard(house: House) -> None:
    house.record()
    house.edit(words=FAREWELL)

    assert ("Farewell", "take") == house.said()
    assert ("goodbye",) == house.publication.current().sounds.outdated["en"]


def test_a_recording_is_not_heard_a_moment_longer_once_its_words_name_a_number(house: House) -> None:
    house.record()
    house.edit(words={("en", "goodbye"): "Ring {emergency_number}."})

    assert ("Ring", "") == house.said()


def test_an_edit_that_leaves_out_its_key_is_never_heard(house: House) -> None:
    house.edit(words={("en", "main.overdose"): "Press one."})
    house.speak("main.overdose")

    assert "If" == house.said("main.overdose")[0]


def test_a_restart_goes_on_with_the_words_that_callers_heard(house: House) -> None:
    house.edit(words=FAREWELL)
    house.speak("goodbye")
    house.edit(words={("en", "goodbye"): "Adieu."})
    house.start()

    assert ("Farewell", "espeak") == house.first
    house.publication.refresh()
    assert ("Farewell", "espeak") == house.said()


def test_a_restart_goes_on_with_words_that_are_being_taken_back(house: House) -> None:
    house.edit(words=FAREWELL)
    house.speak("goodbye")
    house.edit(words={}, restored=frozenset(FAREWELL))
    house.start()

    assert ("Farewell", "espeak") == house.first


def test_a_restart_with_a_damaged_copy_of_the_edits_goes_on_with_the_files(house: House) -> None:
    house.edit(words=FAREWELL)
    house.speak("goodbye")
    (house.folder / "last" / "edits.json").write_text("[{}]")
    house.start()
    house.publication.refresh()

    assert ("Farewell", "espeak") == house.said()


def test_a_language_taken_back_is_not_offered_and_the_others_keep_their_keys(house: House) -> None:
    house.edit(withdrawn=frozenset({"af"}))
    helpline = house.publication.current().helpline

    assert ("en", "zu", "sw") == helpline.languages
    assert ("en", "af", "zu", "sw") == helpline.shipped_languages


def test_a_language_offered_again_is_there_at_once(house: House) -> None:
    house.edit(withdrawn=frozenset({"af"}))
    house.edit(withdrawn=frozenset())

    assert ("en", "af", "zu", "sw") == house.publication.current().helpline.languages


def test_first_words_of_a_language_do_not_make_it_offered(house: House) -> None:
    (house.folder / "prompts" / "zu.toml").write_text(
        '[language]\nname = "isiZulu"\nreviewed_by = ""\n\n[keys]\n'
        + "".join(f'"{key}" = "{key}"\n' for key in "0123456789*#")
    )
    (house.folder / "audio" / "zu" / "manifest.json").unlink()
    house.start()
    house.publication.refresh()
    house.edit(words={("zu", "goodbye"): "Hamba kahle."})
    house.takes.append(take(house.publication.current().content.prompts["zu"]["goodbye"]))
    house.publication.refresh()

    assert ("Hamba", "take") == house.said(language="zu")
    assert ("en", "af", "sw") == house.publication.current().helpline.languages


def test_an_announcement_is_heard_by_those_who_have_its_sound(house: House) -> None:
    notice = Announcement(3, "Closed", AT, AT + timedelta(days=1), {"en": "Closed on Friday."})
    house.edit(announcements=(notice,))
    before = house.publication.current().helpline.announcements[0].languages
    house.speak("announcement.3")
    (announced,) = house.publication.current().helpline.announcements

    assert frozenset() == before
    assert ("announcement.3", AT, {"en", "af", "zu", "sw"}) == (
        announced.prompt,
        announced.starts,
        announced.languages,
    )
