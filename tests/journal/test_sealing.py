"""A sealed number says nothing without the secret, and says so when the secret has changed."""

import pytest

from ivr.journal.sealing import SealBrokenError, Sealing

NUMBER = "+27105550123"


def test_a_number_comes_out_as_it_went_in_for_the_same_secret_only() -> None:
    sealed = Sealing(b"one").seal(NUMBER)

    assert NUMBER == Sealing(b"one").open(sealed)
    with pytest.raises(SealBrokenError, match="SECRET_KEY"):
        Sealing(b"two").open(sealed)


@pytest.mark.parametrize("text", ["", "no seal", "gAAAAA=="])
def test_what_is_no_seal_is_told_by_the_same_name(text: str) -> None:
    with pytest.raises(SealBrokenError):
        Sealing(b"one").open(text)


def test_two_seals_of_one_number_differ_and_hold_no_digit_of_it() -> None:
    first, second = (Sealing(b"one").seal(NUMBER) for _ in range(2))

    assert first != second
    assert "5550123" not in first
