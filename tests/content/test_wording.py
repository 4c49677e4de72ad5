"""The language files: placeholders, missing and idle words, and slips in writing them."""

import pytest

from ivr.content import Content
from tests.content.conftest import Folder

COUNSELLOR = 'text = "To speak to a counsellor, press {key}."'
DANGER = '["overdose.emergency"]'


def english(content: Content, prompt: str) -> str:
    return content.prompts["en"][prompt].text


@pytest.mark.parametrize(
    ("old", "new", "key", "advice"),
    [
        (
            COUNSELLOR,
            'text = "To speak to a counsellor, press zero."',
            "main.counsellor.text",
            "key 0 is named",
        ),
        (
            COUNSELLOR,
            'text = "{kee}, {key}"',
            "main.counsellor.text",
            "has an unknown placeholder {kee}; known: {key}",
        ),
        (COUNSELLOR, 'text = "Press {key} {now."', "main.counsellor.text", "without its partner"),
        (COUNSELLOR, 'text = "Press {{key}}."', "main.counsellor.text", "without its partner"),
        (COUNSELLOR, 'text = "Press {key}.\\u0000"', "main.counsellor.text", "control character ('\\x00')"),
        (COUNSELLOR, 'text = " … "', "main.counsellor.text", "write what is to be said"),
        (COUNSELLOR, 'text = ""', "main.counsellor.text", "write what is to be said"),
        (COUNSELLOR, "text = 5", "main.counsellor.text", "both in quotes"),
        (COUNSELLOR, COUNSELLOR + '\nvoice = "x"', "main.counsellor.voice", "only text and note stand here"),
        ('["main.counsellor"]', "[main.counsellor]", "main.counsellor", 'write ["main.counsellor"]'),
        ('"Welcome to', '"Press {key}. Welcome to', "welcome.text", "has no key of its own"),
        ('"8" = "eight"', '"8" = " "', "keys.8", 'add "8" = "…"'),
        ('"8" = "eight"', '"8" = 8', "keys.8", 'add "8" = "…"'),
        ('"8" = "eight"\n', "", "keys.8", 'add "8" = "…"'),
        ('"8" = "eight"', '"8" = "eight"\n"10" = "ten"', "keys.10", "use 0 to 9, * and #"),
        ('name = "English"', "name = 5", "language.name", "must be text"),
        ('name = "English"', 'name = ""', "language.name", "must be text"),
        ('name = "English"', 'name = "English"\nvoice = "x"', "language.voice", "only name and reviewed_by"),
        ("[language]\n", "[lang]\n", "language", "add [language] with name"),
        ("[keys]\n", "[kees]\n", "keys", "add [keys] with a word for each key"),
    ],
)
def test_a_slip_in_the_words_is_told_with_line_key_and_advice(
    folder: Folder, old: str, new: str, key: str, advice: str
) -> None:
    line = folder.edit("en.toml", old, new)
    told = {problem.key: problem for problem in folder.problems()}

    assert "en.toml" == told[key].file
    assert told[key].line in {0, *range(line - 9, line + 2)}
    assert advice in told[key].message


def test_a_placeholder_is_told_on_the_line_of_the_text(folder: Folder) -> None:
    line = folder.edit("en.toml", COUNSELLOR, 'text = "{kee}, {key}"')

    assert line == folder.problem().line


def test_a_prompt_that_is_badly_written_is_not_also_called_missing(folder: Folder) -> None:
    folder.edit("en.toml", COUNSELLOR, 'text = ""')

    assert "main.counsellor.text" == folder.problem().key


def test_a_prompt_outside_a_table_is_explained(folder: Folder) -> None:
    (folder.path / "en.toml").write_text(
        'welcome = "Hello"\n'
        + (folder.path / "en.toml").read_text("utf-8").replace('["welcome"]', '["wel"]'),
        "utf-8",
    )

    assert ("welcome", 1) == (folder.problem().key, folder.problem().line)
    assert '["welcome"] with text and note' in folder.problem().message


def test_words_missing_in_the_language_that_all_fall_back_to_are_refused(folder: Folder) -> None:
    folder.edit("en.toml", DANGER, '["overdose.emergenzy"]')

    assert (
        'en.toml: overdose.emergency: words are missing; add ["overdose.emergency"] with text = "…"'
        == str(folder.problem())
    )


def test_words_missing_where_a_fallback_speaks_are_remarked_and_the_helpline_starts(folder: Folder) -> None:
    folder.edit("af.toml", DANGER, '["overdose.emergenzy"]')
    missing, unused = folder.load().remarks

    assert ("af.toml", "overdose.emergency") == (missing.file, missing.key)
    assert not missing.warning
    assert ("af.toml", "overdose.emergenzy") == (unused.file, unused.key)
    assert unused.line > 0
    assert "nothing says this prompt" in unused.message


def test_a_language_without_a_word_yet_is_content_to_fall_back(folder: Folder) -> None:
    text = (folder.path / "zu.toml").read_text("utf-8")
    (folder.path / "zu.toml").write_text(text[: text.index("# Choosing a language")], "utf-8")

    assert () == folder.load().remarks
    assert {} == folder.load().prompts["zu"]


def test_a_default_language_without_a_word_is_refused(folder: Folder) -> None:
    text = (folder.path / "en.toml").read_text("utf-8")
    (folder.path / "en.toml").write_text(text[: text.index("# Choosing a language")], "utf-8")

    assert "en.toml" == folder.problem().file
    assert "write its prompts, or name a fallback" in folder.problem().message


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "one one two"), ("af", "een een twee"), ("sw", "moja moja mbili"), ("zu", "one one two")],
)
def test_the_emergency_number_is_said_digit_by_digit_in_each_language(
    shipped: Content, language: str, said: str
) -> None:
    assert said in shipped.prompts[language]["overdose.emergency"].text


def test_a_key_is_said_by_its_word_in_the_language(shipped: Content) -> None:
    assert "To speak to a counsellor, press zero." == english(shipped, "main.counsellor")
    assert "nul" in shipped.prompts["af"]["main.counsellor"].text


def test_the_name_of_the_helpline_is_said(folder: Folder) -> None:
    folder.edit("helpline.toml", 'name = "Themba"', 'name = "Ithemba"')

    assert "Welcome to Ithemba: your call is confidential." == english(folder.load(), "welcome")


def test_each_language_names_the_key_of_its_own_place(shipped: Content) -> None:
    said = [shipped.prompts[code]["language.choice"].values for code in ("en", "af", "zu", "sw")]

    assert [(("key", "1"),), (("key", "2"),), (("key", "3"),), (("key", "4"),)] == said


def test_the_same_words_have_the_same_hash_however_they_are_laid_out(folder: Folder) -> None:
    before = folder.load().prompts["en"]["main.counsellor"]
    folder.edit("en.toml", COUNSELLOR, 'text = """\nTo speak to a counsellor,\n  press {key}."""')
    after = folder.load().prompts["en"]["main.counsellor"]

    assert (before.words, before.values_hash) == (after.words, after.values_hash)


def test_another_emergency_number_is_another_prompt_to_record(folder: Folder) -> None:
    before = folder.load().prompts["en"]
    folder.edit("helpline.toml", 'emergency_number = "112"', 'emergency_number = "10177"')
    after = folder.load().prompts["en"]

    assert before["overdose.emergency"].words != after["overdose.emergency"].words
    assert before["overdose.emergency"].values_hash != after["overdose.emergency"].values_hash
    assert before["welcome"] == after["welcome"]


def test_another_name_is_other_words_but_sends_nobody_astray(folder: Folder) -> None:
    before = folder.load().prompts["en"]["welcome"]
    folder.edit("helpline.toml", 'name = "Themba"', 'name = "Ithemba"')
    after = folder.load().prompts["en"]["welcome"]

    assert before.words != after.words
    assert before.values_hash == after.values_hash


def test_a_prompt_moved_to_another_key_is_another_prompt_to_record(folder: Folder) -> None:
    before = folder.load().prompts["en"]["main.about"]
    folder.edit("helpline.toml", 'key = "4"\nleads_to = "drugs"', 'key = "x"\nleads_to = "drugs"')
    folder.edit("helpline.toml", 'key = "5"', 'key = "4"')
    folder.edit("helpline.toml", 'key = "x"', 'key = "5"')
    after = folder.load().prompts["en"]["main.about"]

    assert before.values_hash != after.values_hash


@pytest.mark.parametrize(("prompt", "seconds"), [("welcome", 4), ("goodbye", 8)])
def test_a_prompt_used_twice_keeps_to_the_shorter_time(folder: Folder, prompt: str, seconds: int) -> None:
    folder.edit("helpline.toml", '["general.notice"]', f'["general.notice", "{prompt}"]')

    assert seconds == folder.load().prompts["en"][prompt].seconds


def test_the_place_in_the_reading_script_is_the_same_in_every_language(shipped: Content) -> None:
    numbers = [{p.id: p.number for p in prompts.values()} for prompts in shipped.prompts.values()]

    assert 4 == len(numbers)
    assert all(numbers[0] == each for each in numbers)
    assert set(range(1, len(numbers[0]) + 1)) == set(numbers[0].values())


def test_the_shipped_words_leave_no_remark(shipped: Content) -> None:
    assert () == shipped.remarks


def test_the_sound_to_wait_by_is_there_in_every_language_and_has_no_words(shipped: Content) -> None:
    found = [prompts["wait.comfort"] for prompts in shipped.prompts.values()]

    assert [("", True, False)] * 4 == [(each.text, each.wordless, each.needed) for each in found]


def test_words_written_for_a_sound_are_told(folder: Folder) -> None:
    line = folder.add("en.toml", '["wait.comfort"]\ntext = "La la la."\n')
    (remark,) = folder.load().remarks

    assert ("en.toml", line, "wait.comfort") == (remark.file, remark.line, remark.key)
    assert "" == english(folder.load(), "wait.comfort")
