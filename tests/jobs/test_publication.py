"""Content and sound are replaced while callers listen: only together, and only by what is whole."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.content import ContentError, load
from ivr.jobs.publication import Publication
from ivr.jobs.readers import readers_of
from ivr.sound.manifest import Entry, read_manifest, write_manifest
from ivr.storage.takes import Take

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, audio: Path) -> Path:
    """Words and sounds of our own, to be changed."""
    shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
    for code in ("en", "af", "zu", "sw"):
        write_manifest(tmp_path / "audio", code, read_manifest(audio, code))
    return tmp_path


@pytest.fixture
def published(folder: Path) -> Publication:
    found = Publication(folder / "prompts", folder / "audio", tuple)
    found.refresh()
    return found


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / "prompts" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def build(folder: Path, code: str) -> None:
    """What a build would do, as far as the list of sounds goes."""
    prompts = load(folder / "prompts").prompts[code].items()
    entries = {name: Entry(each.words, each.words, "espeak", 1.0, -20.0, -3.0) for name, each in prompts}
    write_manifest(folder / "audio", code, entries)


def words(published: Publication, prompt: str) -> str:
    found = published.current().content.prompt("en", prompt)
    assert found
    return found.text


def test_new_words_wait_until_their_sound_is_built(folder: Path, published: Publication) -> None:
    edit(folder, "en.toml", "Goodbye, and take good care.", "Farewell, and take good care.")
    published.refresh()
    before = words(published, "goodbye")
    build(folder, "en")
    published.refresh()

    assert ("Goodbye", "Farewell") == (before.split(",")[0], words(published, "goodbye").split(",")[0])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("helpline.toml", 'main = "main"', 'main = "nowhere"'),
        ("helpline.toml", "[limits]", "[limits"),
        ("helpline.toml", "ring_seconds = 20", "ring_seconds = 400"),
        ("en.toml", "[language]", "\x00"),
    ],
)
def test_content_that_cannot_be_used_is_refused_and_callers_hear_the_last(
    folder: Path, published: Publication, name: str, old: str, new: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = published.current()
    edit(folder, name, old, new)
    published.refresh()

    assert before is published.current()
    assert name in caplog.text


def test_content_that_has_gone_is_refused_too(folder: Path, published: Publication) -> None:
    before = published.current()
    shutil.rmtree(folder / "prompts")
    published.refresh()

    assert before is published.current()


def test_content_mended_after_a_mistake_is_taken_over(folder: Path, published: Publication) -> None:
    edit(folder, "helpline.toml", "[limits]", "[limits")
    published.refresh()
    edit(folder, "helpline.toml", "[limits", "[limits]")
    edit(folder, "helpline.toml", "key_seconds = 5", "key_seconds = 7")
    published.refresh()

    assert 7 == published.current().helpline.limits.key_seconds


def test_a_damaged_list_of_sounds_is_refused(folder: Path, published: Publication) -> None:
    before = published.current()
    (folder / "audio" / "en" / "manifest.json").write_text("{")
    published.refresh()

    assert before is published.current()


def test_sounds_that_have_gone_take_no_language_from_callers(folder: Path, published: Publication) -> None:
    shutil.rmtree(folder / "audio")
    published.refresh()

    assert ("en", "af", "zu", "sw") == published.current().helpline.languages


def test_a_language_is_offered_once_all_its_sounds_are_there(folder: Path, audio: Path) -> None:
    (folder / "audio" / "sw" / "manifest.json").unlink()
    published = Publication(folder / "prompts", folder / "audio", tuple)
    before = published.current().helpline.languages
    build(folder, "sw")
    published.refresh()

    assert ("en", "af", "zu") == before
    assert ("en", "af", "zu", "sw") == published.current().helpline.languages


def take(published: Publication, file: str) -> Take:
    prompt = published.current().content.prompts["en"]["welcome"]
    return Take(
        id=1,
        live=True,
        prompt="welcome",
        language="en",
        file=file,
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


def heard(published: Publication) -> str:
    sound = published.current().sounds.find("welcome", "en")
    assert sound
    return sound.file


def test_a_new_take_is_heard_at_the_next_turn_and_a_withdrawn_one_no_more(
    folder: Path, published: Publication
) -> None:
    built = heard(published)
    takes = [take(published, "f" * 64 + ".wav")]
    published.hear(lambda: takes)
    published.refresh()
    with_take = heard(published)
    takes[0] = replace(takes[0], live=False)
    published.refresh()

    assert ("f" * 64 + ".wav", built) == (with_take, heard(published))


def test_a_withdrawn_take_is_heard_no_more_even_if_nothing_else_says_it(
    folder: Path, published: Publication
) -> None:
    entries = read_manifest(folder / "audio", "en")
    built = entries.pop("welcome")
    takes = [take(published, "f" * 64 + ".wav")]
    published.hear(lambda: takes)
    published.refresh()
    write_manifest(folder / "audio", "en", entries)
    published.refresh()
    takes.clear()
    published.refresh()

    assert published.current().sounds.find("welcome", "en") is None

    write_manifest(folder / "audio", "en", {**entries, "welcome": built})
    published.refresh()

    assert built.file == heard(published)


def test_a_language_whose_take_is_withdrawn_waits_for_a_better_one(
    folder: Path, published: Publication
) -> None:
    entries = read_manifest(folder / "audio", "af")
    del entries["welcome"]
    prompt = published.current().content.prompts["af"]["welcome"]
    takes = [replace(take(published, "f" * 64 + ".wav"), language="af", values_hash=prompt.values_hash)]
    published.hear(lambda: takes)
    published.refresh()
    write_manifest(folder / "audio", "af", entries)
    published.refresh()
    with_take = published.current().sounds.offered
    takes.clear()
    published.refresh()

    assert (True, False) == ("af" in with_take, "af" in published.current().sounds.offered)
    assert "" == published.remark


def test_a_start_with_content_that_cannot_be_used_says_so(folder: Path) -> None:
    edit(folder, "helpline.toml", 'main = "main"', 'main = "nowhere"')

    with pytest.raises(ContentError):
        Publication(folder / "prompts", folder / "audio", tuple)


def test_why_callers_do_not_hear_what_is_on_disk_is_said_until_they_do(
    folder: Path, published: Publication
) -> None:
    edit(folder, "helpline.toml", 'main = "main"', 'main = "nowhere"')
    published.refresh()
    assert published.remark.endswith("run: ivr check")

    edit(folder, "helpline.toml", 'main = "nowhere"', 'main = "main"')
    published.refresh()
    assert "" == published.remark

    edit(folder, "en.toml", "Welcome to", "You have reached")
    published.refresh()
    assert published.remark.endswith("run: ivr audio build")


def test_a_process_that_starts_while_the_content_is_broken_serves_what_was_last_taken_over(
    folder: Path,
) -> None:
    last = folder / "last"
    Publication(folder / "prompts", folder / "audio", tuple, last).refresh()
    edit(folder, "helpline.toml", 'main = "main"', 'main = "nowhere"')

    again = Publication(folder / "prompts", folder / "audio", tuple, last)

    assert "main" == again.current().content.helpline.main


def test_a_process_that_starts_while_new_words_have_no_sound_serves_what_was_last_taken_over(
    folder: Path,
) -> None:
    kept = Publication(folder / "prompts", folder / "audio", tuple, folder / "last")
    kept.refresh()
    edit(folder, "sw.toml", "Kwaheri", "Buriani")
    starting = Publication(folder / "prompts", folder / "audio", tuple, folder / "last")
    offered, remark = starting.current().sounds.offered, starting.remark
    starting.refresh()
    waiting = starting.current().sounds.offered
    build(folder, "sw")
    starting.refresh()

    assert "sw" in offered
    assert "sw" in waiting
    assert "no sound yet" in remark
    assert "sw" in starting.current().sounds.offered
    assert "" == starting.remark


def test_a_process_that_starts_after_a_language_was_taken_away_does_not_bring_it_back(folder: Path) -> None:
    kept = Publication(folder / "prompts", folder / "audio", tuple, folder / "last")
    kept.refresh()
    helpline = folder / "prompts" / "helpline.toml"
    text = helpline.read_text("utf-8")
    begins = text.index('[[languages]]\ncode = "sw"')
    helpline.write_text(text[:begins] + text[text.index("\n\n", begins) :], "utf-8")
    (folder / "prompts" / "sw.toml").unlink()
    starting = Publication(folder / "prompts", folder / "audio", tuple, folder / "last")

    assert "sw" not in starting.current().content.languages


def test_a_first_start_with_broken_content_is_refused(folder: Path) -> None:
    edit(folder, "helpline.toml", 'main = "main"', 'main = "nowhere"')

    with pytest.raises(ContentError):
        Publication(folder / "prompts", folder / "audio", tuple, folder / "last")


def test_what_was_read_before_is_not_read_again(folder: Path) -> None:
    readers = readers_of(folder / "prompts", folder / "audio")
    content = readers.words.read()
    sounds = readers.sounds.read(content, ())

    pair = Publication(folder / "prompts", folder / "audio", tuple, readers=readers).current()

    assert content.prompts["en"] is pair.content.prompts["en"]
    assert sounds.own["en"] is pair.sounds.own["en"]


def test_what_has_changed_since_it_was_read_is_read_again(folder: Path) -> None:
    readers = readers_of(folder / "prompts", folder / "audio")
    readers.sounds.read(readers.words.read(), ())
    edit(folder, "en.toml", "Goodbye, and take good care.", "Farewell, and take good care.")

    found = Publication(folder / "prompts", folder / "audio", tuple, readers=readers)

    assert words(found, "goodbye").startswith("Farewell")
