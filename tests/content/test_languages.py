"""Languages come and go: one file and one table each."""

from ivr.flow.helpline import Helpline
from tests.content.conftest import Folder

XHOSA = """
[[languages]]
code = "xh"
fallback = "en"
engines = []

# Menus: most needed first"""


def with_xhosa(folder: Folder) -> None:
    folder.edit("helpline.toml", "\n# Menus: most needed first", XHOSA)
    words = (folder.path / "zu.toml").read_text("utf-8")
    (folder.path / "xh.toml").write_text(words.replace('name = "isiZulu"', 'name = "isiXhosa"'), "utf-8")


def offered(helpline: Helpline) -> tuple[str, ...]:
    return helpline.shipped_languages


def test_a_new_language_is_one_file_and_one_table(folder: Folder) -> None:
    with_xhosa(folder)

    assert ("en", "af", "zu", "sw", "xh") == offered(folder.load().helpline)


def test_counsellors_hear_the_name_of_a_language_that_no_sentence_names(folder: Folder) -> None:
    with_xhosa(folder)
    content = folder.load()
    said = content.prompt("en", "screen.language.xh")

    assert said is not None
    assert "isiXhosa" == said.text
    assert content.prompt("af", "screen.language.xh") is None


def test_a_sentence_about_the_language_is_said_instead_of_its_name(folder: Folder) -> None:
    with_xhosa(folder)
    folder.add("en.toml", '\n["screen.language.xh"]\ntext = "They speak isiXhosa."\n')
    said = folder.load().prompt("en", "screen.language.xh")

    assert said is not None
    assert "They speak isiXhosa." == said.text
