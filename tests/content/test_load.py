"""helpline.toml gone wrong: every kind of slip, with its file, line, key and advice."""

import pytest

from tests.content.conftest import Folder

SIXTH = """
[[menus.choices]]
key = "6"
leads_to = "general"
prompt = "about.sixth"
"""


@pytest.mark.parametrize(
    ("old", "new", "key", "advice"),
    [
        ("key_seconds = 5 ", 'key_seconds = "5" ', "limits.key_seconds", "whole number, without quotes"),
        ("key_seconds = 5 ", "key_seconds = true ", "limits.key_seconds", "whole number, without quotes"),
        ("key_seconds = 5 ", "key_seconds = 2 ", "limits.key_seconds", "at least 3"),
        ("ring_seconds = 20", "ring_seconds = 41", "limits.ring_seconds", "at most 40"),
        ("key_seconds = 5 ", "key_second = 5 ", "limits.key_second", "remove it, or correct its name"),
        ('name = "Themba"', "name = 5", "name", "text in quotes"),
        ('name = "Themba"', 'name = " "', "name", "as it is to be said"),
        ('name = "Themba"', 'name = "{key}"', "name", "as it is to be said"),
        ('name = "Themba"', 'name = "The\\u0000mba"', "name", "as it is to be said"),
        ('emergency_number = "112"', 'emergency_number = "1 1 2"', "emergency_number", "without spaces: 112"),
        ('emergency_number = "112"', "emergency_number = 112", "emergency_number", "text in quotes"),
        ('fallback_number = ""', 'fallback_number = "0105550100"', "fallback_number", "+ and country code"),
        ('"Africa/Johannesburg"', '"Johannesburg"', "zone", "such as Africa/Johannesburg"),
        ('"Africa/Johannesburg"', '"../../etc/passwd"', "zone", "such as Africa/Johannesburg"),
        ('"Africa/Johannesburg"', '""', "zone", "such as Africa/Johannesburg"),
        ('after_silence = "counsellor"', 'after_silence = "hangup"', "after_silence", "'goodbye'"),
        ('main = "main"', 'main = "overdose"', "main", "there is no menu 'overdose'"),
        ('main = "main"', 'main = "mian"', "main", "did you mean 'main'?"),
        ('emergency = "overdose"', 'emergency = "overdoze"', "emergency", "did you mean 'overdose'?"),
        ('"someone"\nprompt', '"somone"\nprompt', "menus[1].choices[4].leads_to", "did you mean 'someone'?"),
        ('"someone"\nprompt', '"x1"\nprompt', "menus[1].choices[4].leads_to", "there are about, break"),
        ('"someone"\nprompt', '"Some one"\nprompt', "menus[1].choices[4].leads_to", "small letters"),
        ('key = "5"', 'key = "4"', "menus[1].choices[6].key", "give each choice its own"),
        ('key = "5"', 'key = "7"', "menus[1].choices[6].key", "use 1 to 5"),
        ('key = "5"', 'key = "*"', "menus[1].choices[6].key", "use 1 to 5"),
        ('key = "5"', 'key = "9"', "menus[1].choices[6].key", "means overdose everywhere"),
        ('key = "5"', 'key = "55"', "menus[1].choices[6].key", "one key of a telephone"),
        ('id = "why"', 'id = "drugs"', "segments[7].id", "more than one menu or segment"),
        ('id = "why"', 'id = "counsellor"', "segments[7].id", "rename this one"),
        ('"main.about"', '"language"', "menus[1].choices[6].prompt", "take another name"),
        (
            '"main.about"',
            '"goodbye"',
            "menus[1].choices[6].prompt",
            "without a key; give each its own prompt",
        ),
        ('"main.about"', '"main.drugs"', "menus[1].choices[6].prompt", "on key 4 and on key 5"),
        ('"main.about"', '"language.choice"', "menus[1].choices[6].prompt", "give each its own prompt"),
        ('["general.notice"]', "[]", "segments[10].prompts", "at least one"),
        ('["general.notice"]', '"general.notice"', "segments[10].prompts", "a list"),
        ('code = "zu"', 'code = "ZU"', "languages[3].code", "in small letters"),
        ('code = "zu"', 'code = "../en"', "languages[3].code", "in small letters"),
        ('gtts = "sw"\n', "", "languages[4].engines", 'add gtts = "…"'),
        ('["gtts", "espeak"]\ngtts = "sw"', '["gtts", "festival"]', "languages[4].engines[2]", "'espeak'"),
        ('accent = "co.ke"', 'accent = "co.ke/x"', "languages[4].accent", "co.za"),
    ],
)
def test_a_slip_in_the_menus_is_told_with_line_key_and_advice(
    folder: Folder, old: str, new: str, key: str, advice: str
) -> None:
    line = folder.edit("helpline.toml", old, new)
    told = {problem.key: problem for problem in folder.problems()}

    assert "helpline.toml" == told[key].file
    assert told[key].line in range(line - 2, line + 3)
    assert advice in told[key].message


def test_the_line_is_exactly_that_of_the_key(folder: Folder) -> None:
    line = folder.edit("helpline.toml", 'leads_to = "stopping"', 'leads_to = "stoping"')

    assert line == folder.problem().line


def test_a_problem_reads_as_file_line_key_and_advice(folder: Folder) -> None:
    line = folder.edit("helpline.toml", 'leads_to = "stopping"', 'leads_to = "stoping"')
    said = f"helpline.toml:{line}: menus[1].choices[3].leads_to: there is no menu or segment 'stoping'"

    assert f"{said}; did you mean 'stopping'?" == str(folder.problem())


def test_a_missing_key_is_told(folder: Folder) -> None:
    folder.edit("helpline.toml", 'emergency_number = "112" ', "# ")

    assert "helpline.toml: emergency_number: is missing; add it" == str(folder.problem())


def test_a_menu_of_six_is_refused_at_its_head(folder: Folder) -> None:
    line = folder.edit("helpline.toml", '[[menus]]\nid = "stopping"', SIXTH + '\n[[menus]]\nid = "stopping"')
    head = (folder.path / "helpline.toml").read_text("utf-8").split("\n").index("[[menus]]") + 1
    told = {problem.key: problem for problem in folder.problems()}

    assert head == told["menus[1]"].line < line
    assert "has 6 choices; at most 5" in told["menus[1]"].message


def test_keys_that_leave_a_gap_are_refused(folder: Folder) -> None:
    folder.edit("helpline.toml", 'key = "5"', 'key = "9"')
    folder.edit("helpline.toml", 'leads_to = "about"', 'leads_to = "overdose"')
    folder.edit("helpline.toml", 'key = "4"\nleads_to = "drugs"', 'key = "5"\nleads_to = "drugs"')

    assert any("number its choices 1, 2, 3, 4" in each.message for each in folder.problems())


def test_ids_that_look_alike_in_urls_are_refused(folder: Folder) -> None:
    # The SHA-256 of both begins with 310d7e.
    folder.edit("helpline.toml", 'id = "why"', 'id = "s8419"')
    folder.edit("helpline.toml", 'id = "others"', 'id = "s9071"')
    told = {problem.key: problem.message for problem in folder.problems()}

    assert {"segments[7].id", "segments[8].id"} < set(told)
    assert "'s8419' has the same short code as another id; rename it" == told["segments[7].id"]


def test_one_bracket_too_few_around_menus_is_explained(folder: Folder) -> None:
    text = (folder.path / "helpline.toml").read_text("utf-8")
    top = text[: text.index("[[menus]]")]
    (folder.path / "helpline.toml").write_text(f'{top}[menus]\nid = "main"\n', "utf-8")
    told = {problem.key: problem for problem in folder.problems()}

    assert top.count("\n") + 1 == told["menus"].line
    assert "two brackets, as [[menus]]" in told["menus"].message


@pytest.mark.parametrize("fallback", ["en", "af"])
def test_fallbacks_that_go_round_in_a_circle_are_refused(folder: Folder, fallback: str) -> None:
    folder.edit("helpline.toml", 'code = "en"\n', f'code = "en"\nfallback = "{fallback}"\n')

    assert {"helpline.toml"} == {each.file for each in folder.problems()}
    assert all("falls back to itself; end the circle" in each.message for each in folder.problems())


def test_a_fallback_that_is_no_language_is_refused(folder: Folder) -> None:
    folder.edit("helpline.toml", 'code = "af"\nfallback = "en"', 'code = "af"\nfallback = "xh"')

    assert ("languages[2].fallback", True) == (folder.problem().key, "'xh'" in folder.problem().message)


def test_a_language_that_stands_twice_is_refused(folder: Folder) -> None:
    folder.edit("helpline.toml", 'code = "sw"', 'code = "af"')

    assert {"languages[2].code", "languages[4].code"} == {each.key for each in folder.problems()}


def test_every_problem_of_every_file_is_told_at_once(folder: Folder) -> None:
    folder.edit("helpline.toml", 'leads_to = "stopping"', 'leads_to = "stoping"')
    folder.edit("helpline.toml", 'main = "main"', 'main = "mian"')
    folder.edit(
        "en.toml", 'press {key}."\nnote = "Warm, inviting."', 'press zero."\nnote = "Warm, inviting."'
    )
    (folder.path / "sw.toml").unlink()
    (folder.path / "af.toml").write_bytes(b"\xff")

    assert ["af.toml", "en.toml", "helpline.toml", "helpline.toml", "sw.toml"] == [
        each.file for each in folder.problems()
    ]


def test_words_are_looked_at_even_when_the_menus_cannot_be_read(folder: Folder) -> None:
    line = folder.add("helpline.toml", "oops\n")
    folder.edit("sw.toml", '"8" = "', '"8" = 8 # "')

    assert [("helpline.toml", line, ""), ("sw.toml", 20, "keys.8")] == [
        (each.file, each.line, each.key) for each in folder.problems()
    ]


def test_a_slip_in_a_limit_hides_no_slip_in_the_menus(folder: Folder) -> None:
    folder.edit("helpline.toml", "key_seconds = 5 ", "key_seconds = 99 ")
    folder.edit("helpline.toml", 'id = "stopping"', 'id = "stopping"\ncolour = "red"')
    folder.edit("helpline.toml", 'leads_to = "drugs"', 'leads_to = "drgs"')
    folder.edit("sw.toml", '"8" = "', '"8" = 8 # "')

    assert [
        ("helpline.toml", "limits.key_seconds"),
        ("helpline.toml", "menus[1].choices[5].leads_to"),
        ("helpline.toml", "menus[2].colour"),
        ("sw.toml", "keys.8"),
    ] == [(each.file, each.key) for each in folder.problems()]


@pytest.mark.parametrize("limits", ["limits = 5", 'limits = ["x"]', "[limits]\n[limits.deeper]"])
def test_limits_that_are_no_table_of_numbers_are_refused(folder: Folder, limits: str) -> None:
    text = (folder.path / "helpline.toml").read_text("utf-8")
    first, last = text.index("[limits]"), text.index("# Languages in menu order")
    (folder.path / "helpline.toml").write_text(f"{text[:first]}{limits}\n\n{text[last:]}", "utf-8")

    assert folder.problem().key in {"limits", "limits.deeper"}


def test_many_slips_of_one_kind_are_all_told(folder: Folder) -> None:
    folder.edit("helpline.toml", "key_seconds = 5 ", "key_seconds = 99 ")
    folder.edit("helpline.toml", "silences = 2 ", "silences = 0 ")
    folder.edit("helpline.toml", 'name = "Themba"', 'nme = "Themba"')

    assert {"name", "nme", "limits.key_seconds", "limits.silences"} == {
        each.key for each in folder.problems()
    }


def test_a_file_that_is_no_language_is_remarked(folder: Folder) -> None:
    (folder.path / "xh.toml").write_text("", "utf-8")
    (remark,) = folder.load().remarks

    assert ("xh.toml", "") == (remark.file, remark.key)
    assert "add it to [[languages]] or remove it" in remark.message


def test_a_helpline_of_one_language_needs_no_change_in_that_languages_words(folder: Folder) -> None:
    text = (folder.path / "helpline.toml").read_text("utf-8")
    first, last = text.index('[[languages]]\ncode = "af"'), text.index("# Menus: most needed first")
    (folder.path / "helpline.toml").write_text(text[:first] + text[last:], "utf-8")
    for code in ("af", "zu", "sw"):
        (folder.path / f"{code}.toml").unlink()
    content = folder.load()

    assert ("en",) == content.helpline.languages
    assert () == content.remarks
    assert content.prompts["en"]["language.choice"].needed is False
