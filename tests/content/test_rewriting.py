"""Words go into a file without a comment, an order or a line of anybody's layout being lost."""

import pytest
import tomli

from ivr.content.rewriting import RewritingError, with_words
from tests.content.conftest import SHIPPED

FILE = """# Ours.
[language]
name = "English"

["one"]
text = "The first."  # said first
note = "Calm."

["two"]   # the second
text = \"\"\"
The second,
over lines.\"\"\"
note = 'Say "two".'

["three"]
note = "No words yet."
"""


def test_words_are_replaced_where_they_stand_and_nothing_else_is() -> None:
    assert FILE.replace("The first.", "Another.") == with_words(FILE, {"one": "Another."})


def test_words_over_several_lines_become_one_line() -> None:
    changed = with_words(FILE, {"two": "Short."})

    assert FILE.replace('"""\nThe second,\nover lines."""', '"Short."') == changed


@pytest.mark.parametrize("words", ['Say "yes".', "A \\ in it.", "Ünïcödé – ok.", "It's {key}."])
def test_words_come_back_as_they_were_written(words: str) -> None:
    assert words == tomli.loads(with_words(FILE, {"one": words}))["one"]["text"]


def test_a_prompt_without_words_gets_them_below_its_name() -> None:
    changed = with_words(FILE, {"three": "Three."})

    assert FILE.replace('["three"]\n', '["three"]\ntext = "Three."\n') == changed


def test_a_prompt_that_is_not_there_stands_at_the_end() -> None:
    assert FILE + '\n["four"]\ntext = "Four."\n' == with_words(FILE, {"four": "Four."})


def test_line_ends_of_another_system_stay() -> None:
    file = FILE.replace("\n", "\r\n")

    assert file.replace("The first.", "Another.") == with_words(file, {"one": "Another."})


def test_words_in_single_quotes_are_replaced_too() -> None:
    file = "['one']\ntext = 'It is \"one\".' # so\n"

    assert "['one']\ntext = \"One.\" # so\n" == with_words(file, {"one": "One."})


@pytest.mark.parametrize("file", ['one = { text = "The first." }\n', 'one.text = "The first."\n'])
def test_a_layout_that_is_not_understood_is_refused(file: str) -> None:
    with pytest.raises(RewritingError, match="one: its words stand in a way"):
        with_words(file, {"one": "Another."})


@pytest.mark.parametrize("name", ["en", "af", "sw", "zu"])
def test_every_shipped_prompt_can_be_rewritten(name: str) -> None:
    file = (SHIPPED / f"{name}.toml").read_text("utf-8")
    prompts = [each for each, about in tomli.loads(file).items() if "text" in about][::12]
    changed = with_words(file, dict.fromkeys(prompts, 'A "new" text.'))

    assert len(file.splitlines()) >= len(changed.splitlines())
    assert all(tomli.loads(changed)[each]["text"] == 'A "new" text.' for each in prompts)
