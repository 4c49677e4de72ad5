from pathlib import Path

import pytest

from ivr.sound.files import write_whole


def test_a_file_replaces_the_one_before(tmp_path: Path) -> None:
    write_whole(tmp_path / "en" / "a.wav", b"first")
    write_whole(tmp_path / "en" / "a.wav", b"second")

    assert b"second" == (tmp_path / "en" / "a.wav").read_bytes()
    assert ["a.wav"] == [path.name for path in (tmp_path / "en").iterdir()]


def test_what_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()

    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "a.wav", b"sound")

    assert ["a.wav"] == [path.name for path in tmp_path.iterdir()]
