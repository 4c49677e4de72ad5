"""Files damaged at random: always a list of problems, or content; never another failure."""

from random import Random

import pytest

from ivr.content import ContentError
from tests.content.conftest import Folder

VALUES = ["5", "true", '""', "[]", "{}", '"x"', "1.5", "2020-01-01", '["a"]', "{a=1}", '"\\u0000"', "[[]]"]
HEADERS = ["[x]", "[[languages]]", "[limits]", "[[menus]]", "[[menus.choices]]", "[language]", "[keys]"]


def damaged(lines: list[str], random: Random) -> list[str]:
    """The lines with one of them changed, lost, doubled elsewhere or cut."""
    at = random.randrange(len(lines))
    line = lines[at]
    key = line.partition("=")[0]
    new = {
        "changed": [f"{key}= {random.choice(VALUES)}" if "=" in line else random.choice(HEADERS)],
        "lost": [],
        "doubled": [random.choice(lines), line],
        "cut": [line[: len(line) // 2]],
    }
    return [*lines[:at], *random.choice(list(new.values())), *lines[at + 1 :]]


@pytest.mark.parametrize("file", ["helpline.toml", "en.toml"])
def test_no_damage_makes_the_loader_fail_otherwise_than_by_its_problems(folder: Folder, file: str) -> None:
    random = Random(7)
    path = folder.path / file
    lines = path.read_text("utf-8").split("\n")
    outcomes = set()
    for attempt in range(60):
        once = damaged(lines, random)
        path.write_text("\n".join(once if attempt % 2 else damaged(once, random)), "utf-8")
        try:
            folder.load()
            outcomes.add("loaded")
        except ContentError as error:
            outcomes.add(
                "refused" if all(each.file and each.message for each in error.problems) else "silent"
            )

    assert {"loaded", "refused"} == outcomes
