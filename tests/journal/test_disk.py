"""A file is whole or absent."""

import stat
from pathlib import Path

import pytest

from ivr.journal.disk import write_safely


def test_a_file_replaces_the_one_before_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.json"
    write_safely(path, b"one")
    write_safely(path, b"two")

    assert b"two" == path.read_bytes()
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert [path] == list(path.parent.iterdir())


def test_nothing_is_left_of_a_file_that_could_not_be_put_in_place(tmp_path: Path) -> None:
    (tmp_path / "file.json" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_safely(tmp_path / "file.json", b"one")

    assert ["file.json"] == [path.name for path in tmp_path.iterdir()]
