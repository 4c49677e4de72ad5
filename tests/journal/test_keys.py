"""Several keys: what is new is made with the first, what was made with the others is still read."""

from pathlib import Path

import pytest

from ivr.journal.keys import add_key, read_keys
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.privacy import hashed, hashes

NUMBER = "+27821112233"


def test_the_keys_of_the_settings_are_separated_by_bars_newest_first(tmp_path: Path) -> None:
    found = read_keys("new | old", tmp_path / "secret-key")

    assert (b"new", b"old") == found[:2]
    assert not (tmp_path / "secret-key").exists()


def test_a_key_with_a_bar_from_before_there_could_be_several_still_opens_what_it_sealed(
    tmp_path: Path,
) -> None:
    sealed = Sealing(b"one|and all").seal(NUMBER)

    assert NUMBER == Sealing(*read_keys("one|and all", tmp_path / "none")).open(sealed)


def test_without_any_one_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    made = read_keys("", path)

    assert (1, 64) == (len(made), len(made[0]))
    assert made == read_keys("", path)
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_new_key_comes_before_those_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    [old] = read_keys("", path)
    number = add_key(path)
    new, second, *_ = read_keys("", path)

    assert (2, old) == (number, second)
    assert new != old


def test_what_was_sealed_with_an_older_key_is_opened_and_sealed_anew(tmp_path: Path) -> None:
    sealed = Sealing(b"old").seal(NUMBER)
    both = Sealing(b"new", b"old")

    assert NUMBER == both.open(sealed)
    assert NUMBER == Sealing(b"new").open(both.seal_anew(sealed))
    with pytest.raises(SealBrokenError):
        Sealing(b"new").open(sealed)


def test_a_number_is_looked_for_under_each_key_and_a_withheld_one_under_none() -> None:
    keys = (b"new", b"old")

    assert (hashed(b"new", NUMBER), hashed(b"old", NUMBER)) == hashes(keys, NUMBER)
    assert () == hashes(keys, "+266696687")
