"""What staff write stands over the files, as far as it fits them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.content import NO_EDITS, Announcement, Content, Edits, load, problems_of
from ivr.content.edits import edits_from_rows, edits_to_rows
from ivr.content.load import Reader
from tests.content.conftest import SHIPPED, Folder

GOODBYE = ("en", "goodbye")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOTICE = Announcement(7, "Supply", AT, AT.replace(hour=14), {"en": "Take  care.", "af": ""})


def loaded(**edits: object) -> Content:
    return load(SHIPPED, replace(NO_EDITS, **edits))  # type: ignore[arg-type]


def text(content: Content, language: str, prompt: str) -> str:
    found = content.prompt(language, prompt)
    assert found
    return found.text


def test_edited_words_are_said_instead_of_those_of_the_file(shipped: Content) -> None:
    content = loaded(words={GOODBYE: "  Go\nwell. "})

    assert "Go well." == text(content, "en", "goodbye")
    assert text(shipped, "af", "goodbye") == text(content, "af", "goodbye")
    assert shipped.remarks == content.remarks


def test_placeholders_of_edited_words_are_filled_in() -> None:
    words = {("en", "main.counsellor"): "Press {key} for a person of {helpline_name}."}
    prompt = loaded(words=words).prompts["en"]["main.counsellor"]

    assert "Press zero for a person of Themba." == prompt.text
    assert (("key", "0"),) == prompt.values
    assert "Press {key} for a person of {helpline_name}." == prompt.written


def test_an_edited_prompt_knows_the_words_of_its_file() -> None:
    content = loaded(words={GOODBYE: "Go well."}, restored=frozenset({("en", "welcome")}))
    edited, restored = content.prompts["en"]["goodbye"], content.prompts["en"]["welcome"]

    assert (True, "Goodbye, and take good care. Help works. Ring again any time.") == (
        edited.edited,
        edited.filed,
    )
    assert (False, restored.written) == (restored.edited, restored.filed)


@pytest.mark.parametrize(
    ("key", "words", "reason"),
    [
        (("en", "main.counsellor"), "Press nought.", "must say its key: write {key} where key 0 is named"),
        (GOODBYE, "Press {key}.", "has no key of its own"),
        (GOODBYE, "Bye {name}.", "unknown placeholder {name}"),
        (GOODBYE, "Bye {", "has a brace"),
        (GOODBYE, "?!", "has no words"),
        (GOODBYE, "Bye\x07.", "has a control character"),
        (("en", "wait.comfort"), "La la.", "is a sound without words"),
        (("en", "gone.prompt"), "Bye.", "nothing says this prompt"),
    ],
)
def test_an_edit_that_does_not_fit_is_left_out_with_a_remark(
    shipped: Content, key: tuple[str, str], words: str, reason: str
) -> None:
    content = loaded(words={key: words})
    (remark,) = set(content.remarks) - set(shipped.remarks)

    assert shipped.prompt(*key) == content.prompt(*key)
    assert ("en.toml", key[1], True) == (remark.file, remark.key, remark.warning)
    assert reason in remark.message


def test_edited_words_follow_their_choice_to_another_key(folder: Folder) -> None:
    folder.edit("helpline.toml", 'key = "5"\nleads_to = "about"', 'key = "7"\nleads_to = "about"')
    folder.edit("helpline.toml", 'key = "4"\nleads_to = "drugs"', 'key = "5"\nleads_to = "drugs"')
    folder.edit("helpline.toml", 'key = "7"\nleads_to = "about"', 'key = "4"\nleads_to = "about"')
    content = load(folder.path, Edits(words={("en", "main.drugs"): "Heroin: {key}."}))

    assert "Heroin: five." == text(content, "en", "main.drugs")


def test_the_sentence_that_names_a_language_can_be_edited_where_it_is_made_up() -> None:
    content = loaded(words={("en", "screen.language.sw"): "Swahili, from the coast."})

    assert "Swahili, from the coast." == text(content, "en", "screen.language.sw")


def test_words_can_be_written_first_in_the_console(shipped: Content) -> None:
    before = shipped.prompt("zu", "goodbye")
    prompt = loaded(words={("zu", "goodbye"): "Hamba kahle."}).prompts["zu"]["goodbye"]

    assert "Hamba kahle." == prompt.text
    assert (before.text if before else "") == prompt.filed


def test_a_mark_says_who_reviewed_a_language_whatever_its_file_says() -> None:
    content = loaded(reviewed={"af": "Thandi", "en": ""})

    assert ("Thandi", "") == tuple(content.languages[code].reviewed_by for code in ("af", "en"))


def test_the_default_language_cannot_be_withdrawn() -> None:
    content = loaded(withdrawn=frozenset({"en", "sw"}))

    assert {"sw"} == {code for code, each in content.languages.items() if each.withdrawn}


def test_an_announcement_is_a_prompt_of_every_language_that_nobody_needs() -> None:
    content = loaded(announcements=(NOTICE, replace(NOTICE, id=8, withdrawn=True)))
    english, afrikaans = (content.prompts[code]["announcement.7"] for code in ("en", "af"))

    assert ("Take care.", 9007, 30, False) == (
        english.text,
        english.number,
        english.seconds,
        english.needed,
    )
    assert ("", False, False) == (afrikaans.text, afrikaans.sayable, afrikaans.in_file)
    assert not english.edited
    assert "announcement.8" not in content.prompts["en"]
    assert "announcement.7" not in {each.id for each in content.script("en")}


def test_rows_bring_back_what_they_were_made_of() -> None:
    edits = Edits(
        words={GOODBYE: "Go well."},
        restored=frozenset({("af", "goodbye")}),
        reviewed={"af": "Thandi", "en": ""},
        withdrawn=frozenset({"sw"}),
        announcements=(NOTICE,),
    )

    assert edits == edits_from_rows(edits_to_rows(edits))


def test_words_that_fit_have_no_problem(shipped: Content) -> None:
    assert () == problems_of(shipped, "en", "main.counsellor", "Press {key} to talk.")


@pytest.mark.parametrize(
    ("prompt", "words", "reason"),
    [
        ("goodbye", "a" * 1000, "has 1000 letters, too many for"),
        ("main.counsellor", "Press one.", "must say its key"),
        ("nothing", "Words.", "nothing says a prompt 'nothing' in en"),
    ],
)
def test_words_that_do_not_fit_have_one_that_says_why(
    shipped: Content, prompt: str, words: str, reason: str
) -> None:
    (problem,) = problems_of(shipped, "en", prompt, words)

    assert reason in problem


def test_a_language_in_which_nothing_was_edited_is_not_read_again(folder: Folder) -> None:
    reader = Reader(folder.path)
    before = reader.read().prompts
    after = reader.read(Edits(words={GOODBYE: "Go well."})).prompts

    assert before["af"] is after["af"]
    assert "Go well." == after["en"]["goodbye"].text


def test_a_file_that_was_written_again_is_read_again(folder: Folder) -> None:
    reader = Reader(folder.path)
    reader.read()
    folder.edit("en.toml", "Goodbye, and take good care.", "Farewell.")

    assert text(reader.read(), "en", "goodbye").startswith("Farewell.")


def test_edits_and_their_taking_back_are_both_remembered(folder: Folder) -> None:
    reader = Reader(folder.path)
    before = reader.read().prompts["en"]
    reader.read(Edits(words={GOODBYE: "Go well."}))

    assert before is reader.read().prompts["en"]


def test_words_that_nothing_says_keep_their_line_when_others_are_edited(folder: Folder) -> None:
    line = folder.add("en.toml", '["lonely"]\ntext = "Nobody says this."\n')
    content = load(folder.path, replace(NO_EDITS, words={GOODBYE: "Go well."}))

    assert [("en.toml", line, "lonely")] == [(each.file, each.line, each.key) for each in content.remarks]


def test_words_for_a_sound_without_words_are_told_whatever_else_is_edited(folder: Folder) -> None:
    line = folder.add("en.toml", '["wait.comfort"]\ntext = "La la la."\n')
    content = load(folder.path, replace(NO_EDITS, words={GOODBYE: "Go well."}))

    assert [("en.toml", line, "wait.comfort")] == [
        (each.file, each.line, each.key) for each in content.remarks
    ]
