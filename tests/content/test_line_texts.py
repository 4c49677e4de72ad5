"""What counsellors may send by SMS: every language's words, forgiven spelling, no word that networks keep."""

import shutil
from pathlib import Path

import pytest

from ivr.content import Content, load
from ivr.content.line_texts import ANSWERS, COMMANDS, LineTexts, read_line_texts

PROMPTS = Path(__file__).parents[2] / "prompts"


@pytest.fixture(scope="module")
def content() -> Content:
    return load(PROMPTS)


def changed(folder: Path, content: Content, old: str, new: str) -> LineTexts:
    shutil.copytree(PROMPTS / "sms", folder / "sms")
    file = folder / "sms" / "en.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return read_line_texts(folder, content)


def test_the_shipped_texts_have_no_problem_in_any_language(content: Content) -> None:
    texts = read_line_texts(PROMPTS, content)

    assert () == texts.problems
    assert set(content.languages) == set(texts.answers)
    assert [set(ANSWERS)] * len(texts.answers) == [set(each) for each in texts.answers.values()]
    assert set(COMMANDS) == set(texts.words.values())


@pytest.mark.parametrize(
    ("sent", "command"),
    [
        ("on", "on"),
        (" ON! ", "on"),
        ("On duty.", "on"),
        ("ｏｆｆ", "off"),
        ("Van diens af", "off"),
        ("ikhefu", "pause"),
        ("zamu?", "next"),
        ("HELP", "help"),
        ("", None),
        ("🙂", None),
        ("on and off", None),
    ],
)
def test_case_spaces_and_punctuation_are_forgiven(content: Content, sent: str, command: str | None) -> None:
    assert command == read_line_texts(PROMPTS, content).command(sent)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"off", "off duty"', '"stop"', "kept by networks"),
        ('"off", "off duty"', '"..."', "no letters"),
        ('"off", "off duty"', '"on"', "means on already"),
        ('pause = ["pause", "break"]', "", 'add pause = ["…"]'),
        ("{until}", "{till}", "known here: {until}, {helpline}"),
        ("you are off duty now.", "you are off {duty now.", "braces"),
        ("you are off duty now.", "x" * 307, "3 SMS, at most 2"),
        ('off = "{helpline}: you are off duty now."', "", "needs words"),
    ],
)
def test_each_slip_is_named_and_costs_only_itself(
    tmp_path: Path, content: Content, old: str, new: str, said: str
) -> None:
    texts = changed(tmp_path, content, old, new)

    assert [True] == [said in str(each) for each in texts.problems]
    assert "sms/en.toml" == texts.problems[0].file
    assert "on" == texts.command("on")


def test_a_missing_file_leaves_the_other_languages(tmp_path: Path, content: Content) -> None:
    shutil.copytree(PROMPTS / "sms", tmp_path / "sms")
    (tmp_path / "sms" / "zu.toml").unlink()
    texts = read_line_texts(tmp_path, content)

    assert 1 == len(texts.problems)
    assert "off" == texts.command("af")
    assert texts.command("phuma") is None
