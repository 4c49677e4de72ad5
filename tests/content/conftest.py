"""A copy of the shipped words and menus, to be spoilt."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.content import Content, ContentError, Problem, load

SHIPPED = Path(__file__).parents[2] / "prompts"


@dataclass(frozen=True)
class Folder:
    """A folder of content that a test may change."""

    path: Path

    def edit(self, file: str, old: str, new: str) -> int:
        """Replace the only `old` in the file; the line on which it stood, counted by hand from 1."""
        text = (self.path / file).read_text("utf-8")
        assert 1 == text.count(old), f"{old!r} stands {text.count(old)} times in {file}"
        (self.path / file).write_text(text.replace(old, new), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    def add(self, file: str, text: str) -> int:
        """Write more at the end of the file; the line on which it begins."""
        before = (self.path / file).read_text("utf-8")
        (self.path / file).write_text(before + text, "utf-8")
        return before.count("\n") + 1

    def load(self) -> Content:
        return load(self.path)

    def problems(self) -> list[Problem]:
        """What the loader refuses."""
        with pytest.raises(ContentError) as refused:
            load(self.path)
        return list(refused.value.problems)

    def problem(self) -> Problem:
        """The only thing that the loader refuses."""
        (only,) = self.problems()
        return only


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    shutil.copytree(SHIPPED, tmp_path / "prompts")
    return Folder(tmp_path / "prompts")


@pytest.fixture(scope="session")
def shipped() -> Content:
    return load(SHIPPED)
