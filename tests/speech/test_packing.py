import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.packing import pack


def test_short_words_stay_whole() -> None:
    assert ["Press 1, now: go."] == pack("Press 1, now: go.")


def test_sentences_are_packed_as_many_as_fit() -> None:
    assert ["One two. Three four?", "Five six seven!"] == pack("One two. Three four? Five six seven!", 22)


def test_a_long_sentence_is_cut_at_its_clauses() -> None:
    assert ["One two three,", "four five six"] == pack("One two three, four five six", 16)


def test_a_long_clause_is_cut_at_its_words() -> None:
    assert ["one two", "three", "four"] == pack("one two three four", 8)


def test_a_number_with_a_point_is_not_cut() -> None:
    assert ["Take 3.5", "now please."] == pack("Take 3.5 now please.", 11)


@pytest.mark.parametrize("stop", ["।", "॥", "。", "؟", "۔"])
def test_the_stops_of_other_writings_end_sentences(stop: str) -> None:
    sentence = "अ" * 30 + stop

    assert [f"{sentence} {sentence}", sentence] == pack(" ".join([sentence] * 3), 70)


@given(st.text(alphabet="ab ,.?।;:3", min_size=1), st.integers(5, 100))
def test_no_part_is_too_long_and_no_letter_is_lost(text: str, most: int) -> None:
    parts = pack(text, most)

    assert all(len(part) <= most for part in parts)
    assert "".join(text.split()) == "".join("".join(parts).split())
