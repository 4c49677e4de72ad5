"""Whatever has changed in the folder, a second look finds what a first one would, and reads no more."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ivr.content import NO_EDITS, Content, ContentError, Edits, load
from ivr.content.load import Reader
from tests.content.conftest import Folder

GOODBYE = ("en", "goodbye")
EDITED = Edits(words={GOODBYE: "Go well."})


def said(content: Content) -> tuple[object, ...]:
    """Everything of it that can be compared."""
    helpline = content.helpline
    words = content.prompts, content.languages, content.uses, content.remarks
    return *words, content.service, helpline.name, helpline.menus


def reread(
    folder: Folder, change: Callable[[Folder], object], edits: Edits = EDITED
) -> tuple[Content, Content]:
    """The content before and after the change, from one reader."""
    reader = Reader(folder.path)
    before = reader.read(edits)
    change(folder)
    return before, reader.read(edits)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: folder.edit("af.toml", 'name = "Afrikaans"', 'name = "Afrikaans van Kaapstad"'),
        lambda folder: folder.edit("zu.toml", "[keys]", '["lonely"]\ntext = "Yebo."\n\n[keys]'),
        lambda folder: folder.edit("en.toml", "Goodbye, and take good care.", "Farewell."),
        lambda folder: folder.edit("helpline.toml", 'name = "Themba"', 'name = "Thuso"'),
        lambda folder: (folder.path / "xx.toml").write_text("# nothing yet\n"),
    ],
    ids=["a language's name", "a word more", "words that staff have edited", "the menus", "a stray file"],
)
def test_a_second_look_finds_what_a_first_one_would(
    folder: Folder, change: Callable[[Folder], object]
) -> None:
    before, after = reread(folder, change)

    assert said(load(folder.path, EDITED)) == said(after)
    assert said(before) != said(after)


def test_languages_in_which_nothing_has_changed_are_not_made_anew(folder: Folder) -> None:
    def change(folder: Folder) -> None:
        folder.edit("zu.toml", '["goodbye"]\ntext = "', '["goodbye"]\ntext = "Yebo. ')

    before, after = reread(folder, change)

    assert {"en": True, "af": True, "zu": False, "sw": True} == {
        code: before.prompts[code] is after.prompts[code] for code in before.languages
    }
    assert before.prompts["zu"]["welcome"] is after.prompts["zu"]["welcome"]


def test_other_menus_leave_the_words_that_they_do_not_touch(folder: Folder) -> None:
    before, after = reread(
        folder, lambda folder: folder.edit("helpline.toml", 'name = "Themba"', 'name = "Thuso"'), NO_EDITS
    )

    assert before.prompts["zu"]["goodbye"] is after.prompts["zu"]["goodbye"]
    assert before.prompts["en"]["welcome"] != after.prompts["en"]["welcome"]


def test_a_language_that_cannot_be_read_again_is_refused_until_it_is_mended(folder: Folder) -> None:
    reader = Reader(folder.path)
    before = reader.read()
    text = (folder.path / "af.toml").read_text("utf-8")
    line = folder.add("af.toml", '["goodbye"\n')

    with pytest.raises(ContentError, match=rf"^af\.toml:{line}: is not TOML"):
        reader.read()
    (folder.path / "af.toml").write_text(text, "utf-8")

    assert said(before) == said(reader.read())


def test_every_file_that_was_spoilt_since_is_named(folder: Folder) -> None:
    reader = Reader(folder.path)
    reader.read()
    folder.add("af.toml", '["goodbye"\n')
    with pytest.raises(ContentError):
        reader.read()
    folder.add("zu.toml", '["goodbye"\n')
    with pytest.raises(ContentError) as refused:
        reader.read()

    assert ["af.toml", "zu.toml"] == [each.file for each in refused.value.problems]


def test_a_language_whose_file_has_gone_is_refused(folder: Folder) -> None:
    reader = Reader(folder.path)
    reader.read()
    (folder.path / "en.toml").unlink()

    with pytest.raises(ContentError, match=r"^en\.toml: cannot be read"):
        reader.read()


def test_new_words_of_a_file_stand_behind_those_that_staff_have_edited(folder: Folder) -> None:
    def change(folder: Folder) -> None:
        folder.edit("en.toml", "Goodbye, and take good care.", "Farewell.")

    _, after = reread(
        folder, change, replace(EDITED, words={("en", "welcome"): "Welcome, you."} | EDITED.words)
    )

    assert "Go well." == after.prompts["en"]["goodbye"].text
    assert "Farewell. Help works. Ring again any time." == after.prompts["en"]["goodbye"].filed


def test_another_name_of_a_language_is_told_to_staff_in_languages_that_have_no_sentence_for_it(
    folder: Folder,
) -> None:
    sentence = (
        '["rec.language.af"]\ntext = "Afrikaans."\nnote = "The voice stays up at the end: a key follows."\n'
    )
    folder.edit("en.toml", sentence, "")

    _, after = reread(folder, lambda folder: folder.edit("af.toml", '"Afrikaans"', '"Kaaps"'))

    assert "Kaaps" == after.prompts["en"]["rec.language.af"].text


def test_words_that_the_menus_no_longer_fit_are_told_by_line_although_their_file_has_not_changed(
    folder: Folder,
) -> None:
    reader = Reader(folder.path)
    reader.read()
    folder.edit("helpline.toml", 'prompt = "main.overdose"', 'prompt = "goodbye"')

    with pytest.raises(ContentError) as refused:
        reader.read()

    assert folder.problems() == list(refused.value.problems)
    assert {"en.toml", "af.toml", "zu.toml", "sw.toml"} <= {
        each.file for each in refused.value.problems if each.line
    }
