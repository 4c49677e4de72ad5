"""Text messages are counted as the networks count them (GSM 03.38: 160 or 153 letters, else 70 or 67)."""

import pytest

from ivr.content.sms import parts, shortened


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("\N{SLIGHTLY SMILING FACE}" * 35, 1),
        ("\N{SLIGHTLY SMILING FACE}" * 36, 2),
    ],
)
def test_parts(text: str, count: int) -> None:
    assert count == parts(text)


@pytest.mark.parametrize("letter", ["a", "ê", "€"])
def test_what_is_too_long_is_cut_to_two_parts(letter: str) -> None:
    cut = shortened(letter * 400)

    assert 2 == parts(cut)
    assert 3 == parts(cut.replace("...", letter * 9))
    assert cut.endswith(f"{letter}...")
    assert "short" == shortened("short")
