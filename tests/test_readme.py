"""What the README shows is what the helpline does."""

import re
from pathlib import Path

import pytest

from ivr.content import load
from ivr.content.draw import draw
from ivr.settings import SETTINGS

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"\| `(?P<name>[A-Z_]+)`(?P<star> \*)? \| (?:`(?P<default>[^`]*)`)? ?\| (?P<meaning>.*) \|")


def part(name: str) -> str:
    """What stands in the README between <!-- name --> and <!-- /name -->."""
    text = (ROOT / "README.md").read_text("utf-8")
    return text.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0]


def test_the_table_of_settings_is_complete_and_true() -> None:
    rows = part("settings").strip().splitlines()[2:]
    found = [match.groupdict() for row in rows if (match := ROW.fullmatch(row))]

    assert len(rows) == len(found)
    assert [(each.name, each.default, each.meaning, each.secret) for each in SETTINGS] == [
        (row["name"], row["default"] or "", row["meaning"], bool(row["star"])) for row in found
    ]


def test_the_picture_is_that_of_the_shipped_menus() -> None:
    assert f"```mermaid\n{draw(load(ROOT / 'prompts').helpline)}```\n" == part("menu")


@pytest.mark.parametrize("name", [each.name for each in SETTINGS if each.secret])
def test_secrets_are_said_to_be_readable_from_a_file(name: str) -> None:
    assert f"`{name}` *" in part("settings")
