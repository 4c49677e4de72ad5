"""The copy of what callers hear is made anew as far as it has to be."""

import shutil
from pathlib import Path

import pytest

from ivr.content import NO_EDITS, Edits
from ivr.jobs.words_kept import keep_content, kept_edits
from tests.content.conftest import SHIPPED

GOODBYE = Edits(words={("en", "goodbye"): "Go well."})


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "prompts")
    return tmp_path / "prompts"


def written(folder: Path) -> dict[str, int]:
    """Which file each one is: another number, written again."""
    return {each.name: each.stat().st_ino for each in folder.iterdir()}


def test_a_copy_that_is_the_same_is_not_written_again(tmp_path: Path, prompts: Path) -> None:
    keep_content(prompts, NO_EDITS, tmp_path / "last")
    before = written(tmp_path / "last")
    keep_content(prompts, NO_EDITS, tmp_path / "last")

    assert before == written(tmp_path / "last")


def test_what_has_changed_is_copied(tmp_path: Path, prompts: Path) -> None:
    keep_content(prompts, NO_EDITS, tmp_path / "last")
    (prompts / "af.toml").write_text("# other words\n")
    keep_content(prompts, GOODBYE, tmp_path / "last")

    assert "# other words\n" == (tmp_path / "last" / "af.toml").read_text()
    assert GOODBYE == kept_edits(tmp_path / "last")
